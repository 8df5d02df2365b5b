import { percent } from '../../core/text/figures';
import type { ComparisonRow, CompareWords } from '../../protocol/compareView';
import { element } from '../attention/dom';
import { filled } from '../attention/text/pieces';

/** A model's predictions, most probable first, each with a bar as long as its probability. */
export function predictionList(predictions: ComparisonRow['predictions'], words: CompareWords): HTMLElement {
  return element(
    'ol',
    { class: 'ranking' },
    ...predictions.map(({ text, probability }) => {
      const shown = text.replace(/\r?\n/g, '⏎').replace(/\t/g, '⇥').trim() || '␣';
      const number = percent(probability);
      return element(
        'li',
        { title: filled(words.probability, shown, probability.toFixed(4)) },
        element('span', { class: 'text' }, shown),
        element('span', { class: 'number' }, number),
        // An element with a length of its own: the page's policy allows no inline style.
        element('progress', { max: 1, value: probability, 'aria-label': number }),
      );
    }),
  );
}
