import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { AutoTokenizer, env, LogLevel, PreTrainedTokenizer } from '@xenova/transformers';
import { say } from '../../core/message';
import { EngineError } from '../../protocol/engine';
import { readJson } from './modelFolder';
import { findSpecialTokens, namedAddedTokens, textOfEntry, type SpecialTokenSources } from './specialTokens';
import { openParts, type OpenedLibraryTokenizer } from './tokenizerLibrary';

// The library's only settings are its own globals. Models are opened from disk and nothing is ever fetched.
env.allowRemoteModels = false;
env.useFSCache = false;
// Its warnings are about classes and pipelines that aren't used here.
env.logLevel = LogLevel.ERROR;

/**
 * Opens a folder's tokenizer with the library, as complete as the folder's files make it.
 * @param folder absolute path (a relative one could be taken for a model's name on the hub)
 * @throws EngineError `model` naming the file that is missing or broken
 */
export async function openLibraryTokenizer(
  folder: string,
): Promise<{ library: OpenedLibraryTokenizer; sources: SpecialTokenSources }> {
  const file = path.join(folder, 'tokenizer.json');
  if (!(await exists(file)))
    throw new EngineError(
      'model',
      say`"${folder}" has no tokenizer.json. Fetch that file too, or write it in Python with
        AutoTokenizer.from_pretrained(folder).save_pretrained(folder).`,
    );
  const sources = await readSources(folder);
  const library = await attempt(file, async () => {
    const opened = openParts(await open(folder, file, sources));
    const missing = missingTokens(opened, sources);
    if (missing.length === 0) return opened;
    const json = { ...opened.json, added_tokens: [...opened.json.added_tokens, ...missing] };
    return openParts(new PreTrainedTokenizer(json, plainConfig(sources)));
  });
  return { library, sources };
}

async function open(
  folder: string,
  file: string,
  sources: SpecialTokenSources,
): Promise<PreTrainedTokenizer> {
  const config = sources.tokenizerConfig;
  // AutoTokenizer needs a tokenizer_config.json and refuses tokens written as objects without `__type`.
  const takesIt = config !== undefined && JSON.stringify(config) === JSON.stringify(plainConfig(sources));
  if (takesIt) return AutoTokenizer.from_pretrained(folder, { local_files_only: true });
  return new PreTrainedTokenizer(await readJson(file), plainConfig(sources));
}

/** `tokenizer_config.json` with its special tokens as plain texts. */
function plainConfig({ tokenizerConfig = {} }: SpecialTokenSources): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(tokenizerConfig).map(([key, value]) => [
      key,
      key.endsWith('_token') && typeof value === 'object' ? (textOfEntry(value) ?? null) : value,
    ]),
  );
}

/** The small files around `tokenizer.json`; each may be missing. */
async function readSources(folder: string): Promise<SpecialTokenSources> {
  const read = async (name: string): Promise<Record<string, unknown> | undefined> => {
    const file = path.join(folder, name);
    const value = await readJson(file);
    if (value === undefined) return undefined;
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw new EngineError('model', say`"${file}" isn't a JSON object. Fetch it again.`);
    return value as Record<string, unknown>;
  };
  const sources: Record<keyof SpecialTokenSources, Record<string, unknown> | undefined> = {
    tokenizerConfig: await read('tokenizer_config.json'),
    specialTokensMap: await read('special_tokens_map.json'),
    addedTokens: await read('added_tokens.json'),
    config: await read('config.json'),
    generationConfig: await read('generation_config.json'),
  };
  return Object.fromEntries(Object.entries(sources).filter(([, value]) => value !== undefined));
}

/**
 * Tokens that `tokenizer.json` doesn't list as added though other files name them, so that the library wouldn't
 * find them in a text: those with an id of their own, and the mask, which writers type.
 */
function missingTokens(
  { parts, json }: OpenedLibraryTokenizer,
  sources: SpecialTokenSources,
): Record<string, unknown>[] {
  const { mask } = findSpecialTokens(sources, {
    idOf: (text) => parts.model.tokens_to_ids.get(text),
    textOf: (id) => parts.model.vocab[id],
  });
  const named = new Map([...namedAddedTokens(sources), ...(mask ? [mask] : [])].map((t) => [t.text, t.id]));
  for (const { content } of json.added_tokens) named.delete(content);
  return [...named].map(([content, id]) => ({ id, content, special: true, normalized: false }));
}

/** Runs `work` on `file`; what goes wrong in the library becomes an error that names the file. */
async function attempt<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof EngineError) throw error;
    // Broken JSON has a message of its own that says where.
    await readJson(file);
    const reason = (error instanceof Error ? error.message : String(error)).replace(/\.$/, '');
    throw new EngineError(
      'model',
      say`"${file}" can't be used as a tokenizer (${reason}). It may be incomplete or of a kind that isn't supported:
        fetch it again, or choose another model.`,
      error instanceof Error ? error.stack : undefined,
    );
  }
}

async function exists(file: string): Promise<boolean> {
  return fs.access(file).then(
    () => true,
    () => false,
  );
}
