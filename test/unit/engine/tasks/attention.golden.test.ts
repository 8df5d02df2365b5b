import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { ModelStore } from '../../../../src/engine/model/modelStore';
import { attention, type Attention } from '../../../../src/engine/tasks/attention';
import type { EngineError } from '../../../../src/protocol/engine';
import { assertClose, fixture, golden } from '../../fixtures';

interface Part {
  shape: number[];
  attentions: number[][][][];
}

interface Entry extends Part {
  text: string;
  ids: number[];
}

interface EncoderDecoderEntry extends Record<'encoder' | 'decoder' | 'cross', Part> {
  text: string;
  ids: number[];
  target: string;
  targetIds: number[];
}

function compare(found: Attention, { ids, shape, attentions }: Omit<Entry, 'text'>, tolerance: number): void {
  assert.deepEqual(
    found.tokens.map(({ id }) => id),
    ids,
  );
  const { layers, heads, queries, keys } = found.tensor;
  assert.deepEqual([layers.length, heads, queries, keys], shape);
  attentions.forEach((layer, index) => assertClose(layers[index]!, layer.flat(2), tolerance));
}

/** Each stock form, the golden file of its weights, and the largest difference that is allowed. */
const forms: [string, string, number][] = [
  ['gpt2-optimum', 'gpt2', 1e-4],
  ['gpt2-merged', 'gpt2', 1e-4],
  ['gpt2-no-position-ids', 'gpt2', 1e-4],
  ['gpt2-dynamo', 'gpt2', 1e-4],
  ['bert-masked', 'bert-masked', 1e-4],
  ['bert-masked-torch', 'bert-masked', 1e-4],
  ['roberta-masked', 'roberta-masked', 1e-4],
  ['bert-sentiment', 'bert-sentiment', 1e-4],
  ['distilbert-sentiment', 'distilbert-sentiment', 1e-4],
  // Against ONNX Runtime's own Python on the same file.
  ['gpt2-int8', 'gpt2-int8', 1e-4],
  ['gpt2-fp16', 'gpt2-fp16', 1e-3],
];

