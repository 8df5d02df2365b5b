/** The models that a run of the bench measures, and what is known about them. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import * as path from 'node:path';
import { openTokenizer } from '../../src/engine/model/tokenizer';
import type { Dtype } from './contenders/transformers';
import type { Prompt } from './contenders/contender';
import { extendPrompt, makePrompt } from './prompts';

export type Precision = 'fp32' | 'int8' | 'q4';

/** How transformers.js calls a precision, and the file that holds it. */
export const precisions: Record<Precision, { dtype: Dtype; file: string }> = {
  fp32: { dtype: 'fp32', file: 'model.onnx' },
  int8: { dtype: 'q8', file: 'model_quantized.onnx' },
  q4: { dtype: 'q4', file: 'model_q4.onnx' },
};

/** One model in one or more precisions, a folder each. */
export type Folders = { readonly [P in Precision]?: string };

export interface ModelSet {
  readonly causal: Folders;
  readonly masked: Folders;
  /** The causal model for llama.cpp. */
  readonly gguf: { readonly f32?: string; readonly q4_0?: string };
}

/** A row's reason for having no figure. */
export class Skipped extends Error {}

/** A model's folder. @throws Skipped when the set doesn't have it */
export function folderOf(folders: Folders, kind: string, precision: Precision): string {
  const folder = folders[precision];
  if (folder === undefined) throw new Skipped(`the ${kind} model has no ${precisions[precision].file}`);
  return folder;
}

/**
 * The models in a folder of model folders in Hugging Face's layout: the first GPT-2 and the first BERT with a
 * masked-LM head, by name.
 * @param views where folders with one precision each are made of links, as the engine and the peer would choose among
 *   several files each in its way
 */
export function findModels(directory: string, views: string): ModelSet {
  const folders = readdirSync(directory)
    .toSorted()
    .map((name) => path.join(directory, name))
    .filter((folder) => existsSync(path.join(folder, 'config.json')));
  const find = (architecture: RegExp): string | undefined =>
    folders.find((folder) => architecture.test(String(readConfig(folder)['architectures'])));
  const causal = find(/GPT2LMHeadModel/);
  const masked = find(/BertFor(MaskedLM|PreTraining)/);
  const gguf = (type: RegExp): string | undefined => {
    const name = causal && readdirSync(causal).find((candidate) => type.test(candidate));
    return causal && name && path.join(causal, name);
  };
  const f32 = gguf(/f32\.gguf$/i);
  const q4 = gguf(/q4_0\.gguf$/i);
  return {
    causal: causal === undefined ? {} : precisionFolders(causal, views),
    masked: masked === undefined ? {} : precisionFolders(masked, views),
    gguf: { ...(f32 && { f32 }), ...(q4 && { q4_0: q4 }) },
  };
}

/** A folder with links for each precision that a model's folder holds. */
export function precisionFolders(folder: string, views: string): Folders {
  const found: { -readonly [P in Precision]?: string } = {};
  for (const precision of Object.keys(precisions) as Precision[]) {
    const file = path.join(folder, 'onnx', precisions[precision].file);
    if (!existsSync(file)) continue;
    const view = path.join(views, `${path.basename(folder)}-${precision}`);
    rmSync(view, { recursive: true, force: true });
    mkdirSync(path.join(view, 'onnx'), { recursive: true });
    for (const name of readdirSync(folder))
      if (name.endsWith('.json') || name.endsWith('.txt'))
        symlinkSync(path.join(folder, name), path.join(view, name));
    symlinkSync(file, path.join(view, 'onnx', precisions[precision].file));
    found[precision] = view;
  }
  return found;
}

export function readConfig(folder: string): Record<string, unknown> {
  return JSON.parse(readFileSync(path.join(folder, 'config.json'), 'utf8')) as Record<string, unknown>;
}

/** How many tokens a model can read at once. */
export function windowOf(folder: string): number {
  const config = readConfig(folder);
  return Number(config['n_positions'] ?? config['max_position_embeddings']);
}

/** Prompts for a model, by its tokenizer. */
export interface Prompts {
  /** Numbers that differ give prompts that differ from their first word on. */
  make(length: number, number: number): Prompt;
  /** The prompt with so many tokens more. */
  extend(prompt: Prompt, by: number): Prompt;
}

export async function openPrompts(folder: string): Promise<Prompts> {
  const tokenizer = await openTokenizer(folder);
  const encode = (text: string): number[] => tokenizer.encode(text).tokens.map(({ id }) => id);
  return {
    make: (length, number) => makePrompt(encode, length, number),
    extend: (prompt, by) => extendPrompt(encode, prompt, by),
  };
}
