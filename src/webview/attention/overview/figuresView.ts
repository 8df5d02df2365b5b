import type { HeadFigures } from '../../../protocol/view';
import type { ViewWords } from '../../../protocol/viewWords';
import { element } from '../dom';
import { figure, longName } from './headNames';
import { scoreNames, scoreOf } from './scores';

/** One head's class and measures, each with what it means. */
export class FiguresView {
  readonly root = element('section', { class: 'figures' });
  private readonly kind = element('p', { class: 'kind' });
  private readonly list = element('dl');
  private readonly dash = element('p', { class: 'help' });

  constructor(private readonly words: ViewWords) {
    const meanings = scoreNames.map((name) => {
      const [label, meaning] = words.measureNames[name];
      return element('li', {}, element('strong', {}, label), ` ${meaning}`);
    });
    this.dash.textContent = words.noFigure;
    this.root.append(
      element('h3', {}, words.measures),
      this.kind,
      this.list,
      this.dash,
      element(
        'details',
        { class: 'help meanings' },
        element('summary', {}, words.meanings),
        element('ul', {}, ...meanings),
      ),
    );
  }

  show(figures: HeadFigures | undefined, head: number): void {
    const { words } = this;
    const known = figures?.classes?.[head];
    const none = figures?.classes ? words.noClasses : figures ? words.noClass : words.measuring;
    this.kind.textContent = known ? longName(known, words) : none;
    const scores = scoreNames.flatMap((name) => {
      const value = scoreOf(figures, name, head);
      return value === undefined ? [] : [{ name, value }];
    });
    this.dash.hidden = !scores.some(({ value }) => Number.isNaN(value));
    this.list.replaceChildren(
      ...scores.map(({ name, value }) => {
        const [label, meaning] = words.measureNames[name];
        return element(
          'div',
          { title: Number.isNaN(value) ? words.noFigure : meaning },
          element('dt', {}, label),
          element('dd', {}, figure(name, value)),
        );
      }),
    );
  }
}
