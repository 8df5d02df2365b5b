import { excerptAround } from '../../../core/text/excerpt';
import { hide } from '../../../core/text/hiddenText';
import { readMasks } from '../../../core/text/masks';
import type { SeenToken } from '../../../protocol/engine';
import type { OpenEncoder } from '../../model/modelStore';
import type { Turn } from '../../scheduler';
import { rank } from '../fillMask';
import { maskInPieces, maskOf } from '../maskOf';
import type { Place, Predicted } from '.';

/**
 * What a mask at the place hides, by all that stands on both sides of it (Devlin et al. 2019). Of a text longer than
 * the window, what stands around the place is seen.
 */
export async function predictMasked(model: OpenEncoder, place: Place, turn: Turn): Promise<Predicted> {
  const { tokenizer, folder, net } = model;
  const { text, hidden, top } = place;
  const mask = maskOf(model);
  const marked = hide(text, hidden, mask.text);
  const masked = readMasks(marked.text, mask.text);
  const { tokens: read, typeIds } = tokenizer.encode(masked.text);

  const position = read.findIndex(
    (token) => token.id === mask.id && !token.special && masked.toWritten(token).end === marked.mark.end,
  );
  if (position < 0) throw maskInPieces(model, mask.text);
  const special = read.map((token) => token.special);
  const excerpt = excerptAround(special, position, folder.window);
  await turn();
  const input = {
    ids: excerpt.map((index) => read[index]!.id),
    typeIds: excerpt.map((index) => typeIds[index]!),
  };
  const [rows] = await net.logitsAt([input], [excerpt.indexOf(position)]);
  const seen = new Set(excerpt);
  const tokens = read.flatMap((token, index): SeenToken[] => {
    if (token.special) return [];
    if (index === position)
      return hidden.end > hidden.start
        ? [{ text: text.slice(hidden.start, hidden.end), ...hidden, seen: false }]
        : [];
    const { start, end } = masked.toWritten(token);
    return [
      { text: token.text, start: marked.original(start), end: marked.original(end), seen: seen.has(index) },
    ];
  });
  const predictions = rank(rows![0]!, top, tokenizer, marked.left).map(({ text: word, probability }) => ({
    text: word,
    probability,
  }));
  return { tokens, predictions };
}
