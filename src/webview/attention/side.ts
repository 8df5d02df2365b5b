import type { Shaping } from '../../core/attention/grouping';
import type { AttentionSource, HeadPictures } from '../../protocol/engine';
import type { AttentionPicture, HeadFigures } from '../../protocol/view';
import type { Pane, SideName, SideState, ViewOptions } from '../../protocol/viewState';
import type { ViewWords } from '../../protocol/viewWords';
import { element } from './dom';
import type { Host } from './host';
import { Latest } from './latest';
import { FiguresView } from './overview/figuresView';
import { Overview } from './overview/overview';
import { Panes } from './panes/panes';
import { SideHeader } from './sideHeader';
import { carriedOver, counterpart } from './places';
import type { Numbers } from './save/numbers';
import { sourceOf, titleOf } from './source';
import { filled } from './text/pieces';
import { TintedText } from './text/tintedText';
import type { Theme } from './theme';
import { throttled } from './throttled';
import { unitAt, unitsOf, type Shown } from './unit';

export interface SideEvents {
  /** The user focused a token. */
  onFocus: (token: number) => void;
  /** What should be remembered has changed. */
  onChange: () => void;
  onPane: (pane: Pane) => void;
  /** The picture is painted. */
  onShown: () => void;
}

type Problem = 'picture' | 'matrix' | 'figures';

/** One text read by one model: the text, all heads, and one matrix in detail, around one focused token. */
export class Side {
  readonly root: HTMLElement;
  private readonly header: SideHeader;
  private readonly body = element('div', { class: 'side-body', hidden: true });
  private readonly text: TintedText;
  private readonly overview: Overview;
  private readonly figuresView: FiguresView;
  private readonly detailTitle = element('h2');
  private readonly panes: Panes;

  private picture: AttentionPicture | undefined;
  private pictures: HeadPictures | undefined;
  private figures: HeadFigures | undefined;
  /** The shape that was measured; in another one the figures of the former stand until its own come. */
  private measured: HeadPictures | undefined;
  private shown: Shown | undefined;
  private head = 0;
  private selected: number[] = [];
  private token = 0;
  private zoom: SideState['zoom'];
  /** What was shown before the window was loaded again. */
  private saved: SideState | undefined;
  /** A picture is waited for; what answers meanwhile may be of the text before or of the one to come. */
  private loading = false;
  private readonly latest = new Latest();
  /** What can't be shown, and why. */
  private readonly problems = new Map<Problem, string>();

  constructor(
    readonly name: SideName,
    private readonly words: ViewWords,
    private readonly host: Host,
    private options: ViewOptions,
    private theme: Theme,
    private readonly events: SideEvents,
  ) {
    this.header = new SideHeader(
      words,
      (window, part) => {
        host.request('look', { side: name, window, part }).catch((error) => this.fail('picture', error));
      },
      () => {
        host.request('stopReading', { side: name }).catch((error) => this.fail('picture', error));
      },
    );
    this.text = new TintedText(words, (unit) => this.focusUnit(unit));
    this.overview = new Overview(words, {
      onChoose: (head) => this.choose(head),
      onSelect: (heads) => this.select(heads),
    });
    this.figuresView = new FiguresView(words);
    // Dragging a map changes it with each frame, and what is remembered goes to the window in a message. All else is
    // remembered at once: hiding the view ends its script, and with it whatever still waits.
    const rememberZoom = throttled<void>(() => events.onChange(), 200);
    this.panes = new Panes(name, words, host, {
      onFocus: (row) => this.focusUnit(row),
      onPane: (pane) => events.onPane(pane),
      onZoom: (zoom) => {
        this.zoom = zoom;
        rememberZoom();
      },
    });
    const heads = element(
      'section',
      { class: 'overview-section' },
      element('h2', {}, words.overview),
      element('p', { class: 'help' }, words.overviewHelp),
      this.overview.root,
      this.figuresView.root,
    );
    const detail = element('section', { class: 'detail-section' }, this.detailTitle, this.panes.root);
    this.body.append(this.text.root, heads, detail);
    this.root = element(
      'article',
      { class: `side side-${name}`, 'aria-busy': 'true' },
      this.header.root,
      this.body,
    );
  }

  /** Takes it off the page. */
  dispose(): void {
    this.panes.dispose();
    this.root.remove();
  }

  /** What should be remembered: of the picture, or what was shown before the window was loaded again. */
  get state(): SideState | undefined {
    if (!this.picture) return this.saved;
    const { head, selected, token, zoom } = this;
    return { source: this.picture.source, head, selected, token, ...(zoom && { zoom }) };
  }

