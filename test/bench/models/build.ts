/**
 * The bench's own models: random weights in the shapes of GPT-2 124M and BERT-base 110M, in the folders and files
 * of Hugging Face's layout, and GPT-2's also as GGUF. Made once, and kept where Git doesn't look.
 */
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { fromBinary } from '@bufbuild/protobuf';
import { fillOnce } from '../../../scripts/setup/stamp.mjs';
import { ModelProtoSchema } from '../../../src/engine/onnx/gen/onnx_pb';
import { fileType, writeGguf, type GgufTensorType, type GgufValue } from './gguf';
import { ggufTensors } from './gpt2Gguf';
import type { FloatGraph, GraphPlan } from './graphPlan';
import { asFloat, quantiseDynamically, quantiseToFourBits } from './quantise';
import { bertShape, gpt2Shape, type ModelShape } from './shapes';
import { enlarge } from './stockGraph';
import { bytePairTokenizer, wordPieceTokenizer, type TokenizerFile } from './tokenizerFiles';
import { writeOnnx } from './writeOnnx';

/** Raised when the files that are made change, so that old ones are made again. */
const version = '2';

const fixtures = path.join(import.meta.dirname, '../../fixtures');

/** Where each model of the bench is; a folder each precision, as the engine takes one file a folder. */
export interface BenchModels {
  readonly gpt2: { readonly fp32: string; readonly int8: string; readonly q4: string };
  readonly bert: { readonly fp32: string; readonly int8: string };
  readonly gguf: { readonly f32: string; readonly q4_0: string };
}

interface Recipe {
  readonly folder: string;
  readonly make: (folder: string) => void;
}

/**
 * Makes the models that aren't there yet.
 * @param folder for all of them; about 2.8 GB
 */
export async function buildModels(folder: string, log: (line: string) => void): Promise<BenchModels> {
  const place = (name: string): string => path.join(folder, name);
  const models: BenchModels = {
    gpt2: { fp32: place('gpt2-124m-fp32'), int8: place('gpt2-124m-int8'), q4: place('gpt2-124m-q4') },
    bert: { fp32: place('bert-110m-fp32'), int8: place('bert-110m-int8') },
    gguf: { f32: place('gpt2-124m-gguf/f32.gguf'), q4_0: place('gpt2-124m-gguf/q4_0.gguf') },
  };
  const recipes: Recipe[] = [
    gpt2(models.gpt2.fp32, 'model.onnx', asFloat),
    gpt2(models.gpt2.int8, 'model_quantized.onnx', quantiseDynamically),
    gpt2(models.gpt2.q4, 'model_q4.onnx', quantiseToFourBits),
    bert(models.bert.fp32, 'model.onnx', asFloat),
    bert(models.bert.int8, 'model_quantized.onnx', quantiseDynamically),
    {
      folder: place('gpt2-124m-gguf'),
      make: () => {
        makeGguf(models.gguf.f32, 'F32');
        makeGguf(models.gguf.q4_0, 'Q4_0');
      },
    },
  ];
  for (const recipe of recipes) {
    const started = performance.now();
    let made = false;
    await fillOnce(recipe.folder, version, async () => {
      log(`Making ${path.basename(recipe.folder)} …`);
      recipe.make(recipe.folder);
      made = true;
    });
    if (made) log(`  in ${((performance.now() - started) / 1000).toFixed(0)} s`);
  }
  return models;
}

type Plan = (graph: FloatGraph) => GraphPlan;

const gpt2 = (folder: string, file: string, plan: Plan): Recipe => ({
  folder,
  make: () => makeGpt2(folder, file, plan, gpt2Shape),
});

const bert = (folder: string, file: string, plan: Plan): Recipe => ({
  folder,
  make: () => makeBert(folder, file, plan, bertShape),
});

/** Writes a GPT-2 of random weights into a folder. */
export function makeGpt2(folder: string, file: string, plan: Plan, shape: ModelShape): void {
  const end = shape.vocabulary - 1;
  copySettings('gpt2-optimum', folder, {
    'config.json': {
      n_layer: shape.layers,
      n_embd: shape.hidden,
      n_head: shape.heads,
      n_positions: shape.positions,
      vocab_size: shape.vocabulary,
      bos_token_id: end,
      eos_token_id: end,
    },
    'generation_config.json': { bos_token_id: end, eos_token_id: end },
    'tokenizer_config.json': {
      model_max_length: shape.positions,
      added_tokens_decoder: { [end]: endOfText },
    },
  });
  writeJson(
    path.join(folder, 'tokenizer.json'),
    bytePairTokenizer(stockTokenizer('gpt2-optimum'), shape.vocabulary),
  );
  makeOnnx('gpt2-optimum', shape, path.join(folder, 'onnx', file), plan);
}

