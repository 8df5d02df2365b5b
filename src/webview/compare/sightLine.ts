import type { ComparisonRow, CompareWords } from '../../protocol/compareView';
import { element } from '../attention/dom';
import { filled } from '../attention/text/pieces';

/** The text as a model sees it: its tokens one by one, the place as a box, what is hidden dimmed. */
export function sightLine({ pieces, sides }: ComparisonRow, words: CompareWords): HTMLElement {
  const line = element('div', { class: 'sight' });
  let hidden: string[] = [];
  const close = (): void => {
    if (hidden.length === 0) return;
    // A screen reader hears once that a run of words is hidden, then the words.
    const text = hidden.join('').trim();
    const run = element('span', { class: 'hidden-run' });
    run.append(
      element('span', { class: 'aloud' }, filled(words.hidden, text)),
      ...hidden.map((part) =>
        element('span', { class: /\S/.test(part) ? 'token hidden' : 'blank', 'aria-hidden': 'true' }, part),
      ),
    );
    line.append(run);
    hidden = [];
  };
  for (const { text, kind } of pieces) {
    if (kind === 'hidden' || (kind === 'blank' && hidden.length > 0)) {
      hidden.push(text);
      continue;
    }
    close();
    if (kind === 'blank') line.append(text);
    else if (kind === 'place')
      line.append(
        element('span', { class: 'aloud' }, ` ${words.place} `),
        element('span', { class: 'place', 'aria-hidden': 'true', title: text || words.place }, '▢'),
      );
    else line.append(element('span', { class: 'token' }, text));
  }
  close();
  return element('div', {}, line, element('div', { class: 'sides' }, sides));
}
