import type { Scale } from '../colours';
import type { Level } from './pyramid';
import type { Viewport } from './viewport';

/** Draws the cells of a map. */
export interface Painter {
  readonly kind: 'webgl' | 'canvas';
  readonly canvas: HTMLCanvasElement;
  /** The matrix to draw from now on: see `pyramidOf`. */
  setLevels(levels: readonly Level[]): void;
  /** The colours from now on. */
  setScale(scale: Scale): void;
  /** Draws what `viewport` shows at a size in CSS pixels. Nothing is drawn before levels and colours are set. */
  paint(viewport: Viewport, width: number, height: number): void;
  /** Gives back what it draws with; it is not used again. */
  dispose(): void;
}
