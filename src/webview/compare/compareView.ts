import type { Comparison, ComparisonRow, CompareWords, FromCompareView } from '../../protocol/compareView';
import { element } from '../attention/dom';
import { filled } from '../attention/text/pieces';
import { predictionList } from './predictionList';
import { sightLine } from './sightLine';

/** The comparison: the question, a table with a row for each model, and why they differ. */
export class CompareView {
  private readonly status = element('p', { class: 'status', role: 'status' });
  private readonly why = element('section', { class: 'why', hidden: true });
  private readonly body = element('tbody', { role: 'rowgroup' });
  private readonly stop: HTMLButtonElement;
  private readonly again: HTMLButtonElement;
  private readonly copy: HTMLButtonElement;
  private readonly reason = element('p', {});
  /** What the rows show, so that one that didn't change keeps its focus and selection. */
  private rows: { row: ComparisonRow; element: HTMLElement }[] = [];

  constructor(
    root: HTMLElement,
    private readonly words: CompareWords,
    post: (message: FromCompareView) => void,
  ) {
    this.copy = button(words.copy, () => post({ type: 'copy' }));
    this.stop = button(words.stop, () => post({ type: 'stop' }));
    this.again = button(words.again, () => post({ type: 'again' }), 'secondary');
    this.why.append(element('h2', {}, words.why), this.reason);
    const headings = [words.model, words.sees, words.predictions, words.time, words.memory];
    const head = element(
      'tr',
      { role: 'row' },
      ...headings.map((text) => element('th', { role: 'columnheader', scope: 'col' }, text)),
    );
    // A narrow view lays the rows out as blocks, which takes a table's meaning away: the roles keep it.
    const table = element(
      'table',
      { role: 'table', 'aria-label': words.table },
      element('thead', { role: 'rowgroup' }, head),
      this.body,
    );
    root.append(
      element(
        'header',
        {},
        element('h1', {}, words.title),
        element('div', { class: 'actions' }, this.copy, this.again, this.stop),
        this.status,
      ),
      table,
      this.why,
    );
  }

  show({ rows, why, running }: Comparison): void {
    const { words } = this;
    const answered = rows.filter(({ state }) => state === 'done').length;
    this.status.textContent = filled(words.done, answered, rows.length);
    this.stop.hidden = !running;
    this.again.hidden = running;
    this.copy.disabled = answered === 0;
    this.why.hidden = why === '';
    this.reason.textContent = why;
    const kept = this.rows;
    this.rows = rows.map((row, index) => {
      const before = kept[index];
      const isSame = before && JSON.stringify(before.row) === JSON.stringify(row);
      return { row, element: isSame ? before.element : this.rowElement(row) };
    });
    this.body.replaceChildren(...this.rows.map((shown) => shown.element));
  }

  private rowElement(row: ComparisonRow): HTMLElement {
    const { words } = this;
    const { model, family, state, predictions, problem, time, memory } = row;
    const cell = (heading: string, name: string, ...children: (Node | string)[]): HTMLElement =>
      element('td', { role: 'cell', class: name, 'data-heading': heading }, ...children);
    const name = element(
      'th',
      { role: 'rowheader', scope: 'row' },
      element('span', { class: 'model' }, model),
      element('span', { class: 'family' }, family),
    );
    if (state === 'done')
      return element(
        'tr',
        { role: 'row', class: state },
        name,
        cell(words.sees, 'sees', sightLine(row, words)),
        cell(words.predictions, 'predictions', predictionList(predictions, words)),
        cell(words.time, 'figure', time),
        cell(words.memory, 'figure', memory),
      );
    const notes = {
      waiting: words.waiting,
      running: words.running,
      unable: problem,
      failed: problem,
      stopped: '–',
    };
    return element(
      'tr',
      { role: 'row', class: state },
      name,
      element('td', { role: 'cell', class: 'note', colspan: 4 }, notes[state]),
    );
  }
}

function button(text: string, press: () => void, kind = ''): HTMLButtonElement {
  const made = element('button', { type: 'button', class: kind }, text);
  made.addEventListener('click', press);
  return made;
}
