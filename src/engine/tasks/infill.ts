import { say } from '../../core/message';
import { gapsIn } from '../../core/text/gap';
import { replaced } from '../../core/text/replace';
import { EngineError, type InfillParams, type InfillResult } from '../../protocol/engine';
import type { TaskContext } from './context';
import { fillGap, gapMarks } from './fillGap';

/**
 * Ranks what belongs in each gap of a text, one word or several, by an encoder-decoder. Several gaps are ranked each
 * for itself, the others still open.
 * @throws EngineError `input` when the text has no gap, `option` for an option out of its range
 */
export async function infill(params: InfillParams, { models, turn }: TaskContext): Promise<InfillResult> {
  const { text, top = 5, maxNewTokens = 12 } = params;
  for (const [name, value] of Object.entries({ top, maxNewTokens }))
    if (!Number.isInteger(value) || value < 1)
      throw new EngineError('option', say`${name} is ${value}; it must be a whole number of at least 1.`);
  const gaps = gapsIn(text);
  const { model, loadMs } = await models.openEncoderDecoder(params.model, 'infill');
  const started = performance.now();
  const marks = gapMarks(model);
  if (gaps.length === 0)
    throw new EngineError(
      'input',
      say`The text has no gap. Write [MASK] where "${model.folder.name}" should find words.`,
    );
  const marked = replaced(
    text,
    gaps.map((span, number) => ({ ...span, text: marks.text(number) })),
  );
  const found: InfillResult['gaps'] = [];
  let shift = 0;
  for (const [number, span] of gaps.entries()) {
    const gap = { text: marked, number, start: span.start + shift, top, maxTokens: maxNewTokens };
    found.push({ ...span, candidates: (await fillGap(model, gap, turn)).candidates });
    shift += marks.text(number).length - (span.end - span.start);
  }
  return { model: model.folder.name, gaps: found, timing: { loadMs, runMs: performance.now() - started } };
}
