import { readConstraints, type Constraints } from '../../core/decoding/constraints';
import { resolveGeneration, type Generation } from '../../core/decoding/options';
import { rewritePrefixes } from '../../core/families/rewrites';
import { say } from '../../core/message';
import {
  EngineError,
  type RewritePartial,
  type GenerationParameters,
  type RewriteParams,
  type RewriteResult,
} from '../../protocol/engine';
import type { OpenEncoderDecoder } from '../model/modelStore';
import type { TaskContext } from './context';
import { writeTarget } from './writeTarget';

/**
 * Writes what an encoder-decoder makes of a text (a translation, a summary), and streams it. The text is read once;
 * of one that is longer than the model's window, the beginning is read.
 * @throws EngineError `input` for an empty text, `option` for an option out of its range or a task it doesn't have
 */
export async function rewrite(
  params: RewriteParams,
  { models, turn, partial }: TaskContext<RewritePartial>,
): Promise<RewriteResult> {
  if (params.text.trim() === '')
    throw new EngineError('input', say`The text is empty: there is nothing to rewrite.`);
  const { model, loadMs } = await models.openEncoderDecoder(params.model, 'rewrite');
  const { net, tokenizer, folder } = model;
  const prompt = prefixOf(model, params.task) + params.text;
  const { ids, truncated } = sourceIds(model, prompt);
  const { startId, ...options } = targetOptions(model, params.options, ids.length, params.task);
  const started = performance.now();
  const source = await net.encode(ids, turn);
  const encoded = performance.now();
  const run = { net, tokenizer, source, options, lead: [startId], turn };
  const { tokens, text, finish, prefillMs, decodeMs } = await writeTarget(run, (piece) =>
    partial({ text: piece }),
  );
  return {
    model: folder.name,
    prompt,
    text,
    tokens,
    finish,
    truncated,
    timing: {
      loadMs,
      prefillMs: encoded - started + prefillMs,
      decodeMs,
      tokensPerSecond: tokens.length > 1 ? ((tokens.length - 1) / decodeMs) * 1000 : 0,
    },
  };
}

function prefixOf({ folder }: OpenEncoderDecoder, task: string | undefined): string {
  if (task === undefined) return '';
  const prefixes = rewritePrefixes(folder.config);
  const prefix = prefixes[task];
  if (prefix !== undefined) return prefix;
  const names = Object.keys(prefixes);
  throw new EngineError(
    'option',
    names.length > 0
      ? say`"${folder.name}" has no task "${task}"; its tasks are ${names.join(', ')}.`
      : say`"${folder.name}" has no task "${task}"; it does one thing with every text: leave the task out.`,
  );
}

/** The ids of a text for the encoder, its special tokens around it, cut at the end to fit into the window. */
export function sourceIds(
  { tokenizer, folder }: OpenEncoderDecoder,
  text: string,
): { ids: number[]; truncated: boolean } {
  const { tokens } = tokenizer.encode(text);
  const truncated = tokens.length > folder.window;
  // The special tokens at the end stay.
  const after = tokens.length - 1 - tokens.findLastIndex((token) => !token.special);
  const kept = truncated
    ? [...tokens.slice(0, folder.window - after), ...tokens.slice(tokens.length - after)]
    : tokens;
  return { ids: kept.map(({ id }) => id), truncated };
}

/**
 * The options of what is written, completed from the model's files, and what it begins with.
 * @param length tokens of the source
 */
export function targetOptions(
  { folder, tokenizer }: OpenEncoderDecoder,
  requested: GenerationParameters = {},
  length: number,
  task?: string,
): Generation & { constraints: Constraints; startId: number } {
  const tasks = (folder.config as { task_specific_params?: Record<string, object> }).task_specific_params;
  const file = {
    ...(folder.generationConfig as Record<string, unknown> | undefined),
    ...(task !== undefined && (tasks?.[task] as Record<string, unknown>)),
  };
  // Counts what the decoder begins with.
  const longest = typeof file['max_length'] === 'number' ? file['max_length'] - 1 : undefined;
  try {
    const options = resolveGeneration(file, folder.config, requested, tokenizer.endIds);
    const given = requested.maxNewTokens ?? (file['max_new_tokens'] as number | undefined) ?? longest;
    // A text's rewriting is seldom much longer than the text.
    const maxNewTokens = Math.min(given ?? 2 * length + 20, folder.window - 1);
    const { startId, ...constraints } = readConstraints(
      file,
      folder.config,
      options.eosTokenIds,
      maxNewTokens,
    );
    if (startId === undefined)
      throw new EngineError(
        'model',
        say`"${folder.name}" doesn't say what its decoder begins with: neither generation_config.json nor config.json
          has decoder_start_token_id. Fetch these files again.`,
      );
    return { ...options, maxNewTokens, constraints, startId };
  } catch (error) {
    if (error instanceof RangeError) throw new EngineError('option', error.message);
    throw error;
  }
}
