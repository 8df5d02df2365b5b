/** Colours of the attention view, made from the theme's own. */

/** sRGB, each component in [0, 255]. */
export type Rgb = readonly [red: number, green: number, blue: number];

/** The kinds of theme, as VS Code names them on the page's body. */
export type ThemeKind = 'light' | 'dark' | 'high-contrast' | 'high-contrast-light';

/** The kind of theme that the body's classes name; a high-contrast light theme has both high-contrast classes. */
export function themeKindOf(classes: Pick<DOMTokenList, 'contains'>): ThemeKind {
  if (classes.contains('vscode-high-contrast-light')) return 'high-contrast-light';
  if (classes.contains('vscode-high-contrast')) return 'high-contrast';
  return classes.contains('vscode-light') ? 'light' : 'dark';
}

/** `#rgb`, `#rrggbb` (an alpha after it is dropped) or `rgb(r, g, b)`; `undefined` for anything else. */
export function parseColour(text: string): Rgb | undefined {
  const value = text.trim();
  const short = /^#([\da-f])([\da-f])([\da-f])[\da-f]?$/i.exec(value);
  if (short) return [hex(short[1]!.repeat(2)), hex(short[2]!.repeat(2)), hex(short[3]!.repeat(2))];
  const long = /^#([\da-f]{2})([\da-f]{2})([\da-f]{2})([\da-f]{2})?$/i.exec(value);
  if (long) return [hex(long[1]!), hex(long[2]!), hex(long[3]!)];
  const call = /^rgba?\(\s*([\d.]+)[,\s]+([\d.]+)[,\s]+([\d.]+)/i.exec(value);
  return call ? [Number(call[1]), Number(call[2]), Number(call[3])] : undefined;
}

/** Middle and end of the scale in each kind of theme; it begins at the background. */
const stops: Record<ThemeKind, readonly [Rgb, Rgb]> = {
  dark: [
    [214, 135, 34],
    [255, 246, 214],
  ],
  light: [
    [64, 132, 208],
    [8, 22, 74],
  ],
  'high-contrast': [
    [214, 150, 0],
    [255, 255, 200],
  ],
  'high-contrast-light': [
    [40, 110, 200],
    [0, 0, 60],
  ],
};

/** 256 colours from the background, for 0, to the strongest, for 1; lightness runs one way. */
export type Scale = readonly Rgb[];

/** The scale of a theme: even steps in OKLab (Ottosson 2020), so that equal steps look equal. */
export function scaleOf(kind: ThemeKind, background: Rgb): Scale {
  const [middle, end] = stops[kind].map(toOklab) as [Oklab, Oklab];
  const start = toOklab(background);
  return Array.from({ length: 256 }, (_, step) => {
    const at = step / 255;
    return fromOklab(at < 0.5 ? mix(start, middle, at * 2) : mix(middle, end, at * 2 - 1));
  });
}

/** The colour of a probability, by its square root: see `AttentionResult.thumbnails`. */
export function colourOf(scale: Scale, probability: number): Rgb {
  return scale[shade(probability)]!;
}

/** The step of a probability in a scale: `round(255 * sqrt(p))`. */
export function shade(probability: number): number {
  return Math.round(255 * Math.sqrt(Math.min(Math.max(probability, 0), 1)));
}

/** Black or white, whichever is read more easily on `background` (contrast ratio of WCAG 2). */
export function inkOn(background: Rgb): Rgb {
  return luminance(background) > 0.179 ? [0, 0, 0] : [255, 255, 255];
}

/** `rgb(r g b)` */
export function css([red, green, blue]: Rgb): string {
  return `rgb(${Math.round(red)} ${Math.round(green)} ${Math.round(blue)})`;
}

/** Relative luminance of WCAG 2, in [0, 1]. */
export function luminance(colour: Rgb): number {
  const [red, green, blue] = colour.map(toLinear) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** A scale as the words of an image's pixels (RGBA bytes in order; every browser's machine is little-endian). */
export function paletteOf(scale: Scale): Uint32Array<ArrayBuffer> {
  return Uint32Array.from(scale, ([red, green, blue]) => (255 << 24) | (blue << 16) | (green << 8) | red);
}

/** Shades, each in [0, 255], as the pixels of an image. */
export function imageOf(
  shades: ArrayLike<number>,
  width: number,
  height: number,
  palette: Uint32Array,
): ImageData {
  const image = new ImageData(width, height);
  const words = new Uint32Array(image.data.buffer);
  for (let at = 0; at < words.length; at++) words[at] = palette[shades[at]!]!;
  return image;
}

type Oklab = readonly [lightness: number, a: number, b: number];

function mix(from: Oklab, to: Oklab, at: number): Oklab {
  return [
    from[0] + (to[0] - from[0]) * at,
    from[1] + (to[1] - from[1]) * at,
    from[2] + (to[2] - from[2]) * at,
  ];
}

function toOklab(colour: Rgb): Oklab {
  const [red, green, blue] = colour.map(toLinear) as [number, number, number];
  const l = Math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue);
  const m = Math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue);
  const s = Math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

function fromOklab([lightness, a, b]: Oklab): Rgb {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    fromLinear(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    fromLinear(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    fromLinear(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
  ];
}

function toLinear(component: number): number {
  const value = component / 255;
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}

function fromLinear(value: number): number {
  const component = value <= 0.0031308 ? 12.92 * value : 1.055 * value ** (1 / 2.4) - 0.055;
  return Math.round(255 * Math.min(Math.max(component, 0), 1));
}

function hex(digits: string): number {
  return parseInt(digits, 16);
}
