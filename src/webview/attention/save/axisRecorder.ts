import type { AxisContext } from '../map/axis';
import type { Item } from './drawing';

/** Stands in for a canvas' context and writes down the text that is drawn, where it would stand. */
export class AxisRecorder implements AxisContext {
  readonly items: Item[] = [];
  fillStyle: string | CanvasGradient | CanvasPattern = '';
  font = '';
  textAlign: CanvasTextAlign = 'left';
  textBaseline: CanvasTextBaseline = 'middle';
  private angle = 0;
  private place = { x: 0, y: 0 };
  private readonly saved: { angle: number; place: { x: number; y: number } }[] = [];

  /** @param origin where the canvas' top left corner is in the picture */
  constructor(private readonly origin: { x: number; y: number }) {}

  save(): void {
    this.saved.push({ angle: this.angle, place: this.place });
  }

  restore(): void {
    const last = this.saved.pop();
    if (last) [this.angle, this.place] = [last.angle, last.place];
  }

  /** Only before it is turned, as axes do. */
  translate(x: number, y: number): void {
    this.place = { x: this.place.x + x, y: this.place.y + y };
  }

  rotate(radians: number): void {
    this.angle += (radians * 180) / Math.PI;
  }

  fillText(text: string): void {
    const size = Number(/([\d.]+)px/.exec(this.font)?.[1] ?? 11);
    // From the middle of a line to its baseline, at a right angle to the text.
    const [dx, dy] = this.angle === 0 ? [0, size * 0.35] : [size * 0.35, 0];
    this.items.push({
      kind: 'text',
      text,
      x: this.origin.x + this.place.x + dx,
      y: this.origin.y + this.place.y + dy,
      ...(this.angle !== 0 && { angle: this.angle }),
      anchor: this.textAlign === 'right' ? 'end' : 'start',
      font: this.font,
      fill: typeof this.fillStyle === 'string' ? this.fillStyle : '',
    });
  }
}
