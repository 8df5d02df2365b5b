import type { AttentionPicture, ViewState, ViewWords } from '../../protocol/view';
import { css } from './colours';
import { element } from './dom';
import { HeadMap } from './headMap';
import type { Host } from './host';
import { Overview } from './overview';
import { filled } from './pieces';
import { TextView } from './textView';
import { readTheme } from './theme';

/** Where the view keeps what it should remember. */
export interface Memory {
  load(): ViewState | undefined;
  save(state: ViewState): void;
}

/** The attention view: a text, all heads, and one head in detail, around one chosen head and one focused token. */
export class AttentionView {
  private readonly notice = element('p', { class: 'notice', role: 'status' });
  private readonly title = element('h1', {});
  private readonly facts = element('p', { class: 'facts' });
  private readonly headTitle = element('h2', {});
  private readonly legend: HTMLElement;
  private readonly legendBar = element('span', { class: 'legend-bar' });
  private readonly content = element('div', { class: 'content', hidden: true });
  private readonly text: TextView;
  private readonly overview: Overview;
  private readonly map: HeadMap;

  private theme = readTheme();
  private picture: AttentionPicture | undefined;
  private weights: Float32Array | undefined;
  private layer = 0;
  private head = 0;
  private token = 0;
  /** Counted up at every question, so that an answer that comes too late is known. */
  private lastPicture = 0;
  private lastHead = 0;

  constructor(
    private readonly root: HTMLElement,
    private readonly words: ViewWords,
    private readonly host: Host,
    private readonly memory: Memory,
  ) {
    this.text = new TextView(words, (token) => this.focus(token));
    this.overview = new Overview(words, (layer, head) => void this.choose(layer, head));
    this.map = new HeadMap(words, (token) => this.focus(token));
    this.legend = element('p', { class: 'legend', title: words.legend }, '0 ', this.legendBar, ' 1');
    this.legend.setAttribute('aria-label', words.legend);
    this.legend.setAttribute('role', 'img');
    this.content.append(
      section('text-section', words.text, words.textHelp, this.text.root),
      section('overview-section', words.overview, words.overviewHelp, this.overview.root),
      element(
        'section',
        { class: 'map-section' },
        this.headTitle,
        this.map.readout,
        this.map.root,
        this.legend,
      ),
    );
    root.append(element('header', {}, this.title, this.facts, this.notice), this.content);
  }

  /** Asks what to paint, and paints it. */
  async refresh(): Promise<void> {
    const question = ++this.lastPicture;
    this.root.setAttribute('aria-busy', 'true');
    this.say(this.words.reading);
    try {
      const picture = await this.host.request('picture', {});
      if (question === this.lastPicture) this.show(picture);
    } catch (error) {
      if (question === this.lastPicture) this.fail(error);
    }
  }

  /** Paints everything again in the theme as it is now. */
  repaint(): void {
    this.theme = readTheme();
    const { scale } = this.theme;
    const stops = [0, 64, 128, 191, 255].map((step) => css(scale[step]!));
    this.legendBar.style.backgroundImage = `linear-gradient(to right, ${stops.join(', ')})`;
    if (!this.picture) return;
    this.overview.paint(this.theme);
    this.map.paint(this.theme);
    this.paintText();
  }

  private show(picture: AttentionPicture): void {
    const { words } = this;
    const { tokens, layers, heads, causal, truncated, modelName, source } = picture;
    const saved = this.memory.load();
    const same = saved?.source.text === source.text && saved.source.model === source.model;
    this.picture = picture;
    // Those of the text before; this one's come with the head.
    this.weights = undefined;
    this.layer = Math.min(saved?.layer ?? 0, layers - 1);
    this.head = Math.min(saved?.head ?? 0, heads - 1);
    const lastOfText = tokens.map((token) => token.special).lastIndexOf(false);
    this.token = same ? Math.min(saved.token, tokens.length - 1) : Math.max(lastOfText, 0);

    this.title.textContent = filled(words.title, modelName);
    this.facts.textContent = `${filled(words.size, layers, heads, tokens.length)} · ${causal ? words.causal : words.bidirectional}`;
    this.say(truncated ? filled(words.truncated, tokens.length) : '');
    this.content.hidden = false;
    this.root.setAttribute('aria-busy', 'false');
    this.text.show(picture);
    this.overview.show(picture, this.theme);
    this.overview.mark(this.layer, this.head);
    this.map.show(picture);
    this.repaint();
    this.focus(this.token);
    void this.choose(this.layer, this.head);
  }

  private async choose(layer: number, head: number): Promise<void> {
    const question = ++this.lastHead;
    this.layer = layer;
    this.head = head;
    this.headTitle.textContent = filled(this.words.layerAndHead, layer, head);
    this.remember();
    try {
      const { weights } = await this.host.request('head', { layer, head });
      if (question !== this.lastHead) return;
      this.weights = weights;
      this.map.fill(weights, layer, head);
      this.paintText();
    } catch (error) {
      if (question === this.lastHead) this.say(messageOf(error), true);
    }
  }

  private focus(token: number): void {
    this.token = token;
    this.remember();
    this.map.focusRow(token);
    this.paintText();
    // Marking it in the document is a courtesy; a document that is gone is no failure of the view.
    this.host.request('focusToken', { token }).catch(() => undefined);
  }

  private paintText(): void {
    const size = this.picture?.tokens.length ?? 0;
    const row = this.weights?.subarray(this.token * size, (this.token + 1) * size);
    this.text.paint(this.token, row, this.theme);
  }

  private remember(): void {
    if (!this.picture) return;
    const { layer, head, token } = this;
    this.memory.save({ source: this.picture.source, layer, head, token });
  }

  private fail(error: unknown): void {
    this.root.setAttribute('aria-busy', 'false');
    this.content.hidden = true;
    this.title.textContent = '';
    this.facts.textContent = '';
    this.say(messageOf(error), true);
  }

  private say(message: string, problem = false): void {
    this.notice.textContent = message;
    this.notice.classList.toggle('problem', problem);
    this.notice.hidden = message === '';
  }
}

function section(name: string, title: string, help: string, ...children: Node[]): HTMLElement {
  return element(
    'section',
    { class: name },
    element('h2', {}, title),
    element('p', { class: 'help' }, help),
    ...children,
  );
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
