import { imageOf as coloursOf, paletteOf, type Scale } from '../colours';
import { element, plainContext, resize } from '../dom';
import type { Painter } from './painter';
import { levelFor, type Level } from './pyramid';
import type { Viewport } from './viewport';

/** Draws on a plain canvas: each level is coloured once, when it is first seen, and enlarged without smoothing. */
export class CanvasPainter implements Painter {
  readonly kind = 'canvas';
  readonly canvas = element('canvas', { class: 'cells', 'aria-hidden': 'true' });
  private readonly context = plainContext(this.canvas);
  private levels: readonly Level[] = [];
  private palette: Uint32Array | undefined;
  private coloured: (HTMLCanvasElement | undefined)[] = [];

  setLevels(levels: readonly Level[]): void {
    this.levels = levels;
    this.coloured = [];
  }

  setScale(scale: Scale): void {
    this.palette = paletteOf(scale);
    this.coloured = [];
  }

  paint({ scale, x, y }: Viewport, width: number, height: number): void {
    const { context, canvas } = this;
    const ratio = resize(canvas, width, height);
    context.clearRect(0, 0, canvas.width, canvas.height);
    if (this.levels.length === 0 || !this.palette) return;
    const index = levelFor(this.levels.length, scale * ratio);
    const image = this.imageOf(index, this.palette);
    const { rows, columns } = this.levels[0]!;
    // What is seen, in cells; a level's cells are 2^index of these.
    const right = Math.min(x + width / scale, columns);
    const bottom = Math.min(y + height / scale, rows);
    const size = 2 ** index;
    const pixels = scale * ratio;
    context.imageSmoothingEnabled = false;
    context.drawImage(
      image,
      x / size,
      y / size,
      (right - x) / size,
      (bottom - y) / size,
      0,
      0,
      (right - x) * pixels,
      (bottom - y) * pixels,
    );
  }

  dispose(): void {
    this.levels = [];
    this.coloured = [];
  }

  private imageOf(index: number, palette: Uint32Array): HTMLCanvasElement {
    const known = this.coloured[index];
    if (known) return known;
    const { rows, columns, shades } = this.levels[index]!;
    const image = element('canvas', { width: columns, height: rows });
    plainContext(image).putImageData(coloursOf(shades, columns, rows, palette), 0, 0);
    this.coloured[index] = image;
    return image;
  }
}
