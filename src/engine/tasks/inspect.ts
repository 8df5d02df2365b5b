import * as path from 'node:path';
import { rewritePrefixes } from '../../core/families/rewrites';
import type { InspectParams, InspectResult } from '../../protocol/engine';
import { folderOf, readModelFolder } from '../model/modelFolder';
import { tasksOfGraph } from '../model/pairHead';
import { openTokenizer } from '../model/tokenizer';
import { editModel } from '../onnx/openModel';
import { readStub, readWhole } from '../onnx/modelFile';
import { findGraphFile } from '../onnx/modelFiles';
import { parameterCount, refuseUntrusted } from '../onnx/trust';

/**
 * Reads what a model is without opening it for computing: its files are read as far as their structure goes, and
 * what can't be used is refused as it would be when the model is opened.
 * @throws EngineError `model`
 */
export async function inspect({ model }: InspectParams): Promise<InspectResult> {
  const folder = await readModelFolder(folderOf(model));
  const file = await findGraphFile(model, { causal: folder.family.name === 'causal' });
  const read = readStub(file) ?? (await readWhole(file));
  refuseUntrusted(read.model, file);
  const parameters = parameterCount(read.model);
  const { offer } = editModel(read, file);
  await openTokenizer(folder.path);
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
  };
}
