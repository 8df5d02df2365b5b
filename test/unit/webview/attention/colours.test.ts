import assert from 'node:assert/strict';
import {
  colourOf,
  inkOn,
  luminance,
  paletteOf,
  parseColour,
  scaleOf,
  shade,
  themeKindOf,
  type Rgb,
  type ThemeKind,
} from '../../../../src/webview/attention/colours';

const backgrounds: Record<ThemeKind, Rgb> = {
  dark: [30, 30, 30],
  light: [255, 255, 255],
  'high-contrast': [0, 0, 0],
  'high-contrast-light': [255, 255, 255],
};

describe('the scale of colours', () => {
  for (const [kind, background] of Object.entries(backgrounds) as [ThemeKind, Rgb][]) {
    it(`begins at the background and runs one way in lightness (${kind})`, () => {
      const scale = scaleOf(kind, background);
      assert.equal(scale.length, 256);
      assert.deepEqual(scale[0], background);
      const rising = luminance(background) < 0.5;
      for (let i = 1; i < 256; i++) {
        const step = luminance(scale[i]!) - luminance(scale[i - 1]!);
        assert(rising ? step >= 0 : step <= 0, `step ${i} of ${kind}`);
      }
    });

    it(`lets ink be read on every step (${kind})`, () => {
      for (const colour of scaleOf(kind, background)) {
        const [dark, light] = [luminance(colour), luminance(inkOn(colour))].sort((a, b) => a - b);
        assert((light! + 0.05) / (dark! + 0.05) >= 4.5);
      }
    });
  }

  it('tells small probabilities apart, as it follows the square root', () => {
    assert.equal(shade(0), 0);
    assert.equal(shade(1), 255);
    assert.equal(shade(1 / 512), 11);
    const scale = scaleOf('dark', backgrounds.dark);
    assert.deepEqual(colourOf(scale, 0.25), scale[128]);
  });

  it('is a palette of opaque pixels in RGBA order', () => {
    const scale = scaleOf('light', backgrounds.light);
    const bytes = new Uint8Array(paletteOf(scale).buffer);
    assert.deepEqual([...bytes.subarray(0, 4)], [255, 255, 255, 255]);
    assert.deepEqual([...bytes.subarray(4 * 255)], [...scale[255]!, 255]);
  });
});

describe('parseColour', () => {
  it('reads the forms that themes use', () => {
    assert.deepEqual(parseColour('#1e1e1e'), [30, 30, 30]);
    assert.deepEqual(parseColour(' #FFF '), [255, 255, 255]);
    assert.deepEqual(parseColour('#0102037f'), [1, 2, 3]);
    assert.deepEqual(parseColour('rgba(1, 2, 3, 0.5)'), [1, 2, 3]);
    assert.equal(parseColour(''), undefined);
    assert.equal(parseColour('red'), undefined);
  });
});

describe('themeKindOf', () => {
  it('knows the four kinds by the classes of the body', () => {
    const kindOf = (...classes: string[]): ThemeKind =>
      themeKindOf({ contains: (name) => classes.includes(name) });
    assert.equal(kindOf('vscode-dark'), 'dark');
    assert.equal(kindOf('vscode-light'), 'light');
    assert.equal(kindOf('vscode-high-contrast'), 'high-contrast');
    assert.equal(kindOf('vscode-high-contrast', 'vscode-high-contrast-light'), 'high-contrast-light');
  });
});