/** Writes a masked BERT of random weights into a folder. */
export function makeBert(folder: string, file: string, plan: Plan, shape: ModelShape): void {
  copySettings('bert-masked', folder, {
    'config.json': {
      num_hidden_layers: shape.layers,
      hidden_size: shape.hidden,
      num_attention_heads: shape.heads,
      intermediate_size: shape.intermediate,
      max_position_embeddings: shape.positions,
      vocab_size: shape.vocabulary,
    },
    'tokenizer_config.json': { model_max_length: shape.positions },
  });
  writeJson(
    path.join(folder, 'tokenizer.json'),
    wordPieceTokenizer(stockTokenizer('bert-masked'), shape.vocabulary),
  );
  makeOnnx('bert-masked', shape, path.join(folder, 'onnx', file), plan);
}

const endOfText = {
  content: '<|endoftext|>',
  lstrip: false,
  normalized: true,
  rstrip: false,
  single_word: false,
  special: true,
};

function makeOnnx(
  stock: string,
  shape: ModelShape,
  file: string,
  plan: (graph: FloatGraph) => GraphPlan,
): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeOnnx(file, plan(stockGraph(stock, shape)));
}

/** A fixture's float32 graph in another shape. */
export function stockGraph(stock: string, shape: ModelShape): FloatGraph {
  const bytes = readFileSync(path.join(fixtures, stock, 'onnx/model.onnx'));
  return enlarge(fromBinary(ModelProtoSchema, bytes), stockShape(stock), shape);
}

/** A fixture's own shape, as its config.json says. */
function stockShape(stock: string): ModelShape {
  const config = JSON.parse(readFileSync(path.join(fixtures, stock, 'config.json'), 'utf8')) as Record<
    string,
    number
  >;
  const hidden = (config['n_embd'] ?? config['hidden_size'])!;
  return {
    layers: (config['n_layer'] ?? config['num_hidden_layers'])!,
    hidden,
    heads: (config['n_head'] ?? config['num_attention_heads'])!,
    intermediate: config['intermediate_size'] ?? 4 * hidden,
    positions: (config['n_positions'] ?? config['max_position_embeddings'])!,
    vocabulary: config['vocab_size']!,
  };
}

function makeGguf(file: string, type: GgufTensorType): void {
  const tokenizer = bytePairTokenizer(stockTokenizer('gpt2-optimum'), gpt2Shape.vocabulary);
  const tokens = Object.entries(tokenizer.model.vocab)
    .toSorted(([, a], [, b]) => a - b)
    .map(([token]) => token);
  const uint32 = (value: number): GgufValue => ({ type: 'uint32', value });
  const end = gpt2Shape.vocabulary - 1;
  /** llama.cpp's token types: 1 is normal, 3 a control token. */
  const tokenTypes = tokens.map((_, id) => (id === end ? 3 : 1));
  writeGguf(
    file,
    {
      'general.architecture': { type: 'string', value: 'gpt2' },
      'general.name': { type: 'string', value: 'Random weights in the shape of GPT-2 124M' },
      'general.file_type': uint32(fileType(type)),
      'general.quantization_version': uint32(2),
      'gpt2.context_length': uint32(gpt2Shape.positions),
      'gpt2.embedding_length': uint32(gpt2Shape.hidden),
      'gpt2.feed_forward_length': uint32(gpt2Shape.intermediate),
      'gpt2.block_count': uint32(gpt2Shape.layers),
      'gpt2.attention.head_count': uint32(gpt2Shape.heads),
      'gpt2.attention.layer_norm_epsilon': { type: 'float32', value: 1e-5 },
      'tokenizer.ggml.model': { type: 'string', value: 'gpt2' },
      'tokenizer.ggml.pre': { type: 'string', value: 'gpt-2' },
      'tokenizer.ggml.tokens': { type: 'strings', value: tokens },
      'tokenizer.ggml.token_type': { type: 'int32s', value: tokenTypes },
      'tokenizer.ggml.merges': { type: 'strings', value: tokenizer.model.merges! },
      'tokenizer.ggml.bos_token_id': uint32(end),
      'tokenizer.ggml.eos_token_id': uint32(end),
      'tokenizer.ggml.add_bos_token': { type: 'bool', value: false },
    },
    ggufTensors(stockGraph('gpt2-optimum', gpt2Shape).tensors, gpt2Shape, type),
  );
}

function stockTokenizer(stock: string): TokenizerFile {
  return JSON.parse(readFileSync(path.join(fixtures, stock, 'tokenizer.json'), 'utf8')) as TokenizerFile;
}

/** Copies a fixture's small files; `changes` are the fields of each that differ. */
function copySettings(stock: string, folder: string, changes: Record<string, Record<string, unknown>>): void {
  const from = path.join(fixtures, stock);
  for (const name of ['config.json', 'generation_config.json', 'tokenizer_config.json']) {
    const file = path.join(from, name);
    if (!existsSync(file)) continue;
    const settings = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
    writeJson(path.join(folder, name), { ...settings, ...changes[name] });
  }
  const map = path.join(from, 'special_tokens_map.json');
  if (existsSync(map)) copyFileSync(map, path.join(folder, 'special_tokens_map.json'));
}

function writeJson(file: string, value: unknown): void {
  writeFileSync(file, JSON.stringify(value));
}
