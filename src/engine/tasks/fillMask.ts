import { largest } from '../../core/decoding/largest';
import { softmax } from '../../core/decoding/sampling';
import { excerptAround } from '../../core/text/excerpt';
import { readMasks } from '../../core/text/masks';
import { EngineError, type Candidate, type FillParams, type FillResult } from '../../protocol/engine';
import type { Tokenizer } from '../model/tokenizer';
import type { TaskContext } from './context';
import { maskOf } from './maskOf';

/**
 * Ranks what belongs at each mask of a text, by a masked model that sees both sides (Devlin et al. 2019). Several
 * masks are ranked each for itself, with the others still hidden. Of a text longer than the model's window, what
 * stands around each mask is read.
 * @throws EngineError `input` when the text has no mask
 */
export async function fillMask(params: FillParams, { models, turn }: TaskContext): Promise<FillResult> {
  const top = params.top ?? 10;
  if (!Number.isInteger(top) || top < 1) {
    throw new EngineError(
      'input',
      `The number of candidates must be a whole number of at least 1, not ${top}.`,
    );
  }
  const { model, loadMs } = await models.openEncoder(params.model, 'fill');
  const started = performance.now();
  const mask = maskOf(model);
  const masked = readMasks(params.text, mask.text);
  if (masked.masks.length === 0) {
    throw new EngineError(
      'input',
      `The text has no mask. Write ${mask.text} where "${model.folder.name}" should find a word.`,
    );
  }
  const { tokens, typeIds } = model.tokenizer.encode(masked.text);
  const special = tokens.map((token) => token.special);
  const positions = tokens.flatMap((token, index) => (token.id === mask.id ? [index] : []));
  const results: FillResult['masks'] = [];
  let excerpt: number[] = [];
  let rows: Float32Array[] = [];
  for (const [index, position] of positions.entries()) {
    const isWhole = tokens.length <= model.folder.window;
    if (index === 0 || !isWhole) {
      excerpt = excerptAround(special, position, model.folder.window);
      await turn();
      rows = await model.net.logitsAt(
        { ids: excerpt.map((at) => tokens[at]!.id), typeIds: excerpt.map((at) => typeIds[at]!) },
        (isWhole ? positions : [position]).map((at) => excerpt.indexOf(at)),
      );
    }
    const span = masked.masks[index]!;
    results.push({
      ...span,
      candidates: rank(rows[isWhole ? index : 0]!, top, model.tokenizer, params.text.slice(0, span.start)),
    });
  }
  return { model: model.folder.name, masks: results, timing: { loadMs, runMs: performance.now() - started } };
}

/** The most probable tokens for one mask, as they would be written after `left`. */
export function rank(logits: Float32Array, top: number, tokenizer: Tokenizer, left: string): Candidate[] {
  const probabilities = softmax(logits);
  // A vocabulary that marks word starts by a space would double the one that stands before the mask.
  const spaced = left === '' || /\s$/.test(left);
  return largest(probabilities, top).map((id) => {
    const text = tokenizer.tokenText(id);
    return { id, text: spaced ? text.replace(/^ /, '') : text, probability: probabilities[id]! };
  });
}
