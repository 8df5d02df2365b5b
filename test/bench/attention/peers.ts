/** What others do with the same attentions. */
import type { Frame } from 'playwright-core';

/**
 * Bytes of the JSON that BertViz (1.4) embeds in its page for all layers and heads: nested lists of every value.
 * @param head one head's matrix [tokens, tokens]; the others are as long but for single digits
 */
export function bertvizBytes(head: Float32Array, tokens: number, layers: number, heads: number): number {
  const rows = Array.from({ length: tokens }, (_, row) =>
    Array.from(head.subarray(row * tokens, (row + 1) * tokens)),
  );
  return JSON.stringify(rows).length * layers * heads;
}

/** Draws one head as plain SVG over the page, a rectangle a cell; gives milliseconds until it is painted. */
export async function drawAsSvg(frame: Frame, tokens: number): Promise<number> {
  return frame.evaluate(async (size) => {
    const started = performance.now();
    const namespace = 'http://www.w3.org/2000/svg';
    const svg = document.createElementNS(namespace, 'svg');
    svg.id = 'plain-svg';
    svg.setAttribute('viewBox', `0 0 ${size} ${size}`);
    Object.assign(svg.style, {
      position: 'fixed',
      inset: '0',
      width: '700px',
      height: '700px',
      zIndex: '99',
    });
    for (let row = 0; row < size; row++)
      for (let column = 0; column < size; column++) {
        const cell = document.createElementNS(namespace, 'rect');
        cell.setAttribute('x', String(column));
        cell.setAttribute('y', String(row));
        cell.setAttribute('width', '1');
        cell.setAttribute('height', '1');
        cell.setAttribute('fill', `rgb(${(row * 7) % 255} ${(column * 5) % 255} 60)`);
        svg.append(cell);
      }
    document.body.append(svg);
    // Zoom and pan as SVG does them.
    let drag: number | undefined;
    svg.addEventListener('pointerdown', (event) => (drag = event.clientX));
    svg.addEventListener('pointerup', () => (drag = undefined));
    svg.addEventListener('pointermove', (event) => {
      if (drag === undefined) (event.target as SVGElement).setAttribute('stroke', 'white');
      else svg.setAttribute('viewBox', `${(event.clientX - drag) / 10} 0 ${size / 2} ${size / 2}`);
    });
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    return performance.now() - started;
  }, tokens);
}

export async function removeSvg(frame: Frame): Promise<void> {
  await frame.evaluate(() => document.getElementById('plain-svg')?.remove());
}
