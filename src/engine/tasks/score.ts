import { largest } from '../../core/decoding/largest';
import { logProbability, logSumExp } from '../../core/decoding/sampling';
import { excerpts, windows } from '../../core/decoding/window';
import { say } from '../../core/message';
import {
  EngineError,
  type Candidate,
  type ScoreParams,
  type ScorePartial,
  type ScoreResult,
  type ScoredToken,
} from '../../protocol/engine';
import type { OpenCausal, OpenEncoder } from '../model/modelStore';
import type { Tokenizer } from '../model/tokenizer';
import type { TaskContext } from './context';
import { textsInRun } from './hiddenText';
import { maskOf } from './maskOf';

type ScoreContext = TaskContext<ScorePartial>;

/**
 * The log probability (natural logarithm) of each token of a text.
 *
 * A causal model gives each token's probability after what stands to its left; a text begins after the model's
 * beginning-of-text token where it has one, else its first token has none. A masked model gives the pseudo-log-
 * likelihood: each token masked in turn, all others seen (Salazar et al. 2020). Texts longer than the window are
 * read in overlapping windows.
 * @throws EngineError `input` for an empty text
 */
export async function score(params: ScoreParams, context: ScoreContext): Promise<ScoreResult> {
  const top = params.top ?? 0;
  if (!Number.isInteger(top) || top < 0)
    throw new EngineError('option', say`The number of expected tokens must be a whole number, not ${top}.`);
  if (params.window !== undefined && !(params.window >= 16))
    throw new EngineError('option', say`The window must hold at least 16 tokens, not ${params.window}.`);
  const { model, loadMs } = await context.models.openOneGraph(params.model, 'score');
  const started = performance.now();
  const tokens =
    model.kind === 'causal'
      ? await scoreCausal(model, params, context)
      : await scoreMasked(model, params, context);
  if (tokens.length === 0) throw new EngineError('input', say`The text is empty: there is nothing to score.`);
  return {
    model: model.folder.name,
    tokens: tokens.map(({ id, text, start, end, logprob, expected }) => ({
      id,
      text,
      start,
      end,
      logprob,
      ...(expected && { expected }),
    })),
    sum: tokens.reduce((sum, token) => sum + (token.logprob ?? 0), 0),
    timing: { loadMs, runMs: performance.now() - started },
  };
}

/** The most probable tokens, best first. */
function mostProbable(logits: Float32Array, top: number, tokenizer: Tokenizer): Candidate[] {
  const total = logSumExp(logits);
  return largest(logits, top).map((id) => ({
    id,
    text: tokenizer.tokenText(id),
    probability: Math.exp(logits[id]! - total),
  }));
}

async function scoreCausal(
  { net, tokenizer, folder }: OpenCausal,
  { text, top = 0 }: ScoreParams,
  { turn, partial }: ScoreContext,
): Promise<ScoredToken[]> {
  const { tokens } = tokenizer.encode(text, { addSpecial: false });
  const { bos } = tokenizer.special;
  // With a beginning-of-text token in front, every token of the text has something to its left.
  const lead = bos ? 1 : 0;
  const ids = [...(bos ? [bos.id] : []), ...tokens.map((token) => token.id)];
  const scored: ScoredToken[] = tokens.map((token) => ({ ...token, logprob: null }));
  for (const window of windows(ids.length, folder.window, Math.floor(folder.window / 2))) {
    await net.readAll(ids.slice(window.start, window.end), turn, (position, logits) => {
      const next = window.start + position + 1;
      const token = scored[next - lead];
      if (!token || next < window.scoreFrom || next >= window.end) return;
      token.logprob = net.logProbability(logits, token.id);
      if (top > 0) token.expected = mostProbable(logits, top, tokenizer);
    });
    partial({ done: window.scoreTo - lead, total: tokens.length });
  }
  return scored;
}

async function scoreMasked(
  model: OpenEncoder,
  { text, top = 0, window = Infinity }: ScoreParams,
  { turn, partial }: ScoreContext,
): Promise<ScoredToken[]> {
  const mask = maskOf(model);
  const { tokens, typeIds } = model.tokenizer.encode(text);
  const special = tokens.map((token) => token.special);
  const size = Math.min(window, model.folder.window);
  const total = special.filter((isSpecial) => !isSpecial).length;
  const scored: ScoredToken[] = [];
  for (const { indices, countFrom, countTo } of excerpts(special, size)) {
    const ids = indices.map((at) => tokens[at]!.id);
    const types = indices.map((at) => typeIds[at]!);
    const step = textsInRun(model.net, indices.length);
    for (let from = countFrom; from < countTo; from += step) {
      // Each text of the run hides another token.
      const hidden = tokens.slice(from, Math.min(from + step, countTo));
      const positions = hidden.map((_, row) => indices.indexOf(from + row));
      await turn();
      const rows = await model.net.logitsAt(
        positions.map((position) => ({ ids: ids.with(position, mask.id), typeIds: types })),
        positions,
      );
      hidden.forEach((token, row) => {
        const logits = rows[row]![row]!;
        scored.push({
          ...token,
          logprob: logProbability(logits, token.id),
          ...(top > 0 && { expected: mostProbable(logits, top, model.tokenizer) }),
        });
      });
      partial({ done: scored.length, total });
    }
  }
  return scored;
}
