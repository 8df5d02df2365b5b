/** Which of a model folder's .onnx files to open. */
import { readdir } from 'node:fs/promises';
import * as path from 'node:path';
import { encoderDecoderGraphs, graphNames, precisions } from '../../core/graphFiles';
import { say } from '../../core/message';
import { EngineError } from '../../protocol/engine';

/**
 * The .onnx file of a model folder to open: from its `onnx` folder, else from itself.
 * @param folder absolute path of a model folder, or of a .onnx file, which is then the answer
 * @param options.causal whether the model writes; its decoder is wanted then
 * @throws EngineError `model` that says what was looked for
 */
export async function findGraphFile(folder: string, { causal }: { causal: boolean }): Promise<string> {
  if (folder.endsWith('.onnx')) return folder;
  const graphs = graphNames(causal);
  const candidates = graphs.flatMap((graph) => precisions.map((precision) => `${graph}${precision}.onnx`));
  const found: string[] = [];
  for (const place of [path.join(folder, 'onnx'), folder]) {
    const names = (await namesIn(place)).filter((name) => name.endsWith('.onnx'));
    const best = candidates.find((candidate) => names.includes(candidate));
    if (best !== undefined) return path.join(place, best);
    found.push(...names.map((name) => path.join(place, name)));
  }
  // One file alone is the model, whatever its name.
  if (found.length === 1) return found[0]!;
  const others =
    found.length === 0 ? say`no .onnx file` : found.map((file) => path.relative(folder, file)).join(', ');
  throw new EngineError(
    'model',
    say`"${folder}" has no model to open: neither it nor its folder "onnx" holds
      ${graphs.map((graph) => `${graph}.onnx`).join(', ')} or one of them with
      ${precisions.filter(Boolean).join(', ')} at its name's end (found: ${others}).
      Choose a folder in Hugging Face's layout with ONNX files.`,
  );
}

/** The other .onnx files beside one that hold the same graph in another form or precision, the best first. */
export async function alternativesTo(file: string, { causal }: { causal: boolean }): Promise<string[]> {
  const names = await namesIn(path.dirname(file));
  return graphNames(causal)
    .flatMap((graph) => precisions.map((precision) => `${graph}${precision}.onnx`))
    .filter((name) => names.includes(name) && name !== path.basename(file))
    .map((name) => path.join(path.dirname(file), name));
}

/** The .onnx files of an encoder-decoder, absolute paths. */
export interface EncoderDecoderFiles {
  readonly encoder: string;
  /** Merged, or without past. */
  readonly decoder: string;
  readonly withPast?: string;
}

/**
 * The .onnx files of an encoder-decoder's folder, all of one precision.
 * @param folder absolute path of a model folder, or of one of the .onnx files, whose precision is then taken
 * @throws EngineError `model` that says what was looked for
 */
export async function findEncoderDecoderFiles(folder: string): Promise<EncoderDecoderFiles> {
  const chosen = folder.endsWith('.onnx') ? path.basename(folder, '.onnx') : undefined;
  const wanted = /^(?:encoder_model|decoder(?:_with_past)?_model(?:_merged)?)(.*)$/.exec(chosen ?? '')?.[1];
  const places = chosen === undefined ? [path.join(folder, 'onnx'), folder] : [path.dirname(folder)];
  const found: string[] = [];
  for (const place of places) {
    const names = (await namesIn(place)).filter((name) => name.endsWith('.onnx'));
    for (const precision of wanted === undefined ? precisions : [wanted]) {
      const graphs = encoderDecoderGraphs(names, precision);
      if (!graphs) continue;
      const [encoder, decoder, withPast] = graphs.map((graph) =>
        path.join(place, `${graph}${precision}.onnx`),
      );
      return { encoder: encoder!, decoder: decoder!, ...(withPast !== undefined && { withPast }) };
    }
    found.push(...names);
  }
  throw new EngineError(
    'model',
    say`"${folder}" has no encoder-decoder to open: it takes encoder_model.onnx beside decoder_model_merged.onnx, or
      beside decoder_model.onnx and decoder_with_past_model.onnx, all of one precision
      (found: ${found.length === 0 ? say`no .onnx file` : found.join(', ')}).
      Export the model with optimum's text2text-generation-with-past.`,
  );
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch {
    return [];
  }
}
