/** The tensors of a GPT-2 graph under llama.cpp's names and in its layout. */
import type { GgufTensor, GgufTensorType } from './gguf';
import type { FloatTensor } from './graphPlan';
import { transposed } from './quantise';
import type { ModelShape } from './shapes';

/** Names inside of a layer. */
const layerNames: Record<string, string> = {
  'ln_1.weight': 'attn_norm.weight',
  'ln_1.bias': 'attn_norm.bias',
  'attn.c_attn.weight': 'attn_qkv.weight',
  'attn.c_attn.bias': 'attn_qkv.bias',
  'attn.c_proj.weight': 'attn_output.weight',
  'attn.c_proj.bias': 'attn_output.bias',
  'ln_2.weight': 'ffn_norm.weight',
  'ln_2.bias': 'ffn_norm.bias',
  'mlp.c_fc.weight': 'ffn_up.weight',
  'mlp.c_fc.bias': 'ffn_up.bias',
  'mlp.c_proj.weight': 'ffn_down.weight',
  'mlp.c_proj.bias': 'ffn_down.bias',
};

const otherNames: Record<string, string> = {
  'transformer.wte.weight': 'token_embd.weight',
  'transformer.wpe.weight': 'position_embd.weight',
  'transformer.ln_f.weight': 'output_norm.weight',
  'transformer.ln_f.bias': 'output_norm.bias',
};

/**
 * Matrices that multiply are turned to [out, in]; those and the embedding of tokens have the given type, all others
 * are float32 (as llama.cpp's own quantiser does it).
 * @throws Error for a tensor that llama.cpp's GPT-2 doesn't have
 */
export function ggufTensors(
  tensors: readonly FloatTensor[],
  shape: ModelShape,
  type: GgufTensorType,
): GgufTensor[] {
  return tensors.map((tensor) => {
    const name = ggufName(tensor, shape);
    const [rows, columns] = tensor.dims as [number, number];
    if (/^(token|position)_embd/.test(name) || tensor.dims.length < 2)
      return { ...tensor, name, type: name === 'token_embd.weight' ? type : 'F32' };
    return {
      name,
      type,
      dims: [columns, rows],
      values: () => transposed(tensor.values(), rows, columns),
    };
  });
}

function ggufName({ name, dims }: FloatTensor, shape: ModelShape): string {
  const [, layer, rest] = /^transformer\.h\.(\d+)\.(.+)$/.exec(name) ?? [];
  const inLayer = rest === undefined ? undefined : layerNames[rest];
  if (inLayer !== undefined) return `blk.${layer}.${inLayer}`;
  if (otherNames[name] !== undefined) return otherNames[name];
  // The head has no name in a stock export: it is the weight of a nameless product.
  if (dims.length === 2 && dims[1] === shape.vocabulary) return 'output.weight';
  throw new Error(`llama.cpp's GPT-2 has no tensor "${name}".`);
}
