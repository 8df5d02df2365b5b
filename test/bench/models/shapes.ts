/** Sizes of the models that the bench runs: those of the real GPT-2 and BERT-base. */

export interface ModelShape {
  readonly layers: number;
  readonly hidden: number;
  readonly heads: number;
  /** Width between the two products of the feed-forward part. */
  readonly intermediate: number;
  readonly positions: number;
  readonly vocabulary: number;
}

export const gpt2Shape: ModelShape = {
  layers: 12,
  hidden: 768,
  heads: 12,
  intermediate: 3072,
  positions: 1024,
  vocabulary: 50257,
};

export const bertShape: ModelShape = {
  layers: 12,
  hidden: 768,
  heads: 12,
  intermediate: 3072,
  positions: 512,
  vocabulary: 30522,
};
