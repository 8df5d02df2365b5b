import { softmax } from '../../../core/decoding/sampling';
import { largest } from '../../../core/decoding/largest';
import { shiftSpan } from '../../../core/text/span';
import type { SeenToken } from '../../../protocol/engine';
import type { OpenCausal } from '../../model/modelStore';
import type { Turn } from '../../scheduler';
import type { Place, Predicted } from '.';

/**
 * What comes next after what stands to the left of the place, all that a causal model sees (Radford et al. 2019).
 * Where a space stands before the place and the vocabulary writes words with theirs, the text is read without it and
 * the tokens that begin with a space share the whole probability.
 */
export async function predictCausal(
  { net, tokenizer, folder }: OpenCausal,
  { text, hidden, top }: Place,
  turn: Turn,
): Promise<Predicted> {
  const left = text.slice(0, hidden.start);
  const spacesAreTokens = tokenizer.kind === 'byte-level' || tokenizer.kind === 'metaspace';
  const spaceIsGiven = spacesAreTokens && /\S $/.test(left);
  const read = tokenizer.encode(spaceIsGiven ? left.slice(0, -1) : left).tokens;
  const start = tokenizer.special.bos ?? tokenizer.special.eos;
  const ids = (read.length > 0 ? read.map(({ id }) => id) : start ? [start.id] : []).slice(-folder.window);
  const context = net.resume(ids);
  const [logits] = await net.readOn(context, ids, turn);
  const allowed = logits!.slice();
  if (spaceIsGiven)
    for (let id = 0; id < allowed.length; id++)
      if (!tokenizer.tokenText(id).startsWith(' ')) allowed[id] = -Infinity;
  net.keep(context);
  const probabilities = softmax(allowed);
  const predictions = largest(probabilities, top).map((id) => ({
    text: spaceIsGiven ? tokenizer.tokenText(id).slice(1) : tokenizer.tokenText(id),
    probability: probabilities[id]!,
  }));
  const right = tokenizer.encode(text.slice(hidden.end), { addSpecial: false }).tokens;
  const dropped = read.length - ids.length;
  const tokens: SeenToken[] = [
    ...read.flatMap(({ text: piece, start: from, end, special }, index) =>
      special ? [] : [{ text: piece, start: from, end, seen: index >= dropped }],
    ),
    ...(hidden.end > hidden.start
      ? [{ text: text.slice(hidden.start, hidden.end), ...hidden, seen: false }]
      : []),
    ...right.map((token) => ({ text: token.text, ...shiftSpan(token, hidden.end), seen: false })),
  ];
  return { tokens, predictions };
}