  get model(): string {
    return this.picture?.modelName ?? '';
  }

  get focused(): number {
    return this.token;
  }

  get matrix(): Numbers | undefined {
    const { shown, picture, title } = this;
    const figures = this.measured === this.pictures ? this.figures : undefined;
    return shown && picture && { shown, title, picture, source: this.source(picture), figures };
  }

  /** Asks what to paint, and paints it. @param saved what this side showed before its window was loaded again */
  async load(saved?: SideState): Promise<void> {
    this.saved ??= saved;
    this.loading = true;
    this.panes.stop();
    this.root.setAttribute('aria-busy', 'true');
    this.header.wait();
    try {
      const params = { side: this.name, shaping: this.shaping };
      const picture = await this.latest.of('picture', this.host.request('picture', params));
      if (picture) this.show(picture);
    } catch (error) {
      this.failWhole(error);
    }
  }

  setOptions(options: ViewOptions): void {
    const before = this.options;
    this.options = options;
    this.overview.setOrder(options.sort, options.kind);
    this.header.setOptions(options);
    this.panes.setPane(options.pane);
    const reshaped =
      before.withoutSink !== options.withoutSink ||
      before.withoutSpecial !== options.withoutSpecial ||
      before.words !== options.words;
    if (reshaped) {
      this.zoom = undefined;
      // A picture that is waited for was asked for in the former shape, and one that failed may have failed by it.
      if (this.loading || this.body.hidden) void this.load();
      else void this.reshape();
    } else if (before.combination !== options.combination) void this.readMatrix();
    this.paintText();
  }

  setTheme(theme: Theme): void {
    this.theme = theme;
    this.panes.setTheme(theme);
    if (this.pictures) this.overview.paint(this.pictures, theme);
    this.paintText();
  }

  /**
   * Focuses a token.
   * @param reveal whether the user moved to it here or on the other side; the document's cursor moves no map
   */
  focus(token: number, reveal: boolean): void {
    // Of the document's cursor in a text that is on its way, the picture tells; the token isn't one of this picture.
    if (this.loading) return;
    this.token = Math.min(token, (this.picture?.tokens.length ?? 1) - 1);
    this.panes.focus(this.row, this.token, reveal);
    this.paintText();
    this.events.onChange();
  }

  /** The token in the place of one of ours, on a side that shows the same text. */
  counterpart(token: number, other: Side): number | undefined {
    return this.picture && other.picture && counterpart(this.picture, token, other.picture);
  }

  private show(picture: AttentionPicture): void {
    const { layers, heads } = picture;
    this.loading = false;
    this.problems.clear();
    const { head, selected, token, zoom } = carriedOver(this.state, this.picture, picture);
    [this.head, this.selected, this.token, this.zoom] = [head, [...selected], token, zoom];
    this.picture = picture;
    this.pictures = picture;
    // Those of the text before; this one's come with the matrix and the measures.
    this.shown = undefined;
    this.figures = undefined;

    this.body.hidden = false;
    this.header.show(picture);
    this.header.setOptions(this.options);
    this.panes.setPane(this.options.pane);
    this.panes.setTheme(this.theme);
    this.overview.show(layers, heads);
    this.overview.setOrder(this.options.sort, this.options.kind);
    this.overview.paint(picture, this.theme);
    this.overview.mark(this.head, this.selected);
    this.text.show(picture, this.units(picture));
    this.panes.forget();
    this.root.setAttribute('aria-busy', 'false');
    this.paintText();
    this.events.onShown();
    void this.readMatrix().then(() => this.readFigures());
  }

  private units({ queries, keys }: HeadPictures): Omit<Shown, 'weights'> {
    const { source, tokens, keyTokens, target } = this.picture!;
    return {
      rows: unitsOf(target ?? source.text, tokens, queries),
      columns: unitsOf(this.picture!.part === 'decoder' ? (target ?? '') : source.text, keyTokens, keys),
    };
  }

  /** Another shape of the same attentions: thumbnails, matrix and measures are asked for again. */
  private async reshape(): Promise<void> {
    const { picture } = this;
    if (!picture) return;
    try {
      const params = { side: this.name, shaping: this.shaping };
      const pictures = await this.latest.of('pictures', this.host.request('pictures', params));
      if (!pictures || !this.isOf(picture)) return;
      this.solve('picture');
      this.pictures = pictures;
      this.shown = undefined;
      this.overview.paint(pictures, this.theme);
      this.text.show(picture, this.units(pictures));
      this.paintText();
      await this.readMatrix();
      await this.readFigures();
    } catch (error) {
      if (!this.isOf(picture)) return;
      // What is on screen isn't in the shape that the header names.
      this.shown = undefined;
      this.panes.clear();
      this.paintText();
      this.fail('picture', error);
    }
  }

