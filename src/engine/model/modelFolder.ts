import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { familyOf, type Family, type FamilyConfig } from '../../core/families';
import { windowOf } from '../../core/families/architectures';
import { say } from '../../core/message';
import { EngineError } from '../../protocol/engine';

/** The fields of `config.json` that the engine reads (Hugging Face's names). */
export interface ModelConfig extends FamilyConfig {
  readonly n_positions?: number;
  readonly max_position_embeddings?: number;
  readonly pad_token_id?: number;
  readonly id2label?: Record<string, string>;
  readonly problem_type?: string | null;
  readonly bos_token_id?: number | null;
  readonly eos_token_id?: number | number[] | null;
}

/** A model folder in Hugging Face's layout, as read from its JSON files. */
export interface ModelFolder {
  readonly path: string;
  /** How the model is called on screen. */
  readonly name: string;
  readonly config: ModelConfig;
  /** `generation_config.json`, when there is one. */
  readonly generationConfig: unknown;
  readonly family: Family;
  /** How many tokens the model can read at once. */
  readonly window: number;
}

/** Reads a model folder's JSON files. Throws `EngineError('model')` naming the folder or file that is at fault. */
export async function readModelFolder(folder: string): Promise<ModelFolder> {
  const name = modelName(folder);
  const stat = await fs.stat(folder).catch(() => undefined);
  if (!stat?.isDirectory()) {
    throw new EngineError(
      'model',
      say`There is no model folder at "${folder}". Check the path, or leave it out to use the embedded model.`,
    );
  }
  const config = await readJson(path.join(folder, 'config.json'));
  if (config === undefined) {
    throw new EngineError(
      'model',
      say`"${folder}" has no config.json, so it isn't a model folder in Hugging Face's layout.
        Choose the folder that holds config.json, tokenizer.json and onnx/.`,
    );
  }
  if (typeof config !== 'object' || config === null || Array.isArray(config)) {
    throw new EngineError(
      'model',
      say`"${path.join(folder, 'config.json')}" isn't a JSON object. Fetch it again.`,
    );
  }
  const generationConfig = await readJson(path.join(folder, 'generation_config.json'));
  return {
    path: folder,
    name,
    config,
    generationConfig,
    family: familyOf(config),
    window: windowOf(config),
  };
}

/** The model's folder that a path names: itself, or for a .onnx file in it the folder that holds config.json. */
export function folderOf(model: string): string {
  if (!model.endsWith('.onnx')) return model;
  const beside = path.dirname(model);
  return path.basename(beside) === 'onnx' ? path.dirname(beside) : beside;
}

/** A JSON file's value, `undefined` without the file. Throws `EngineError('model')` naming one that is broken. */
export async function readJson(file: string): Promise<unknown> {
  let text: string;
  try {
    text = await fs.readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new EngineError('model', say`"${file}" can't be read: ${(error as Error).message}.`);
  }
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new EngineError(
      'model',
      say`"${file}" isn't valid JSON (${(error as Error).message}). The file may be incomplete: fetch it again.`,
    );
  }
}

/**
 * A folder's name on screen: its last part, or `owner/name` for a snapshot in the Hugging Face cache
 * (`models--owner--name/snapshots/<commit>`).
 */
export function modelName(folder: string): string {
  const parts = path.resolve(folder).split(/[\\/]/);
  const cached = parts.findLast((part) => part.startsWith('models--'));
  if (cached) return cached.slice('models--'.length).replace('--', '/');
  return parts.at(-1) || folder;
}
