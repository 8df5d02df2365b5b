import type { Box, Drawing, Item } from './drawing';

/** The drawing as an SVG file, its text as text. */
export function toSvg({ width, height, background, items }: Drawing): string {
  const writer = new SvgWriter();
  const body = items.map((item) => writer.write(item)).join('\n');
  const size = `width="${round(width)}" height="${round(height)}" viewBox="0 0 ${round(width)} ${round(height)}"`;
  return (
    `<?xml version="1.0" encoding="UTF-8"?>\n<svg xmlns="http://www.w3.org/2000/svg" ${size}>\n` +
    `<rect width="100%" height="100%" fill="${escaped(background)}"/>\n${body}\n</svg>\n`
  );
}

class SvgWriter {
  private clips = 0;

  write(item: Item): string {
    switch (item.kind) {
      case 'box':
        return (
          `<rect ${boxOf(item)}${item.radius ? ` rx="${round(item.radius)}"` : ''} fill="${escaped(item.fill ?? 'none')}"` +
          `${item.stroke ? ` stroke="${escaped(item.stroke)}" stroke-width="${round(item.lineWidth ?? 1)}"` : ''}/>`
        );
      case 'text': {
        const { text, x, y, angle, anchor, font, fill, width } = item;
        const turn = angle ? ` transform="rotate(${angle} ${round(x)} ${round(y)})"` : '';
        const end = anchor === 'end' ? ' text-anchor="end"' : '';
        const length = width && !end ? ` textLength="${round(width)}" lengthAdjust="spacingAndGlyphs"` : '';
        return (
          `<text x="${round(x)}" y="${round(y)}" style="font: ${escaped(font)}" fill="${escaped(fill)}"` +
          `${turn}${end}${length} xml:space="preserve">${escaped(text)}</text>`
        );
      }
      case 'image':
        return (
          `<image ${boxOf(item)} preserveAspectRatio="none" style="image-rendering: pixelated" ` +
          `href="${item.canvas.toDataURL('image/png')}"/>`
        );
      case 'path':
        return (
          `<path transform="translate(${round(item.x)} ${round(item.y)})" d="${escaped(item.d)}" fill="none" ` +
          `stroke="${escaped(item.stroke)}" stroke-width="${round(item.lineWidth)}" stroke-opacity="${round(item.opacity)}"/>`
        );
      case 'clip': {
        const id = `clip${++this.clips}`;
        const inner = item.items.map((child) => this.write(child)).join('\n');
        return `<clipPath id="${id}"><rect ${boxOf(item.box)}/></clipPath>\n<g clip-path="url(#${id})">\n${inner}\n</g>`;
      }
    }
  }
}

function boxOf({ x, y, width, height }: Box): string {
  return `x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}"`;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

/** For text and attributes in double quotes; what XML can't hold is left out. */
function escaped(text: string): string {
  return text
    .replace(/(?![\t\n\r])\p{Cc}/gu, '')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;');
}
