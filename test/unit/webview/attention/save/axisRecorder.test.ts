import assert from 'node:assert/strict';
import { paintAxis } from '../../../../../src/webview/attention/map/axis';
import { AxisRecorder } from '../../../../../src/webview/attention/save/axisRecorder';
import type { Theme } from '../../../../../src/webview/attention/theme';

const theme: Theme = { scale: [], foreground: 'black', dimmed: 'grey', font: (size) => `${size}px x` };
const units = ['a', 'b', 'c', 'd', 'e', 'f'].map((text, at) => ({
  text,
  start: at,
  end: at + 1,
  special: at === 0,
  tokens: [at],
}));

describe('an axis in a saved picture', () => {
  const axis = { units, chosen: 3, depth: 50, length: 60, scale: 20, from: 2 };

  it('has the labels of what is seen, as text in their places', () => {
    const recorder = new AxisRecorder({ x: 100, y: 200 });
    paintAxis(recorder, { ...axis, horizontal: false }, theme);
    const texts = recorder.items.flatMap((item) => (item.kind === 'text' ? [item] : []));
    assert.deepEqual(
      texts.map(({ text, x, y }) => [text, x, Math.round(y)]),
      [
        ['c', 144, 214],
        ['d', 144, 234],
        ['e', 144, 254],
      ],
    );
    assert(texts.every(({ anchor, angle }) => anchor === 'end' && angle === undefined));
  });

  it('is turned along the top', () => {
    const recorder = new AxisRecorder({ x: 0, y: 0 });
    paintAxis(recorder, { ...axis, horizontal: true }, theme);
    assert(recorder.items.every((item) => item.kind === 'text' && item.angle === -90));
    assert.equal(recorder.items.length, 3);
  });

  it('leaves out labels where there is no room, but never the chosen one’s', () => {
    const recorder = new AxisRecorder({ x: 0, y: 0 });
    paintAxis(recorder, { ...axis, chosen: 5, from: 0, scale: 4, horizontal: false }, theme);
    assert.deepEqual(
      recorder.items.flatMap((item) => (item.kind === 'text' ? [item.text] : [])),
      ['a', 'f'],
    );
  });
});
