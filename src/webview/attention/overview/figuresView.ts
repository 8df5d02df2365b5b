import { measureNames } from '../../../core/attention/measures';
import type { HeadFigures } from '../../../protocol/view';
import type { ViewWords } from '../../../protocol/viewWords';
import { element } from '../dom';
import { figure, longName } from './headNames';

/** One head's class and measures, each with what it means. */
export class FiguresView {
  readonly root = element('section', { class: 'figures' });
  private readonly kind = element('p', { class: 'kind' });
  private readonly list = element('dl');

  constructor(private readonly words: ViewWords) {
    this.root.append(element('h3', {}, words.measures), this.kind, this.list);
  }

  show(figures: HeadFigures | undefined, head: number): void {
    const { words } = this;
    const known = figures?.classes?.[head];
    const none = figures?.classes ? words.noClasses : figures ? words.noClass : words.measuring;
    this.kind.textContent = known ? longName(known, words) : none;
    this.list.replaceChildren(
      ...measureNames.flatMap((name) => {
        const value = figures?.measures[name]?.[head];
        if (value === undefined) return [];
        const [label, meaning] = words.measureNames[name];
        return [
          element(
            'div',
            { title: Number.isNaN(value) ? words.noFigure : meaning },
            element('dt', {}, label),
            element('dd', {}, figure(name, value)),
          ),
        ];
      }),
    );
  }
}
