import assert from 'node:assert/strict';
import { ModelStore } from '../../../../src/engine/model/modelStore';
import { attention } from '../../../../src/engine/tasks/attention';
import { inspect } from '../../../../src/engine/tasks/inspect';
import { rewrite } from '../../../../src/engine/tasks/rewrite';
import type { EngineError } from '../../../../src/protocol/engine';
import { assertClose, fixture, golden } from '../../fixtures';

interface RewriteGolden {
  tokenization: { text: string; ids: number[] }[];
  startId: number;
  first: { ids: number[]; logits: number[] }[];
  written: {
    text: string;
    options: { num_beams?: number; max_new_tokens?: number; early_stopping?: boolean };
    ids: number[];
    logprobs: number[];
    written: string;
    finish: string;
  }[];
}

const models: [string, string, string][] = [
  ['t5', 't5', 'three graphs'],
  ['t5-merged', 't5', 'a merged decoder'],
  ['bart', 'bart', 'three graphs, forced first and last tokens'],
  ['bart-merged', 'bart', 'a merged decoder'],
  ['marian', 'marian', 'a merged decoder, a token that may not be written'],
];

for (const [name, goldenName, what] of models) {
  describe(`rewrite on ${name}: ${what}`, () => {
    const store = new ModelStore({ threads: 1 });
    const turn = () => Promise.resolve();
    const context = { models: store, turn, partial: () => undefined };
    const expected = golden<RewriteGolden>(goldenName);
    const model = fixture(name);
    after(() => store.closeAll());

    it('reads texts as the same tokens as transformers', async () => {
      const { tokenizer } = (await store.openEncoderDecoder(model, 'rewrite')).model;
      for (const { text, ids } of expected.tokenization)
        assert.deepEqual(
          tokenizer.encode(text).tokens.map(({ id }) => id),
          ids,
        );
    });

    it('gives the same logits for the first token', async () => {
      const { net } = (await store.openEncoderDecoder(model, 'rewrite')).model;
      for (const { ids, logits } of expected.first) {
        const source = await net.encode(ids, turn);
        const [found] = await net.read(net.begin(source), [[expected.startId]], turn);
        assertClose(found!, logits, 1e-4);
      }
    });

    it('reads on with a past as without one', async () => {
      const { net } = (await store.openEncoderDecoder(model, 'rewrite')).model;
      assert(net.hasPast);
      const source = await net.encode(expected.first[0]!.ids, turn);
      const ids = [expected.startId, ...expected.written[0]!.ids.slice(0, 5)];
      const all = await net.readAll(source, ids, turn);
      const target = net.begin(source);
      for (const [index, id] of ids.entries()) {
        const [logits] = await net.read(target, [[id]], turn);
        assertClose(logits!, all[index]!, 1e-4);
      }
    });

    it('writes the same texts, greedily and by beam search', async () => {
      for (const { text, options, ids, logprobs, written, finish } of expected.written) {
        const pieces: string[] = [];
        const result = await rewrite(
          {
            model,
            text,
            options: {
              ...(options.num_beams !== undefined && { numBeams: options.num_beams }),
              ...(options.max_new_tokens !== undefined && { maxNewTokens: options.max_new_tokens }),
              ...(options.early_stopping !== undefined && { earlyStopping: options.early_stopping }),
            },
          },
          { models: store, turn, partial: ({ text: piece }) => pieces.push(piece) },
        );
        const kept = finish === 'eos' ? ids.slice(0, -1) : ids;
        assert.deepEqual(
          result.tokens.map(({ id }) => id),
          kept,
        );
        assert.equal(result.finish, finish);
        assert.equal(result.text, written);
        assert.equal(pieces.join(''), written);
        assertClose(
          result.tokens.map(({ logprob }) => logprob),
          logprobs,
          1e-4,
        );
      }
    });

    it('reads the text once, however much it writes', async () => {
      const { net } = (await store.openEncoderDecoder(model, 'rewrite')).model;
      const encode = net.encode.bind(net);
      let readings = 0;
      net.encode = (ids, when) => {
        readings++;
        return encode(ids, when);
      };
      try {
        for (const numBeams of [1, 3]) {
          readings = 0;
          const options = { maxNewTokens: 8, numBeams, earlyStopping: false };
          await rewrite({ model, text: 'The old lamp was lit.', options }, context);
          assert.equal(readings, 1);
        }
      } finally {
        net.encode = encode;
      }
    });

    it('says that it was cut when a text is longer than the window', async () => {
      const text = 'The old lighthouse stood at the edge of the bay. '.repeat(30);
      const result = await rewrite({ model, text, options: { maxNewTokens: 3 } }, context);
      assert.equal(result.truncated, true);
    });

    it('samples the same text from the same seed', async () => {
      const options = { doSample: true, numBeams: 1, seed: 7, maxNewTokens: 8, earlyStopping: false };
      const [first, second] = [
        await rewrite({ model, text: 'The lamp.', options }, context),
        await rewrite({ model, text: 'The lamp.', options }, context),
      ];
      assert.deepEqual(first.tokens, second.tokens);
    });

    it('shows what the encoder, the decoder and the decoder to the encoder look at', async () => {
      const text = 'The old lamp.';
      for (const part of ['encoder', 'decoder', 'cross'] as const) {
        const found = await attention({ model, text, part, target: 'It was dark.' }, context);
        assert.equal(found.tensor.layers.length, 2);
        assert.equal(found.tensor.heads, 2);
        assert.equal(found.text, part === 'encoder' ? text : 'It was dark.');
        const { queries, keys, layers } = found.tensor;
        assert.equal(layers[0]!.length, 2 * queries * keys);
        for (const layer of layers) {
          const row = layer.subarray(0, keys);
          assertClose([row.reduce((sum, value) => sum + value, 0)], [1], 1e-4);
          // What the decoder has yet to write isn't seen.
          if (part === 'decoder') assert(row.subarray(1).every((value) => value === 0));
        }
      }
      const unasked = await attention({ model, text, part: 'cross' }, context);
      assert(unasked.text.length > 0);
      assert.equal(unasked.keyText, text);
    });
  });
}

