/** A picture as a list of things to draw, so that it can become SVG or pixels. */

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export type Item =
  | ({
      readonly kind: 'box';
      readonly fill?: string;
      readonly stroke?: string;
      readonly lineWidth?: number;
      readonly radius?: number;
    } & Box)
  | {
      readonly kind: 'text';
      readonly text: string;
      /** Of the baseline's start; turned by `angle` degrees around it. */
      readonly x: number;
      readonly y: number;
      readonly angle?: number;
      readonly anchor?: 'start' | 'end';
      /** A CSS font, as a canvas takes it. */
      readonly font: string;
      readonly fill: string;
      /** Width in CSS pixels, kept where the font is another. */
      readonly width?: number;
    }
  | ({ readonly kind: 'image'; readonly canvas: HTMLCanvasElement } & Box)
  | {
      readonly kind: 'path';
      readonly d: string;
      readonly x: number;
      readonly y: number;
      readonly stroke: string;
      readonly lineWidth: number;
      readonly opacity: number;
    }
  /** Nothing of its items is seen outside of its box. */
  | { readonly kind: 'clip'; readonly box: Box; readonly items: readonly Item[] };

export interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly background: string;
  readonly items: readonly Item[];
}
