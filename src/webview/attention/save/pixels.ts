import { element, plainContext } from '../dom';
import type { Box, Drawing, Item } from './drawing';

/** Browsers refuse canvases with a longer side. */
const LONGEST = 16_000;

/** The drawing as a PNG file, two pixels a CSS pixel. */
export async function toPng(drawing: Drawing): Promise<Blob> {
  const ratio = Math.min(2, LONGEST / Math.max(drawing.width, drawing.height));
  const canvas = element('canvas', {
    width: Math.ceil(drawing.width * ratio),
    height: Math.ceil(drawing.height * ratio),
  });
  const context = plainContext(canvas);
  context.scale(ratio, ratio);
  context.fillStyle = drawing.background;
  context.fillRect(0, 0, drawing.width, drawing.height);
  for (const item of drawing.items) draw(context, item);
  return new Promise((resolve, reject) =>
    canvas.toBlob(
      (blob) => (blob ? resolve(blob) : reject(new Error('The picture is too large.'))),
      'image/png',
    ),
  );
}

function draw(context: CanvasRenderingContext2D, item: Item): void {
  context.save();
  switch (item.kind) {
    case 'box':
      context.beginPath();
      context.roundRect(item.x, item.y, item.width, item.height, item.radius ?? 0);
      if (item.fill) {
        context.fillStyle = item.fill;
        context.fill();
      }
      if (item.stroke) {
        context.strokeStyle = item.stroke;
        context.lineWidth = item.lineWidth ?? 1;
        context.stroke();
      }
      break;
    case 'text':
      context.font = item.font;
      context.fillStyle = item.fill;
      context.textAlign = item.anchor === 'end' ? 'right' : 'left';
      context.translate(item.x, item.y);
      context.rotate(((item.angle ?? 0) * Math.PI) / 180);
      context.fillText(item.text, 0, 0);
      break;
    case 'image':
      context.imageSmoothingEnabled = false;
      context.drawImage(item.canvas, item.x, item.y, item.width, item.height);
      break;
    case 'path':
      context.translate(item.x, item.y);
      context.globalAlpha = item.opacity;
      context.strokeStyle = item.stroke;
      context.lineWidth = item.lineWidth;
      context.stroke(new Path2D(item.d));
      break;
    case 'clip':
      clip(context, item.box);
      for (const child of item.items) draw(context, child);
      break;
  }
  context.restore();
}

function clip(context: CanvasRenderingContext2D, { x, y, width, height }: Box): void {
  context.beginPath();
  context.rect(x, y, width, height);
  context.clip();
}
