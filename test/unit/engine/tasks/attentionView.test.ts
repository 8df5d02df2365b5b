import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { serialize } from 'node:v8';
import { headMatrix } from '../../../../src/core/attention/tensor';
import { quantize } from '../../../../src/core/attention/thumbnails';
import { HeldAttention } from '../../../../src/engine/heldAttention';
import { CausalModel } from '../../../../src/engine/model/causalModel';
import { ModelStore } from '../../../../src/engine/model/modelStore';
import { openCausalGraph, openGraph } from '../../../../src/engine/onnx/openModel';
import { attention } from '../../../../src/engine/tasks/attention';
import { headClasses } from '../../../../src/engine/tasks/headClasses';
import { occlusion } from '../../../../src/engine/tasks/occlusion';
import { predictions } from '../../../../src/engine/tasks/predictions';
import type { EngineError, OcclusionPartial } from '../../../../src/protocol/engine';
import { assertClose, fixture, golden } from '../../fixtures';

const text = 'The old lighthouse stood at the edge of the bay.';

describe('what is shown of a held text', () => {
  const models = new ModelStore({ threads: 1 });
  const turn = () => Promise.resolve();
  const context = { models, turn, partial: () => undefined };
  after(() => models.closeAll());
  const hold = async (name: string) =>
    new HeldAttention(await attention({ model: fixture(name), text }, context));

  it('pictures every head', async () => {
    const held = await hold('bert-masked');
    const { thumbnails, thumbnailRows, thumbnailColumns, queries, keys } = await held.pictures({}, turn);
    const { tensor, tokens } = held.attention;
    assert.deepEqual([thumbnailRows, thumbnailColumns], [tokens.length, tokens.length]);
    assert.deepEqual([queries.length, keys.length], [tokens.length, tokens.length]);
    const size = tokens.length ** 2;
    const expected = headMatrix(tensor, 2, 3).map((weight) => quantize(weight));
    assert.deepEqual([...thumbnails.subarray(11 * size, 12 * size)], [...expected]);
  });

  it('fits the first picture of 12 x 12 heads and 512 tokens into 1 MB', async () => {
    const read = await attention({ model: fixture('bert-masked'), text }, context);
    const word = { text: 'lighthouse', id: 12_345, start: 1000, end: 1010, special: false };
    const tokens = Array.from({ length: 512 }, () => ({ ...word }));
    const layer = new Float32Array(12 * 512 * 512).fill(1 / 512);
    const tensor = { layers: Array.from({ length: 12 }, () => layer), heads: 12, queries: 512, keys: 512 };
    const large = { ...read, tensor, tokens, keyTokens: tokens, text: 'lighthouse '.repeat(512) };
    const pictures = await new HeldAttention(large).pictures({}, turn);
    const { tensor: _, ...sent } = large;
    // As messages to a view are written.
    const { length } = serialize({ ...sent, ...pictures });
    assert(length < 1e6, `${length} bytes`);
    assert.equal(pictures.thumbnails.length, 144 * 48 * 48);
  });

  it('pictures words without special tokens, whose rows still sum to 1', async () => {
    const held = await hold('bert-masked');
    const shaping = { removeSpecial: true, words: true };
    const { queries } = await held.pictures({ shaping }, turn);
    assert.deepEqual(queries.length, 11);
    const source = { kind: 'heads' as const, heads: [{ layer: 1, head: 0 }], combine: 'mean' as const };
    const matrix = held.matrix({ handle: 1, source, shaping });
    for (let row = 0; row < 11; row++) {
      const sum = matrix.subarray(row * 11, (row + 1) * 11).reduce((a, b) => a + b, 0);
      assert(Math.abs(sum - 1) < 1e-5);
    }
    const { left } = held.lines({ handle: 1, source, shaping, query: 3 });
    assert(left! > 0 && left! < 1);
  });

  it('gives one row and column of several heads, as the whole matrix has them', async () => {
    const held = await hold('gpt2-optimum');
    const tokens = held.attention.tokens.length;
    const heads = [
      { layer: 0, head: 1 },
      { layer: 2, head: 3 },
    ];
    for (const combine of ['mean', 'max'] as const) {
      const params = { handle: 1, source: { kind: 'heads' as const, heads, combine } };
      const matrix = held.matrix(params);
      const { row, column, left } = held.lines({ ...params, query: 5, key: 2 });
      assertClose(row!, matrix.subarray(5 * tokens, 6 * tokens), 1e-6);
      assertClose(
        column!,
        matrix.filter((_, at) => at % tokens === 2),
        1e-6,
      );
      assert.equal(left, 1);
      assert.deepEqual(
        [...held.map(params)],
        [...matrix].map((weight) => quantize(weight)),
      );
    }
  });

  it('measures every head; a text that does not repeat itself has no copies', async () => {
    const held = new HeldAttention(
      await attention({ model: fixture('gpt2-optimum'), text: 'Good morning' }, context),
    );
    const { measures } = await held.measures({ handle: 1 }, turn);
    assert.equal(measures.sink.length, 12);
    assert(measures.sink.every((sink) => sink > 0 && sink < 1));
    assert(measures.next.every((next) => next === 0));
    assert(measures.induction.every((score) => Number.isNaN(score)));
    const repeated = new HeldAttention(
      await attention({ model: fixture('gpt2-optimum'), text: 'the bay the bay' }, context),
    );
    const again = await repeated.measures({ handle: 1 }, turn);
    assert(again.measures.induction.every((score) => score > 0 && score < 1));
  });

  it('rolls attention out to the input, once it is asked for', async () => {
    const held = await hold('bert-masked');
    const params = { handle: 1, source: { kind: 'rollout' as const, layer: 2 } };
    assert.throws(() => held.matrix(params), /hasn't been computed/);
    const { thumbnails, rows } = await held.rollout({ handle: 1 }, turn);
    assert.equal(thumbnails.length, 3 * rows * rows);
    const matrix = held.matrix(params);
    const tokens = held.attention.tokens.length;
    const sum = matrix.subarray(0, tokens).reduce((a, b) => a + b, 0);
    assert(Math.abs(sum - 1) < 1e-5);
    assert.throws(
      () => held.matrix({ handle: 1, source: { kind: 'rollout', layer: 3 } }),
      /There is no layer 3/,
    );
  });

  it('refuses a head that the model does not have', async () => {
    const held = await hold('bert-masked');
    const source = { kind: 'heads' as const, heads: [{ layer: 3, head: 0 }], combine: 'mean' as const };
    assert.throws(() => held.matrix({ handle: 1, source }), /no layer 3, head 0: the model has 3 x 4/);
  });

  it('predicts the next token at each token of a causal model', async () => {
    const { attention: read } = await hold('gpt2-optimum');
    const expected = golden<{ logits: { text: string; last: number[] }[] }>('gpt2').logits;
    const { last } = expected.find((entry) => entry.text === text)!;
    const at = read.tokens.length - 1;
    const { predicted, candidates, actual } = await predictions(read, at, 3, context);
    assert.deepEqual([predicted, actual, candidates.length], ['next', null, 3]);
    assert.equal(candidates[0]!.id, last.indexOf(Math.max(...last)));
    const before = await predictions(read, at - 1, 3, context);
    assert.equal(before.actual!.id, read.tokens[at]!.id);
  });

  it("predicts what a masked model would put in a token's place", async () => {
    const { attention: read } = await hold('bert-masked');
    const { predicted, actual } = await predictions(read, 3, 5, context);
    assert.equal(predicted, 'here');
    const score = golden<{ score: { text: string; logprobs: number[] }[] }>('bert-masked').score;
    const { logprobs } = score.find((entry) => entry.text === text)!;
    assertClose([Math.log(actual!.probability)], [logprobs[3]!], 1e-3);
    await assert.rejects(predictions(read, 0, 5, context), (error: EngineError) => error.code === 'input');
  });

  it("predicts a classifier's label", async () => {
    const { attention: read } = await hold('bert-sentiment');
    const { predicted, candidates } = await predictions(read, 0, 5, context);
    assert.equal(predicted, 'label');
    assert.deepEqual(
      new Set(candidates.map((candidate) => candidate.text)),
      new Set(['sad', 'plain', 'glad']),
    );
  });

  for (const name of ['gpt2-optimum', 'gpt2-no-position-ids', 'gpt2-merged'])
    it(`says what the next token loses without each token before it (${name})`, async () => {
      const { attention: read } = await hold(name);
      const at = 6;
      const partials: OcclusionPartial[] = [];
      const { importance, target, predicted } = await occlusion(read, at, {
        ...context,
        partial: (value) => partials.push(value),
      });
      assert.deepEqual([predicted, target.id], ['next', read.tokens[at + 1]!.id]);
      assert(importance.slice(0, at + 1).every((value) => Number.isFinite(value)));
      assert(importance.slice(at + 1).every((value) => Number.isNaN(value)));
      assert.equal(partials.at(-1)!.done, at + 1);
      // Without its last token, the text ends in the one before.
      const before = await predictions(read, at - 1, 1000, context);
      const then = before.candidates.find(({ id }) => id === target.id)!.probability;
      assertClose([importance[at]!], [Math.log(target.probability / then)], 1e-3);
    });

  it('drops tokens alike from a rewritten graph, with its cache, and from a stock one', async () => {
    const ids = (await hold('gpt2-optimum')).attention.tokens.slice(0, 8).map(({ id }) => id);
    const dropped = [7, 0, 3, 6];
    const file = path.join(fixture('gpt2-optimum'), 'onnx/model.onnx');
    const found: Float32Array[][] = [];
    for (const graph of [
      await openCausalGraph(file, { threads: 1 }),
      await openGraph(file, { threads: 1 }),
    ]) {
      const net = await CausalModel.open(graph, 128, 1e6);
      const rows: Float32Array[] = [];
      for await (const some of net.readWithout(ids, dropped, turn)) rows.push(...some);
      found.push([...rows, Float32Array.of(net.pastStrategy === 'apart' ? 1 : 0)]);
      await graph.session.release();
    }
    const [apart, stock] = found as [Float32Array[], Float32Array[]];
    assert.deepEqual([apart.pop()![0], stock.pop()![0]], [1, 0]);
    assert.deepEqual([apart.length, stock.length], [4, 4]);
    apart.forEach((row, index) => assertClose(row, stock[index]!, 1e-4));
  });

  it('says what a mask loses when another token is hidden', async () => {
    const masked = 'The edge of the [MASK].';
    const read = await attention({ model: fixture('bert-masked'), text: masked }, context);
    const at = read.tokens.findIndex(({ start }) => start === 16);
    const { importance, target, predicted } = await occlusion(read, at, context);
    assert.equal(predicted, 'here');
    // Hidden by hand.
    const other = await attention(
      { model: fixture('bert-masked'), text: 'The edge of [MASK] [MASK].' },
      context,
    );
    const { candidates } = await predictions(other, at, 1000, context);
    const then = candidates.find(({ id }) => id === target.id)!.probability;
    assertClose([importance[at - 1]!], [Math.log(target.probability / then)], 1e-4);
    assert(Number.isNaN(importance[0]!) && Number.isNaN(importance[at]!));
  });

  it('says what a label loses when a token is hidden', async () => {
    const { attention: read } = await hold('distilbert-sentiment');
    const { importance, predicted, target } = await occlusion(read, 0, context);
    assert.equal(predicted, 'label');
    assert.match(target.text, /^(NEGATIVE|POSITIVE)$/);
    const inner = read.tokens.flatMap(({ special }, at) => (special ? [] : [importance[at]!]));
    assert(inner.every((value) => Number.isFinite(value)) && inner.some((value) => Math.abs(value) > 1e-4));
  });

  it('predicts what an encoder-decoder writes next, and what that loses without a token', async () => {
    const model = fixture('bart');
    const params = { model, text, target: 'The lamp was lit.' };
    for (const part of ['decoder', 'cross'] as const) {
      const read = await attention({ ...params, part }, context);
      const { predicted, actual } = await predictions(read, 2, 3, context);
      assert.deepEqual([predicted, actual!.id], ['next', read.tokens[3]!.id]);
      const { importance, target } = await occlusion(read, 2, context);
      assert.equal(target.id, actual!.id);
      assert.equal(importance.length, read.keyTokens.length);
      const words = read.keyTokens.flatMap(({ special }, at) => (special ? [] : [at]));
      const seen = part === 'decoder' ? words.filter((at) => at <= 2) : words;
      for (const at of words)
        assert.equal(Number.isFinite(importance[at]!), seen.includes(at), `${part} ${at}`);
      assert(seen.some((at) => Math.abs(importance[at]!) > 1e-3));
    }
    const encoder = await attention({ ...params, part: 'encoder' }, context);
    await assert.rejects(
      predictions(encoder, 1, 3, context),
      (error: EngineError) => error.code === 'unsupported',
    );
  });

  it('classifies the heads once a model, and keeps the answer', async () => {
    const cache = fs.mkdtempSync(path.join(os.tmpdir(), 'headlight-heads-'));
    const keeping = new ModelStore({ threads: 1, cache });
    const first = await headClasses({ model: fixture('bert-masked') }, { ...context, models: keeping });
    assert.deepEqual([first.layers, first.heads, first.classes.length, first.period], [3, 4, 12, 50]);
    const [file] = fs.readdirSync(path.join(cache, 'heads'));
    const kept = JSON.parse(fs.readFileSync(path.join(cache, 'heads', file!), 'utf8')) as {
      result: { period: number };
    };
    kept.result.period = 7;
    fs.writeFileSync(path.join(cache, 'heads', file!), JSON.stringify(kept));
    const second = await headClasses({ model: fixture('bert-masked') }, { ...context, models: keeping });
    assert.equal(second.period, 7);
    await keeping.closeAll();
    fs.rmSync(cache, { recursive: true });
  });

  it('classifies the heads of an encoder-decoder part by part, and none of its cross-attention', async () => {
    const cache = fs.mkdtempSync(path.join(os.tmpdir(), 'headlight-heads-'));
    const keeping = { ...context, models: new ModelStore({ threads: 1, cache }) };
    const model = fixture('t5');
    const encoder = await headClasses({ model, part: 'encoder' }, keeping);
    const decoder = await headClasses({ model, part: 'decoder' }, keeping);
    const read = await attention({ model, text: 'A text.', part: 'decoder', target: 'A.' }, keeping);
    assert.deepEqual([decoder.layers, decoder.heads], [read.tensor.layers.length, read.tensor.heads]);
    assert.notDeepEqual(decoder.classes, encoder.classes);
    assert.deepEqual(await headClasses({ model, part: 'decoder' }, keeping), decoder);
    assert.deepEqual(await headClasses({ model }, keeping), encoder);
    await assert.rejects(headClasses({ model, part: 'cross' }, keeping), /cross-attention has none/);
    await keeping.models.closeAll();
    fs.rmSync(cache, { recursive: true });
  });
});
