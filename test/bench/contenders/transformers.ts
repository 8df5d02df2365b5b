import * as path from 'node:path';
import { Child } from './child';
import { threads, type Filler, type Writer, type Written } from './contender';

export const transformersName = '@huggingface/transformers 4.3.1';

const script = path.join(import.meta.dirname, 'transformersChild.mjs');

/** The suffix of an .onnx file's name as transformers.js calls it. */
export type Dtype = 'fp32' | 'q8' | 'q4';

/** transformers.js' own `generate` with past key values, timed in its process by a streamer. */
export async function transformersWriter(folder: string, dtype: Dtype): Promise<Writer> {
  const child = new Child(script);
  await child.ask('openWriter', { folder, dtype, threads });
  return {
    name: transformersName,
    pid: child.pid,
    write: ({ text }, newTokens) => child.ask<Written>('write', { text, newTokens }),
    end: () => child.end(),
  };
}

/** transformers.js' pipeline for fill-mask, timed in its process. */
export async function transformersFiller(folder: string, dtype: Dtype): Promise<Filler> {
  const child = new Child(script);
  await child.ask('openFiller', { folder, dtype, threads });
  return {
    name: transformersName,
    fill: (text) => child.ask('fill', { text }),
    end: () => child.end(),
  };
}