describe('attention', () => {
  const models = new ModelStore({ threads: 1 });
  const context = { models, turn: () => Promise.resolve(), partial: () => undefined };
  after(() => models.closeAll());

  for (const [name, goldenName, tolerance] of forms) {
    it(`shows what transformers computes, of the stock graph of ${name}`, async () => {
      for (const expected of golden<{ attention: Entry[] }>(goldenName).attention)
        compare(await attention({ model: fixture(name), text: expected.text }, context), expected, tolerance);
    });
  }

  const {
    families,
    forms: reduced,
    encoderDecoders,
  } = golden<{
    families: Record<string, Entry>;
    forms: Record<string, Entry>;
    encoderDecoders: Record<string, EncoderDecoderEntry>;
  }>('attention');
  for (const [name, expected] of Object.entries(families))
    it(`shows what transformers computes, of ${name}`, async () => {
      compare(await attention({ model: fixture(name), text: expected.text }, context), expected, 1e-4);
    });

  for (const [folder, name] of [
    ['bart', 'bart'],
    ['bart-merged', 'bart'],
    ['marian', 'marian'],
    ['t5', 't5'],
    ['t5-merged', 't5'],
  ] as const)
    it(`shows encoder, decoder and cross-attention of ${folder} as transformers computes them`, async () => {
      const expected = encoderDecoders[name]!;
      const { text, target, ids, targetIds } = expected;
      for (const part of ['encoder', 'decoder', 'cross'] as const) {
        const found = await attention({ model: fixture(folder), text, target, part }, context);
        assert.deepEqual(
          found.keyTokens.map(({ id }) => id),
          part === 'decoder' ? targetIds : ids,
        );
        assert.equal(found.causal, part === 'decoder');
        compare(found, { ids: part === 'encoder' ? ids : targetIds, ...expected[part] }, 1e-4);
      }
    });

  const form = (name: string) => path.join(fixture('bert-forms'), 'onnx', `${name}.onnx`);
  for (const [name, expected] of Object.entries(reduced))
    it(`shows what ONNX Runtime's own Python computes, of BERT as ${name}`, async () => {
      compare(await attention({ model: form(name), text: expected.text }, context), expected, 1e-4);
    });

  it('shows what transformers computes where MultiHeadAttention hides the Softmax', async () => {
    for (const expected of golden<{ attention: Entry[] }>('bert-masked').attention)
      compare(await attention({ model: form('model_fused'), text: expected.text }, context), expected, 1e-4);
  });

  it('shows with 8 bits what the same model shows with 32, within 0.15 and 0.01 on average', async () => {
    for (const [model, full] of [
      [form('model_int8'), 'bert-masked'],
      [fixture('gpt2-int8'), 'gpt2'],
    ] as const)
      for (const expected of golden<{ attention: Entry[] }>(full).attention) {
        const found = await attention({ model, text: expected.text }, context);
        compare(found, expected, 0.15);
        // These small models have random weights, which quantise worse than trained ones; most of it is near.
        const all = found.tensor.layers.flatMap((layer) => [...layer]);
        const exact = expected.attentions.flat(3);
        const mean = all.reduce((sum, weight, at) => sum + Math.abs(weight - exact[at]!), 0) / all.length;
        assert.ok(mean < 0.01, `${model}: mean difference ${mean}`);
      }
  });

  it('gives each token its place in the text as written, also after a mask', async () => {
    const text = 'A [MASK] stood 🙂 there.';
    const { tokens } = await attention({ model: fixture('roberta-masked'), text }, context);
    const stood = tokens.filter(({ special }) => !special);
    for (const { start, end } of stood) assert.ok(start >= 0 && end <= text.length && start <= end);
    assert.equal(text.slice(stood.at(-1)!.start, stood.at(-1)!.end), '.');
  });

  it('reads a text longer than the model takes in windows that overlap', async () => {
    const text = 'The old lighthouse stood at the edge of the bay. '.repeat(40);
    const model = fixture('bert-masked');
    const first = await attention({ model, text }, context);
    const { count } = first.window;
    assert.ok(count > 3);
    let end = 0;
    for (let index = 0; index < count; index++) {
      const { window, tokens } = await attention({ model, text, window: index }, context);
      assert.deepEqual([window.index, window.count, tokens.length], [index, count, 128]);
      assert.deepEqual([tokens[0]!.special, tokens.at(-1)!.special], [true, true]);
      assert.ok(index === 0 ? window.start === 0 : window.start < end, 'windows overlap');
      end = window.end;
    }
    assert.equal(end, text.trimEnd().length);
    await assert.rejects(attention({ model, text, window: count }, context), /There is no window/);
  });

  it('shows the window in which a place of the text stands best', async () => {
    const text = 'The old lighthouse stood at the edge of the bay. '.repeat(40);
    const at = text.length / 2;
    const { window, tokens } = await attention({ model: fixture('bert-masked'), text, at }, context);
    const place = tokens.findIndex(({ end, special }) => !special && end > at);
    assert.ok(window.start < at && at < window.end);
    assert.ok(Math.abs(place - 64) <= 48, `at ${place} of 128`);
  });

  it('takes a text that fits as one window', async () => {
    const text = ' The bay. ';
    const { window } = await attention({ model: fixture('bert-masked'), text }, context);
    assert.deepEqual(window, { index: 0, count: 1, start: 0, end: text.length });
  });

  it('says why a graph whose attention is fused away shows none', async () => {
    await assert.rejects(
      attention({ model: fixture('bert-fused'), text: 'The bay.' }, context),
      (error: EngineError) => error.code === 'no-attention' && /bert-fused/.test(error.message),
    );
  });

  it('names the file of the same model that can show it', async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'headlight-fused-'));
    fs.cpSync(fixture('bert-fused'), folder, { recursive: true });
    fs.renameSync(path.join(folder, 'onnx/model.onnx'), path.join(folder, 'onnx/model_quantized.onnx'));
    const able = path.join(folder, 'onnx/model_fp16.onnx');
    fs.copyFileSync(path.join(fixture('bert-masked'), 'onnx/model.onnx'), able);
    await assert.rejects(attention({ model: folder, text: 'The bay.' }, context), (error: EngineError) =>
      error.message.endsWith(`Its file model_fp16.onnx can: choose ${able} as the model.`),
    );
    await attention({ model: able, text: 'The bay.' }, context);
    await models.closeAll();
    fs.rmSync(folder, { recursive: true });
  });
});
