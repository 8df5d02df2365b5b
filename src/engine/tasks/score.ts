import { logProbability } from '../../core/decoding/sampling';
import { windows } from '../../core/decoding/window';
import { excerptAround } from '../../core/text/excerpt';
import { EngineError, type ScoreParams, type ScoreResult, type ScoredToken } from '../../protocol/engine';
import type { OpenCausal, OpenEncoder } from '../model/modelStore';
import type { Turn } from '../scheduler';
import type { TaskContext } from './context';
import { maskOf } from './maskOf';

/**
 * The log probability (natural logarithm) of each token of a text.
 *
 * A causal model gives each token's probability after what stands to its left; a text begins after the model's
 * beginning-of-text token where it has one, else its first token has none. A masked model gives the pseudo-log-
 * likelihood: each token masked in turn, all others seen (Salazar et al. 2020). Texts longer than the window are
 * read in overlapping windows.
 */
export async function score(params: ScoreParams, { models, turn }: TaskContext): Promise<ScoreResult> {
  const { model, loadMs } = await models.open(params.model, 'score');
  const started = performance.now();
  const tokens =
    model.kind === 'causal'
      ? await scoreCausal(model, params.text, turn)
      : await scoreMasked(model, params.text, turn);
  if (tokens.length === 0) throw new EngineError('input', 'The text is empty: there is nothing to score.');
  return {
    model: model.folder.name,
    tokens: tokens.map(({ id, text, start, end, logprob }) => ({ id, text, start, end, logprob })),
    sum: tokens.reduce((sum, token) => sum + (token.logprob ?? 0), 0),
    timing: { loadMs, runMs: performance.now() - started },
  };
}

async function scoreCausal(
  { net, tokenizer, folder }: OpenCausal,
  text: string,
  turn: Turn,
): Promise<ScoredToken[]> {
  const { tokens } = tokenizer.encode(text, { addSpecial: false });
  const { bos } = tokenizer.special;
  // With a beginning-of-text token in front, every token of the text has something to its left.
  const lead = bos ? 1 : 0;
  const ids = [...(bos ? [bos.id] : []), ...tokens.map((token) => token.id)];
  const logprobs: (number | null)[] = ids.map(() => null);
  for (const window of windows(ids.length, folder.window, Math.floor(folder.window / 2))) {
    await net.readAll(ids.slice(window.start, window.end), turn, (position, logits) => {
      const next = window.start + position + 1;
      if (next >= window.scoreFrom && next < window.end) logprobs[next] = logProbability(logits, ids[next]!);
    });
  }
  return tokens.map((token, index) => ({ ...token, logprob: logprobs[index + lead]! }));
}

async function scoreMasked(model: OpenEncoder, text: string, turn: Turn): Promise<ScoredToken[]> {
  const mask = maskOf(model);
  const { tokens, typeIds } = model.tokenizer.encode(text);
  const special = tokens.map((token) => token.special);
  const scored: ScoredToken[] = [];
  for (const [position, token] of tokens.entries()) {
    if (token.special) continue;
    const excerpt = excerptAround(special, position, model.folder.window);
    await turn();
    const [logits] = await model.net.logitsAt(
      {
        ids: excerpt.map((at) => (at === position ? mask.id : tokens[at]!.id)),
        typeIds: excerpt.map((at) => typeIds[at]!),
      },
      [excerpt.indexOf(position)],
    );
    scored.push({ ...token, logprob: logProbability(logits!, token.id) });
  }
  return scored;
}
