import type { AttentionPicture } from '../../../protocol/view';
import type { Direction } from '../../../protocol/viewState';
import type { ViewWords } from '../../../protocol/viewWords';
import { element } from '../dom';
import type { Theme } from '../theme';
import { weightsOf, type Shown, type Unit } from '../unit';
import { filled, labelOf } from './pieces';
import { TextView, type Tint } from './textView';

/**
 * The text, coloured by what the focused unit attends to or is attended by. Where one text attends to another (an
 * encoder-decoder's cross-attention) both are there, and the one that is attended to is coloured.
 */
export class TintedText {
  readonly root = element('section', { class: 'text-section' });
  private readonly heading = element('h2');
  private readonly help = element('p', { class: 'help' });
  private readonly rows: TextView;
  private readonly columns: TextView;
  private crosses = false;

  constructor(
    private readonly words: ViewWords,
    onFocus: (unit: number) => void,
  ) {
    this.heading.textContent = words.text;
    this.rows = new TextView(words.text, onFocus);
    this.columns = new TextView(words.sourceText);
    this.root.append(this.heading, this.help, this.rows.root, this.columns.root);
  }

  show(picture: AttentionPicture, { rows, columns }: Omit<Shown, 'weights'>): void {
    const { source, target, part, window } = picture;
    this.crosses = part === 'cross';
    this.columns.root.hidden = !this.crosses;
    const written = part === 'decoder' || part === 'cross' ? target : undefined;
    this.rows.show(
      written ?? source.text,
      rows,
      written === undefined ? window : { start: 0, end: written.length },
    );
    if (this.crosses) this.columns.show(source.text, columns, window);
  }

  /** @param shown undefined while it is being fetched */
  paint(shown: Shown | undefined, focused: number, direction: Direction, theme: Theme): void {
    const { words, crosses } = this;
    const way = crosses ? 'from' : direction;
    this.help.textContent = way === 'from' ? words.textHelp : words.textHelpTo;
    const from = shown?.rows[focused];
    const tint = shown && from && tints(shown, from, way, focused, words);
    this.rows.paint(focused, crosses ? undefined : tint, theme);
    if (crosses) this.columns.paint(undefined, tint, theme);
  }
}

function tints(
  shown: Shown,
  focused: Unit,
  direction: Direction,
  at: number,
  words: ViewWords,
): (unit: number) => Tint {
  const weights = weightsOf(shown, direction, at);
  const units = direction === 'from' ? shown.columns : shown.rows;
  return (index) => {
    const weight = weights[index] ?? 0;
    const [own, other] = [labelOf(focused), labelOf(units[index]!)];
    const figure = weight.toFixed(4);
    return direction === 'from'
      ? {
          weight,
          title: filled(words.weight, own, other, figure),
          label: filled(words.attendedBy, other, own, figure),
        }
      : {
          weight,
          title: filled(words.weight, other, own, figure),
          label: filled(words.attendsTo, other, own, figure),
        };
  };
}
