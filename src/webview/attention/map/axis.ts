import { labelOf } from '../text/pieces';
import type { Theme } from '../theme';
import type { Unit } from '../unit';

export const LABEL_FONT = 11;
const GAP = 6;
/** Height of a line of labels. */
const LINE = 13;
const LONGEST = 140;

/** What a drawing of an axis needs of a canvas; a picture that is saved has the same. */
export type AxisContext = Pick<
  CanvasRenderingContext2D,
  | 'fillStyle'
  | 'font'
  | 'textAlign'
  | 'textBaseline'
  | 'save'
  | 'restore'
  | 'translate'
  | 'rotate'
  | 'fillText'
>;

export interface Axis {
  readonly units: readonly Unit[];
  /** The unit whose label is always there. */
  readonly chosen: number;
  readonly horizontal: boolean;
  /** CSS pixels: of the axis' depth, of what is seen of it, and of a cell. */
  readonly depth: number;
  readonly length: number;
  readonly scale: number;
  /** The unit, with its fraction, at the axis' start. */
  readonly from: number;
}

/** Every how many units there is room for a label. */
export function labelStep(scale: number): number {
  return Math.max(1, Math.ceil(LINE / scale));
}

/** How much room the labels take, in CSS pixels. */
export function depthOf(units: readonly Unit[], theme: Theme, context: CanvasRenderingContext2D): number {
  context.font = theme.font(LABEL_FONT, true);
  let widest = 72;
  for (const unit of units) widest = Math.max(widest, context.measureText(labelOf(unit)).width);
  return Math.ceil(Math.min(widest, LONGEST) + 2 * GAP);
}

/** Draws the labels of the units that are seen, as many as there is room for. */
export function paintAxis(context: AxisContext, axis: Axis, theme: Theme): void {
  const { units, chosen, horizontal, depth, length, scale, from } = axis;
  const step = labelStep(scale);
  const last = Math.min(units.length - 1, Math.ceil(from + length / scale));
  context.textBaseline = 'middle';
  context.textAlign = horizontal ? 'left' : 'right';
  for (let index = Math.max(0, Math.floor(from)); index <= last; index++) {
    const isChosen = index === chosen;
    if (!isChosen && (index % step !== 0 || (step > 1 && Math.abs(index - chosen) < step))) continue;
    const middle = (index + 0.5 - from) * scale;
    if (middle < 0 || middle > length) continue;
    const unit = units[index]!;
    context.fillStyle = unit.special && !isChosen ? theme.dimmed : theme.foreground;
    context.font = theme.font(LABEL_FONT, isChosen);
    // At the ends of small cells the label would be cut off.
    const at = Math.min(Math.max(middle, LABEL_FONT / 2), length - LABEL_FONT / 2);
    context.save();
    if (horizontal) {
      context.translate(at, depth - GAP);
      context.rotate(-Math.PI / 2);
    } else context.translate(depth - GAP, at);
    context.fillText(labelOf(unit), 0, 0);
    context.restore();
  }
}