  private async readMatrix(): Promise<void> {
    const { picture, pictures } = this;
    if (!picture || !pictures) return;
    const { title } = this;
    this.detailTitle.textContent = title;
    this.figuresView.show(this.figures, this.head);
    try {
      const source = this.source(picture);
      const asked = this.host.request('matrix', { side: this.name, source, shaping: this.shaping });
      const result = await this.latest.of('matrix', asked);
      if (!result || !this.isOf(picture)) return;
      this.solve('matrix');
      this.shown = { ...this.units(pictures), weights: result.weights };
      this.panes.show(this.shown, filled(this.words.map, title), this.zoom);
      this.panes.focus(this.row, this.token, false);
      this.paintText();
    } catch (error) {
      if (!this.isOf(picture)) return;
      this.fail('matrix', error);
      // Another matrix would stand under this one's title.
      this.shown = undefined;
      this.panes.clear();
      this.paintText();
    }
  }

  private async readFigures(): Promise<void> {
    const { picture, pictures } = this;
    if (!picture) return;
    try {
      const params = { side: this.name, shaping: this.shaping };
      const measures = await this.latest.of('measures', this.host.request('measures', params));
      if (!measures || !this.isOf(picture)) return;
      this.solve('figures');
      this.measured = pictures;
      this.setFigures({ ...this.figures, measures });
      if (this.figures?.classes) return;
      const classes = await this.latest.of('classes', this.host.request('classes', { side: this.name }));
      if (classes && this.figures && this.isOf(picture)) this.setFigures({ ...this.figures, classes });
    } catch (error) {
      if (this.isOf(picture)) this.fail('figures', error);
    }
  }

  /** Whether an answer about `picture` is still wanted. */
  private isOf(picture: AttentionPicture): boolean {
    return this.picture === picture && !this.loading;
  }

  private setFigures(figures: HeadFigures): void {
    this.figures = figures;
    this.overview.setFigures(figures);
    this.figuresView.show(figures, this.head);
  }

  private choose(head: number): void {
    this.head = head;
    this.overview.mark(head, this.selected);
    this.events.onChange();
    void this.readMatrix();
  }

  private select(heads: number[]): void {
    this.selected = heads;
    this.overview.mark(this.head, heads);
    this.events.onChange();
    if (this.options.combination === 'mean' || this.options.combination === 'max') void this.readMatrix();
  }

  private focusUnit(unit: number): void {
    const rows = this.shown?.rows ?? (this.pictures && this.units(this.pictures).rows);
    const token = rows?.[unit]?.tokens[0];
    if (token === undefined) return;
    this.focus(token, true);
    this.events.onFocus(token);
  }

  private paintText(): void {
    this.text.paint(this.shown, this.row, this.options.direction, this.theme);
  }

  private get row(): number {
    const { shown, pictures } = this;
    const rows = shown?.rows ?? (pictures && this.picture ? this.units(pictures).rows : []);
    return unitAt(rows, this.token);
  }

  get shaping(): Shaping {
    const { withoutSink: removeSink, withoutSpecial: removeSpecial, words } = this.options;
    return { removeSink, removeSpecial, words };
  }

  private source({ heads, layers }: AttentionPicture): AttentionSource {
    return sourceOf(this.options.combination, this.head, this.selected, heads, layers);
  }

  private get title(): string {
    return this.picture
      ? titleOf(this.options.combination, this.head, this.selected, this.picture, this.words)
      : '';
  }

  private fail(what: Problem, error: unknown): void {
    // Of a text that is no longer shown: the next is on its way.
    if (error instanceof DOMException && error.name === 'AbortError') return;
    this.root.setAttribute('aria-busy', 'false');
    this.problems.set(what, error instanceof Error ? error.message : String(error));
    this.sayProblems();
  }

  /** The text couldn't be read at all. */
  private failWhole(error: unknown): void {
    this.loading = false;
    this.body.hidden = true;
    this.header.clear();
    this.problems.clear();
    this.fail('picture', error);
  }

  /** What failed before has succeeded. */
  private solve(what: Problem): void {
    if (this.problems.delete(what)) this.sayProblems();
  }

  private sayProblems(): void {
    this.header.say([...new Set(this.problems.values())].join(' '), true);
  }
}
