import * as path from 'node:path';
import { rewritePrefixes } from '../../core/families/rewrites';
import type { InspectParams, InspectResult } from '../../protocol/engine';
import { folderOf, readModelFolder, type ModelFolder } from '../model/modelFolder';
import { tasksOfGraph } from '../model/pairHead';
import { openTokenizer } from '../model/tokenizer';
import { editModel, type Edits, type GraphOffer } from '../onnx/openModel';
import { readStub, readWhole } from '../onnx/modelFile';
import { findEncoderDecoderFiles, findGraphFile } from '../onnx/modelFiles';
import { cachedBytes } from '../onnx/decoder/decoderCache';
import { parameterCount, refuseUntrusted } from '../onnx/trust';

/**
 * Reads what a model is without opening it for computing: its files are read as far as their structure goes, and
 * what can't be used is refused as it would be when the model is opened.
 * @param cache folder for what is made of models' files
 * @throws EngineError `model`
 */
export async function inspect({ model }: InspectParams, cache?: string): Promise<InspectResult> {
  const folder = await readModelFolder(folderOf(model));
  const { file, parameters, offer } =
    folder.family.name === 'encoder-decoder' ? await readBoth(model) : await readOne(model, folder);
  await openTokenizer(folder.path);
  const laidOutBytes = cache === undefined ? 0 : cachedBytes(cache, file);
  return {
    model: folder.name,
    file: path.relative(folder.path, file).split(path.sep).join('/'),
    family: folder.family.name,
    tasks: tasksOfGraph(
      folder.family,
      offer.outputs.map(({ name }) => name),
    ),
    rewrites: folder.family.tasks.includes('rewrite') ? Object.keys(rewritePrefixes(folder.config)) : [],
    window: folder.window,
    parameters,
    attention: offer.attentions.length > 0,
    ...(offer.noAttentionReason !== undefined && { noAttentionReason: offer.noAttentionReason }),
    ...(laidOutBytes > 0 && { laidOutBytes }),
  };
}

interface Read {
  readonly file: string;
  readonly parameters: number;
  readonly offer: Pick<GraphOffer, 'outputs' | 'attentions' | 'noAttentionReason'>;
}

async function readOne(model: string, folder: ModelFolder): Promise<Read> {
  const file = await findGraphFile(model, { causal: folder.family.name === 'causal' });
  return readGraph(file);
}

/** An encoder with its decoder, which has no attention to show where one of them has none. */
async function readBoth(model: string): Promise<Read> {
  const files = await findEncoderDecoderFiles(model);
  const encoder = await readGraph(files.encoder);
  const decoder = await readGraph(files.decoder, { branch: 'without-past' });
  const without = [encoder, decoder].find(({ offer }) => offer.attentions.length === 0);
  return {
    file: files.encoder,
    parameters: encoder.parameters + decoder.parameters,
    offer: { ...(without ?? encoder).offer, outputs: decoder.offer.outputs },
  };
}

async function readGraph(file: string, edits: Edits = {}): Promise<Read> {
  const read = readStub(file) ?? (await readWhole(file));
  refuseUntrusted(read.model, file);
  const parameters = parameterCount(read.model);
  return { file, parameters, offer: editModel(read, file, edits).offer };
}
