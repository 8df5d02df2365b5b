/** Which .onnx files of a model's folder hold its graph, by Hugging Face's names. */
import type { FamilyName } from './families';

/** Graphs by what they hold, the fullest first: both branches of a decoder, one with past, one that may have it. */
const causalGraphs = ['decoder_model_merged', 'decoder_with_past_model', 'model', 'decoder_model'];
const otherGraphs = ['model', 'encoder_model'];

/** The names, without precision, that a model's graph may have; the best first. */
export function graphNames(causal: boolean): readonly string[] {
  return causal ? causalGraphs : otherGraphs;
}

/**
 * Precisions as Hugging Face's conversions name them, in the order in which they are taken. On a processor, 8 bits
 * are about twice as fast as 32 and lose little; 4 bits lose more, and 16 are slower than 32.
 */
export const precisions = ['_quantized', '_q8', '_int8', '_uint8', '', '_q4', '_bnb4', '_fp16', '_q4f16'];

/** What a precision is called on screen. */
export const precisionNames: Record<string, string> = {
  _quantized: 'int8',
  _q8: 'int8 (q8)',
  _int8: 'int8 (signed)',
  _uint8: 'int8 (unsigned)',
  '': 'fp32',
  _q4: '4-bit',
  _bnb4: '4-bit (bnb)',
  _fp16: 'fp16',
  _q4f16: '4-bit with fp16',
};

/** A file and its size in bytes. */
export interface SizedFile {
  readonly path: string;
  readonly size: number;
}

/** One graph of a model in one precision, with the files that hold its weights. */
export interface GraphChoice<F extends SizedFile = SizedFile> {
  /** The end of the file's name, such as `_quantized`; empty for the export's own precision. */
  readonly precision: string;
  /** As on screen, such as `int8`. */
  readonly name: string;
  /** The .onnx file first (an encoder-decoder's encoder, then its decoders), each with its external data behind it. */
  readonly files: readonly F[];
  /** Bytes of all of them. */
  readonly size: number;
}

/**
 * The graphs of an encoder-decoder in one precision, by their names without it: the encoder, and its decoder merged, or
 * without past and, where there is one, with past.
 * @param names files of one folder
 */
export function encoderDecoderGraphs(names: readonly string[], precision: string): string[] | undefined {
  const has = (graph: string): boolean => names.includes(`${graph}${precision}.onnx`);
  if (!has('encoder_model')) return undefined;
  if (has('decoder_model_merged')) return ['encoder_model', 'decoder_model_merged'];
  if (!has('decoder_model')) return undefined;
  const withPast = has('decoder_with_past_model') ? ['decoder_with_past_model'] : [];
  return ['encoder_model', 'decoder_model', ...withPast];
}

/**
 * The graphs among a model's files, one a precision, in the order in which the engine takes them.
 * @param files paths relative to the model's folder, with `/`
 */
export function graphChoices<F extends SizedFile>(files: readonly F[], family: FamilyName): GraphChoice<F>[] {
  const names = graphNames(family === 'causal');
  const onnx = files.filter(({ path }) => /^(onnx\/)?[^/]+\.onnx$/.test(path));
  const choose = (precision: string, ...graphs: F[]): GraphChoice<F> => {
    const all = graphs.flatMap((file) => [file, ...files.filter((other) => isDataOf(other.path, file.path))]);
    return {
      precision,
      name: precisionNames[precision] ?? precision.replace(/^_/, ''),
      files: all,
      size: all.reduce((sum, { size }) => sum + size, 0),
    };
  };
  const found: GraphChoice<F>[] = [];
  for (const precision of precisions) {
    if (family === 'encoder-decoder') {
      for (const place of ['onnx/', '']) {
        const here = onnx.filter(({ path }) => path === `${place}${path.split('/').at(-1)}`);
        const parts = encoderDecoderGraphs(
          here.map(({ path }) => path.slice(place.length)),
          precision,
        );
        if (!parts) continue;
        const paths = parts.map((part) => `${place}${part}${precision}.onnx`);
        found.push(choose(precision, ...paths.map((path) => here.find((file) => file.path === path)!)));
        break;
      }
      continue;
    }
    const candidates = names.flatMap((name) => [`onnx/${name}${precision}.onnx`, `${name}${precision}.onnx`]);
    const path = candidates.find((candidate) => onnx.some((file) => file.path === candidate));
    const file = onnx.find((candidate) => candidate.path === path);
    if (file) found.push(choose(precision, file));
  }
  if (family === 'encoder-decoder') return found;
  // One file alone is the model, whatever its name.
  return found.length === 0 && onnx.length === 1 ? [choose('', onnx[0]!)] : found;
}

/** `model.onnx_data`, `model.onnx_data_1`, `model.onnx.data`: exporters' names of a graph's external data. */
function isDataOf(path: string, graph: string): boolean {
  return path.startsWith(graph) && /^[._]data(_\d+)?$/.test(path.slice(graph.length));
}

const textFiles = new Set([
  'config.json',
  'generation_config.json',
  'tokenizer.json',
  'tokenizer_config.json',
  'special_tokens_map.json',
  'added_tokens.json',
]);

/** Whether a file beside the graph belongs to the model: what the engine reads, and the licence. */
export function belongsToModel(path: string): boolean {
  return textFiles.has(path) || /^(LICEN[CS]E|NOTICE)(\.\w+)?$/i.test(path);
}
