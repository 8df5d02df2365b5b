import { whatCan } from '../../core/families';
import { softmax } from '../../core/decoding/sampling';
import { say } from '../../core/message';
import {
  EngineError,
  type NextSentenceParams,
  type NextSentencePartial,
  type NextSentenceResult,
} from '../../protocol/engine';
import type { EncoderInput } from '../model/encoderModel';
import type { OpenEncoder } from '../model/modelStore';
import { pairHead, type PairHead } from '../model/pairHead';
import type { Encoding } from '../model/tokenizer';
import type { TaskContext } from './context';

/**
 * Judges whether the second passage of each pair follows the first: BERT's next-sentence prediction (Devlin et al.
 * 2019) or ALBERT's sentence order (Lan et al. 2020), whose index 0 is "it follows".
 * @throws EngineError `unsupported` when the graph lacks such a head, `input` without pairs or for an empty passage
 */
export async function nextSentence(
  params: NextSentenceParams,
  { models, turn, partial }: TaskContext<NextSentencePartial>,
): Promise<NextSentenceResult> {
  const { pairs } = params;
  if (pairs.length === 0) throw new EngineError('input', say`There are no two passages to judge.`);
  if (pairs.some(({ first, second }) => first.trim() === '' || second.trim() === ''))
    throw new EngineError('input', say`One of two passages is empty: there is nothing to follow.`);
  const { model, loadMs } = await models.openEncoder(params.model, 'nextSentence');
  const started = performance.now();
  const { output, tells } = headOf(model);
  const isNext: number[] = [];
  for (const { first, second } of pairs) {
    await turn();
    const encoding = model.tokenizer.encode(first, { pair: second });
    const logits = await model.net.output(atTheJoint(encoding, model.folder.window), output);
    isNext.push(softmax(logits)[0]!);
    partial({ done: isNext.length, total: pairs.length });
  }
  return {
    model: model.folder.name,
    head: tells,
    isNext,
    timing: { loadMs, runMs: performance.now() - started },
  };
}

function headOf({ graph, folder, file }: OpenEncoder): PairHead {
  const outputs = graph.outputs.map(({ name }) => name);
  const head = pairHead(folder.family, outputs);
  if (head) return head;
  throw new EngineError(
    'unsupported',
    say`"${folder.name}" can't judge whether one sentence follows another: its file ${file} has no head for sentence
      pairs (it gives ${outputs.join(', ')}). ${whatCan('nextSentence')}`,
    undefined,
    'nextSentence',
  );
}

/**
 * What is read of a pair that is longer than the window: the end of the first and the beginning of the second, where
 * they meet, and as much of one as the other leaves room for.
 */
function atTheJoint({ tokens, typeIds, sequences }: Encoding, window: number): EncoderInput {
  const of = (sequence: 0 | 1): number[] =>
    tokens.flatMap((token, index) => (!token.special && sequences[index] === sequence ? [index] : []));
  const [first, second] = [of(0), of(1)];
  const room = Math.max(2, window - (tokens.length - first.length - second.length));
  const half = Math.floor(room / 2);
  const forFirst = Math.min(first.length, Math.max(half, room - second.length));
  const kept = new Set([...first.slice(first.length - forFirst), ...second.slice(0, room - forFirst)]);
  const indices = tokens.flatMap((token, index) => (token.special || kept.has(index) ? [index] : []));
  return { ids: indices.map((index) => tokens[index]!.id), typeIds: indices.map((index) => typeIds[index]!) };
}
