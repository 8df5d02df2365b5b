import type { OcclusionResult } from '../../../protocol/engine';
import type { Pane, SideName, SideState } from '../../../protocol/viewState';
import type { ViewWords } from '../../../protocol/viewWords';
import { css } from '../colours';
import { Tabs } from '../controls';
import { element } from '../dom';
import type { Host } from '../host';
import { Latest } from '../latest';
import { HeadMap } from '../map/headMap';
import { labelOf } from '../text/pieces';
import type { Theme } from '../theme';
import { weightsOf, type Shown } from '../unit';
import { LinesView } from './linesView';
import { OcclusionView } from './occlusionView';
import { OutputView } from './outputView';

export interface PanesEvents {
  onFocus: (row: number) => void;
  onPane: (pane: Pane) => void;
  onZoom: (zoom: SideState['zoom']) => void;
}

/** A focus that moves on sooner than this isn't asked about, in milliseconds. */
const SETTLED = 150;

/** One matrix in detail: as a map, as lines, and beside what the model makes of the text. */
export class Panes {
  readonly root: HTMLElement;
  private readonly map: HeadMap;
  private readonly lines: LinesView;
  private readonly output: OutputView;
  private readonly occlusion: OcclusionView;
  private readonly tabs: Tabs<Pane>;
  private readonly legendBar = element('span', { class: 'legend-bar' });
  private readonly latest = new Latest();
  private pane: Pane = 'map';
  private shown: Shown | undefined;
  private theme: Theme | undefined;
  private row = 0;
  private token = 0;
  private settling: ReturnType<typeof setTimeout> | undefined;
  private occluding: AbortController | undefined;
  /** Of the focused token, once it was asked for. */
  private occluded: OcclusionResult | undefined;

  constructor(
    private readonly side: SideName,
    words: ViewWords,
    private readonly host: Host,
    private readonly events: PanesEvents,
  ) {
    const onFocus = (row: number): void => events.onFocus(row);
    this.map = new HeadMap(words, { onFocus, onZoom: (zoom) => events.onZoom(zoom) });
    this.lines = new LinesView(words, onFocus);
    this.output = new OutputView(words);
    this.occlusion = new OcclusionView(
      words,
      () => void this.occlude(),
      () => this.occluding?.abort(),
    );
    const legend = element('p', {
      class: 'legend',
      role: 'img',
      'aria-label': words.legend,
      title: words.legend,
    });
    legend.append('0 ', this.legendBar, ' 1');
    const mapPane = element(
      'div',
      {},
      element('p', { class: 'row' }, this.map.readout, this.map.tools),
      this.map.root,
      legend,
    );
    this.tabs = new Tabs<Pane>(
      words.detail,
      [
        ['map', words.mapTab, mapPane],
        ['lines', words.linesTab, this.lines.root],
        ['output', words.outputTab, this.output.root],
        ['occlusion', words.occlusionTab, this.occlusion.root],
      ],
      (pane) => events.onPane(pane),
    );
    this.tabs.select('map');
    this.root = this.tabs.root;
  }

  /** They are not shown again. */
  dispose(): void {
    this.stop();
    this.map.dispose();
  }

  /** Another text, model or part is read: what is asked about the former is no longer wanted. */
  stop(): void {
    clearTimeout(this.settling);
    this.latest.drop('predictions');
    this.occluding?.abort();
  }

  /** Another text, model or part is shown, of which nothing is known yet. */
  forget(): void {
    this.stop();
    this.show(undefined, '', undefined);
    this.output.say('');
    this.forgetOcclusion();
  }

  setPane(pane: Pane): void {
    this.pane = pane;
    this.tabs.select(pane);
    this.predict();
  }

  setTheme(theme: Theme): void {
    this.theme = theme;
    const stops = [0, 64, 128, 191, 255].map((step) => css(theme.scale[step]!));
    this.legendBar.style.backgroundImage = `linear-gradient(to right, ${stops.join(', ')})`;
    this.map.setTheme(theme);
    this.lines.show(this.shown, theme);
  }

  /** @param shown undefined while it is being fetched */
  show(shown: Shown | undefined, name: string, zoom: SideState['zoom']): void {
    this.shown = shown;
    this.map.show(shown, name, zoom);
    if (this.theme) this.lines.show(shown, this.theme);
  }

  /** The matrix can't be had. */
  clear(): void {
    this.shown = undefined;
    if (this.theme) this.lines.show(undefined, this.theme);
    this.map.clear();
    this.forgetOcclusion();
  }

  /** @param reveal whether the user moved there */
  focus(row: number, token: number, reveal: boolean): void {
    const moved = token !== this.token;
    [this.row, this.token] = [row, token];
    this.map.focusRow(row, reveal);
    this.lines.focusRow(row);
    if (moved) this.forgetOcclusion();
    else this.showOcclusion();
    this.predict();
  }

  private get name(): string {
    const unit = this.shown?.rows[this.row];
    return unit ? labelOf(unit, 24) : '';
  }

  /** Asks for the predictions at the focused token, once it stays for a moment and where they are seen. */
  private predict(): void {
    clearTimeout(this.settling);
    if (this.pane !== 'output' || !this.shown) return;
    this.settling = setTimeout(() => {
      const { side, token } = this;
      this.latest.of('predictions', this.host.request('predictions', { side, token })).then(
        (result) => result && this.output.show(result, this.name),
        (error: unknown) => this.output.say(messageOf(error)),
      );
    }, SETTLED);
  }

  private async occlude(): Promise<void> {
    const { side, token } = this;
    if (!this.shown) return;
    const controller = new AbortController();
    this.occluding = controller;
    this.occlusion.setRunning(0);
    try {
      const result = await this.host.request(
        'occlusion',
        { side, token },
        {
          signal: controller.signal,
          onPartial: ({ done, total }) => this.occlusion.setRunning(done / Math.max(total, 1)),
        },
      );
      this.occluded = result;
      this.showOcclusion();
    } catch (error) {
      if (controller.signal.aborted) this.occlusion.setRunning(undefined);
      else this.occlusion.fail(messageOf(error));
    } finally {
      if (this.occluding === controller) this.occluding = undefined;
    }
  }

  /** Beside the matrix as it is now: another head's attention stands next to the same losses. */
  private showOcclusion(): void {
    const { occluded, shown, row } = this;
    if (occluded && shown) this.occlusion.show(occluded, shown.columns, weightsOf(shown, 'from', row));
    else if (!this.occluding) this.occlusion.clear(this.name);
  }

  private forgetOcclusion(): void {
    this.occluding?.abort();
    this.occluded = undefined;
    this.occlusion.clear(this.name);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
