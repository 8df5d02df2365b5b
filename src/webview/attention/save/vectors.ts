import type { AxisContext } from '../map/axis';

/** Canvases that can draw themselves anew, so that a picture that is saved has their text as text. */
export const vectors = new WeakMap<HTMLCanvasElement, (context: AxisContext) => void>();
