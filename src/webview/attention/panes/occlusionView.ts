import { rankCorrelation } from '../../../core/attention/rankCorrelation';
import type { OcclusionResult } from '../../../protocol/engine';
import type { ViewWords } from '../../../protocol/viewWords';
import { button } from '../controls';
import { element } from '../dom';
import { filled, labelOf } from '../text/pieces';
import type { Unit } from '../unit';
import { bar } from './outputView';

/** What the output loses when a token is hidden, beside what the focused token attends to. */
export class OcclusionView {
  readonly root = element('div', { class: 'occlusion' });
  private readonly heading = element('p', { class: 'output-heading' });
  private readonly start: HTMLButtonElement;
  private readonly stop: HTMLButtonElement;
  private readonly progress = element('progress', { hidden: true, max: 1 });
  private readonly summary = element('p', { class: 'occlusion-summary', role: 'status' });
  private readonly table = element('table', { class: 'bars' });

  constructor(
    private readonly words: ViewWords,
    onStart: () => void,
    onStop: () => void,
  ) {
    this.start = button(words.occlude, { onClick: onStart });
    this.stop = button(words.cancel, { onClick: onStop });
    this.progress.setAttribute('aria-label', words.occlusion);
    this.root.append(
      element('p', { class: 'help' }, words.occlusionHelp),
      this.heading,
      element('p', { class: 'row' }, this.start, this.progress, this.stop),
      this.summary,
      this.table,
    );
    this.clear('');
  }

  /** Nothing is computed for the token that is focused now. */
  clear(token: string): void {
    this.heading.textContent = token && filled(this.words.occlusionOf, token);
    this.setRunning(undefined);
    this.summary.textContent = '';
    this.table.replaceChildren();
  }

  /** @param share of the work that is done; undefined when none is going on */
  setRunning(share: number | undefined): void {
    const running = share !== undefined;
    this.start.hidden = running;
    this.stop.hidden = !running;
    this.progress.hidden = !running;
    if (running) this.progress.value = share;
  }

  fail(message: string): void {
    this.setRunning(undefined);
    this.summary.textContent = message;
  }

  /**
   * @param units rows of the table
   * @param attention by unit, what the focused token attends to
   */
  show(
    { target, predicted, importance }: OcclusionResult,
    units: readonly Unit[],
    attention: Float32Array,
  ): void {
    const { words } = this;
    this.setRunning(undefined);
    const name = labelOf({ text: target.text, start: 0, end: 0, special: false }, 24);
    const rows = units.flatMap((unit, index) => {
      const parts = unit.tokens.map((token) => importance[token]!).filter((value) => !Number.isNaN(value));
      if (parts.length === 0) return [];
      return [{ unit, attention: attention[index] ?? 0, loss: parts.reduce((sum, part) => sum + part, 0) }];
    });
    const correlation = rankCorrelation(
      rows.map((row) => row.attention),
      rows.map((row) => row.loss),
    );
    this.heading.textContent = filled(words.occlusionTarget[predicted], name);
    this.summary.textContent =
      correlation === undefined ? '' : filled(words.rankCorrelation, correlation.toFixed(2));
    const most = Math.max(...rows.map(({ loss }) => Math.abs(loss)), 1e-9);
    const mostAttention = Math.max(...rows.map((row) => row.attention), 1e-9);
    const columns = [words.token, words.attention, words.loss];
    this.table.replaceChildren(
      element(
        'thead',
        {},
        element('tr', {}, ...columns.map((title) => element('th', { scope: 'col' }, title))),
      ),
      element(
        'tbody',
        {},
        ...rows.map((row) =>
          element(
            'tr',
            {},
            element('th', { scope: 'row' }, labelOf(row.unit, 24)),
            element(
              'td',
              {},
              bar(row.attention / mostAttention),
              element('span', {}, row.attention.toFixed(3)),
            ),
            element(
              'td',
              {},
              bar(Math.abs(row.loss) / most, row.loss < 0),
              element('span', {}, row.loss.toFixed(3)),
            ),
          ),
        ),
      ),
    );
  }
}
