import type { Comparison, ViewNotice } from '../../protocol/view';
import { defaultOptions, type SideName, type ViewOptions, type ViewState } from '../../protocol/viewState';
import type { ViewWords } from '../../protocol/viewWords';
import { element } from './dom';
import type { Host } from './host';
import { saveAs } from './save/saveAs';
import { Side } from './side';
import { readTheme } from './theme';
import { Toolbar } from './toolbar';

/** For so many milliseconds a message can be read. */
const NOTICE_MS = 8000;

/** Where the view keeps what it should remember. */
export interface Memory {
  load(): ViewState | undefined;
  save(state: ViewState): void;
}

/** The attention view: one text read by one model, or two of them side by side, under one toolbar. */
export class AttentionView {
  private readonly notice = element('p', { class: 'notice', role: 'status', hidden: true });
  private readonly content = element('div', { class: 'content' });
  private readonly toolbar: Toolbar;
  private readonly sides: Partial<Record<SideName, Side>> = {};
  private options: ViewOptions;
  private noticeEnd: ReturnType<typeof setTimeout> | undefined;
  private theme = readTheme();

  constructor(
    private readonly root: HTMLElement,
    private readonly words: ViewWords,
    private readonly host: Host,
    private readonly memory: Memory,
  ) {
    this.options = memory.load()?.options ?? defaultOptions;
    this.toolbar = new Toolbar(words, {
      onOptions: (changed) => this.setOptions(changed),
      onCompare: (what) => void this.compare(what),
      onCloseCompare: () => this.closeSide('b'),
      onSave: (form) => void this.save(form),
    });
    this.toolbar.show(this.options);
    root.append(this.toolbar.root, this.notice, this.content);
  }

  /** Shows what was shown before, or what the editor has. */
  start(): void {
    const saved = this.memory.load();
    this.host
      .request('pin', { pinned: this.options.pinned })
      .catch((error: unknown) => this.say(messageOf(error)));
    void this.side('a').load(saved?.a);
    if (saved?.b) void this.side('b').load(saved.b);
  }

  receive(notice: ViewNotice): void {
    if (notice.kind === 'changed') void this.side(notice.side).load();
    else {
      this.sides[notice.side]?.focus(notice.token, false);
      this.focusOther(notice.side, notice.token, false);
    }
  }

  /** Paints everything again in the theme as it is now. */
  repaint(): void {
    this.theme = readTheme();
    for (const side of this.shownSides) side.setTheme(this.theme);
  }

  private get shownSides(): Side[] {
    return [this.sides.a, this.sides.b].flatMap((side) => side ?? []);
  }

  private side(name: SideName): Side {
    const known = this.sides[name];
    if (known) return known;
    const side = new Side(name, this.words, this.host, this.options, this.theme, {
      onFocus: (token) => this.focused(name, token, true),
      onChange: () => this.remember(),
      onPane: (pane) => this.setOptions({ pane }),
      onShown: () => this.shown(name),
    });
    this.sides[name] = side;
    this.content.append(side.root);
    this.arrange();
    return side;
  }

  /** What is compared takes over the focus of the left side. */
  private shown(name: SideName): void {
    performance.mark(`headlight-shown-${name}`);
    const { a } = this.sides;
    if (name === 'a' && a) this.focused('a', a.focused, false);
    else if (a) this.focusOther('a', a.focused, false);
    // The user may do nothing more before the view is hidden or its window loaded again.
    this.remember();
  }

  /** @param reveal whether the document scrolls there: a text that is merely shown leaves it where it is */
  private focused(name: SideName, token: number, reveal: boolean): void {
    this.focusOther(name, token, reveal);
    // Marking it in the document is a courtesy; a document that is gone is no failure of the view.
    this.host.request('focusToken', { side: name, token, reveal }).catch(() => undefined);
  }

  private closeSide(name: 'b'): void {
    this.sides[name]?.dispose();
    delete this.sides[name];
    this.arrange();
    this.remember();
    this.host.request('closeCompare', {}).catch((error: unknown) => this.say(messageOf(error)));
  }

  private arrange(): void {
    const comparing = this.sides.b !== undefined;
    this.content.classList.toggle('comparing', comparing);
    this.toolbar.setComparing(comparing);
  }

  private setOptions(changed: Partial<ViewOptions>): void {
    this.options = { ...this.options, ...changed };
    this.toolbar.show(this.options);
    for (const side of this.shownSides) side.setOptions(this.options);
    this.remember();
    const { pinned } = changed;
    if (pinned !== undefined)
      this.host.request('pin', { pinned }).catch((error: unknown) => this.say(messageOf(error)));
  }

  /** The same place of the same text, on the other side. */
  private focusOther(name: SideName, token: number, reveal: boolean): void {
    const side = this.sides[name];
    const other = this.sides[name === 'a' ? 'b' : 'a'];
    const there = other && side?.counterpart(token, other);
    if (there !== undefined) other?.focus(there, reveal);
  }

  private async compare(what: Comparison): Promise<void> {
    try {
      await this.host.request('compare', { with: what });
    } catch (error) {
      this.say(messageOf(error));
    }
  }

  private async save(form: Parameters<typeof saveAs>[0]): Promise<void> {
    this.say('');
    try {
      const said = await saveAs(form, this.content, this.shownSides, this.options, this.host, this.words);
      if (said) this.say(said);
    } catch (error) {
      this.say(messageOf(error));
    }
  }

  private remember(): void {
    const a = this.sides.a?.state;
    const b = this.sides.b?.state;
    if (a) this.memory.save({ a, ...(b && { b }), options: this.options });
  }

  private say(message: string): void {
    this.notice.textContent = message;
    this.notice.hidden = message === '';
    clearTimeout(this.noticeEnd);
    this.noticeEnd = setTimeout(() => (this.notice.hidden = true), NOTICE_MS);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
