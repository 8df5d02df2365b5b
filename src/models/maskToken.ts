import * as fs from 'node:fs/promises';
import * as path from 'node:path';

/**
 * How a model writes its mask, as `tokenizer_config.json` or `special_tokens_map.json` name it; undefined where
 * neither does.
 * @param model the model's folder, or an .onnx file in it
 */
export async function maskTokenOf(model: string): Promise<string | undefined> {
  const folder = model.endsWith('.onnx') ? path.dirname(model) : model;
  for (const place of folder === model ? [folder] : [folder, path.dirname(folder)])
    for (const file of ['tokenizer_config.json', 'special_tokens_map.json']) {
      const token = (await readJson(path.join(place, file)))?.['mask_token'];
      const text = typeof token === 'object' && token !== null && 'content' in token ? token.content : token;
      if (typeof text === 'string' && text !== '') return text;
    }
  return undefined;
}

async function readJson(file: string): Promise<Record<string, unknown> | undefined> {
  try {
    return JSON.parse(await fs.readFile(file, 'utf8')) as Record<string, unknown>;
  } catch {
    // Missing or broken: the task that opens the model says so.
    return undefined;
  }
}
