import { headlightFiller } from '../contenders/headlight';
import { transformersFiller } from '../contenders/transformers';
import { interleave } from '../interleave';
import { folderOf, openPrompts, precisions, windowOf, type Precision } from '../modelSet';
import type { Measure } from '../row';
import { median } from '../statistics';

/** Candidates for one mask in a text of 128 tokens, against transformers.js' pipeline. */
export function fillMask(precision: Precision): Measure {
  return async ({ models, rounds }) => {
    const folder = folderOf(models.masked, 'masked', precision);
    const text = await maskedText(folder, 128);
    const fillers = [
      await headlightFiller(folder),
      await transformersFiller(folder, precisions[precision].dtype),
    ] as const;
    try {
      for (const filler of fillers) await filler.fill(text);
      const [ours, peer] = await interleave(
        // Single runs are short.
        2 * rounds,
        fillers.map((filler) => async () => (await filler.fill(text)).ms),
      );
      return {
        unit: 'ms',
        ours: median(ours!),
        peer: median(peer!),
        peerName: fillers[1].name,
        ratio: median(peer!) / median(ours!),
      };
    } finally {
      for (const filler of fillers) await filler.end();
    }
  };
}

/** A text with one mask, of so many tokens with the special ones. */
export async function maskedText(folder: string, wanted: number): Promise<string> {
  const prompts = await openPrompts(folder);
  const length = Math.min(wanted, windowOf(folder));
  // The text before the mask, in which the special tokens are counted; then the mask and a full stop.
  return `${prompts.make(length - 2, 0).text} [MASK] .`;
}