describe('what is told of an encoder-decoder', () => {
  it('is the same of its merged and its split form', async () => {
    const split = await inspect({ model: fixture('t5') });
    const merged = await inspect({ model: fixture('t5-merged') });
    assert.equal(split.family, 'encoder-decoder');
    assert.deepEqual(split.tasks, ['rewrite', 'infill', 'predict', 'attention']);
    assert.deepEqual(split.rewrites, ['summarization', 'translation_en_to_de']);
    assert(split.attention && merged.attention);
    assert(Math.abs(split.parameters - merged.parameters) < 0.01 * split.parameters);
    assert.deepEqual((await inspect({ model: fixture('marian') })).tasks, ['rewrite', 'attention']);
  });
});

describe('rewriting what a model is told to do', () => {
  const store = new ModelStore({ threads: 1 });
  const context = { models: store, turn: () => Promise.resolve(), partial: () => undefined };
  after(() => store.closeAll());

  it('puts the prefix of the task before the text, and takes its options', async () => {
    const result = await rewrite({ model: fixture('t5'), text: 'The lamp.', task: 'summarization' }, context);
    assert.equal(result.prompt, 'summarize: The lamp.');
    assert(result.tokens.length <= 19);
  });

  it('names the tasks that there are', async () => {
    await assert.rejects(
      rewrite({ model: fixture('t5'), text: 'The lamp.', task: 'sing' }, context),
      (error: EngineError) =>
        error.code === 'option' && /its tasks are summarization, translation_en_to_de/.test(error.message),
    );
    await assert.rejects(
      rewrite({ model: fixture('marian'), text: 'The lamp.', task: 'sing' }, context),
      /it does one thing with every text/,
    );
  });

  it('is refused by models that only continue or fill', async () => {
    await assert.rejects(
      rewrite({ model: fixture('gpt2-optimum'), text: 'The lamp.' }, context),
      (error: EngineError) =>
        error.code === 'unsupported' && /Choose an encoder-decoder model/.test(error.message),
    );
  });
});
