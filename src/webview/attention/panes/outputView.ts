import { percent } from '../../../core/text/figures';
import type { Candidate, PredictionsResult } from '../../../protocol/engine';
import type { ViewWords } from '../../../protocol/viewWords';
import { element } from '../dom';
import { filled, labelOf } from '../text/pieces';

/** What the model predicts at the focused token: the next token, the token itself, or the text's label. */
export class OutputView {
  readonly root = element('div', { class: 'output' });
  private readonly heading = element('p', { class: 'output-heading' });
  private readonly table = element('table', { class: 'bars' });

  constructor(private readonly words: ViewWords) {
    this.root.append(this.heading, this.table);
  }

  /** @param token the focused token, as it is called */
  show(result: PredictionsResult, token: string): void {
    const { words } = this;
    this.heading.textContent = filled(words.predicted[result.predicted], token);
    const largest = result.candidates[0]?.probability ?? 1;
    const { actual } = result;
    const listed = actual !== null && result.candidates.some(({ id }) => id === actual.id);
    const rows = result.candidates.map((candidate) =>
      this.row(candidate, largest, candidate.id === actual?.id),
    );
    if (actual && !listed) rows.push(this.row(actual, largest, true));
    this.table.replaceChildren(
      element(
        'thead',
        {},
        element(
          'tr',
          {},
          ...[words.token, words.probability].map((name) => element('th', { scope: 'col' }, name)),
        ),
      ),
      element('tbody', {}, ...rows),
    );
  }

  say(message: string): void {
    this.heading.textContent = message;
    this.table.replaceChildren();
  }

  private row(candidate: Candidate, largest: number, actual: boolean): HTMLElement {
    const name = labelOf({ text: candidate.text, start: 0, end: 0, special: false }, 32);
    const label = element('th', { scope: 'row' }, name);
    if (actual) label.append(' ', element('span', { class: 'badge' }, this.words.stands));
    return element(
      'tr',
      actual ? { class: 'actual' } : {},
      label,
      element(
        'td',
        {},
        bar(candidate.probability / largest),
        element('span', {}, percent(candidate.probability)),
      ),
    );
  }
}

/** A bar of a share of its column's width; `negative` ones have another look. */
export function bar(share: number, negative = false): HTMLElement {
  const fill = element('span', { class: negative ? 'bar-fill negative' : 'bar-fill' });
  fill.style.width = `${100 * Math.min(Math.max(share, 0), 1)}%`;
  return element('span', { class: 'bar', 'aria-hidden': 'true' }, fill);
}
