import { hide } from '../../../core/text/hiddenText';
import type { SeenToken } from '../../../protocol/engine';
import type { OpenEncoderDecoder } from '../../model/modelStore';
import type { Turn } from '../../scheduler';
import { fillGap, gapMarks } from '../fillGap';
import type { Place, Predicted } from '.';

/** As long as most things that a writer leaves out. */
const longest = 8;

/**
 * What an encoder-decoder writes into a gap at the place, one word or several, after its encoder has seen both sides
 * (Raffel et al. 2020, Lewis et al. 2020).
 */
export async function predictByEncoderDecoder(
  model: OpenEncoderDecoder,
  { text, hidden, top }: Place,
  turn: Turn,
): Promise<Predicted> {
  const marked = hide(text, hidden, gapMarks(model).text(0));
  const gap = { text: marked.text, number: 0, start: marked.mark.start, top, maxTokens: longest };
  const { candidates, read, position } = await fillGap(model, gap, turn);
  const seen = new Set(read);
  const tokens = model.tokenizer.encode(marked.text).tokens.flatMap((token, index): SeenToken[] => {
    if (token.special) return [];
    if (index !== position) {
      const [start, end] = [marked.original(token.start), marked.original(token.end)];
      return [{ text: token.text, start, end, seen: seen.has(index) }];
    }
    if (hidden.end === hidden.start) return [];
    return [{ text: text.slice(hidden.start, hidden.end), ...hidden, seen: false }];
  });
  return { tokens, predictions: candidates };
}
