import assert from 'node:assert/strict';
import { ModelStore } from '../../../../src/engine/model/modelStore';
import { fillMask } from '../../../../src/engine/tasks/fillMask';
import { inspect } from '../../../../src/engine/tasks/inspect';
import { nextSentence } from '../../../../src/engine/tasks/nextSentence';
import type { EngineError } from '../../../../src/protocol/engine';
import { assertClose, fixture, golden } from '../../fixtures';

interface PairsGolden {
  pairs: { first: string; second: string; ids: number[]; typeIds: number[]; isNext: number }[];
}

const models: [string, string, string][] = [
  ['bert-pretraining', 'next-sentence', 'masked'],
  ['bert-next-sentence', 'next-sentence', 'next-sentence'],
  ['albert-order', 'sentence-order', 'masked'],
];

for (const [name, head, family] of models) {
  describe(`nextSentence on ${name}`, () => {
    const store = new ModelStore({ threads: 1 });
    const context = { models: store, turn: () => Promise.resolve(), partial: () => undefined };
    const model = fixture(name);
    after(() => store.closeAll());

    it("gives transformers' probabilities", async () => {
      const { pairs } = golden<PairsGolden>(name);
      const { tokenizer } = (await store.openEncoder(model, 'nextSentence')).model;
      for (const { first, second, ids, typeIds } of pairs) {
        const encoding = tokenizer.encode(first, { pair: second });
        assert.deepEqual(
          encoding.tokens.map(({ id }) => id),
          ids,
        );
        assert.deepEqual(encoding.typeIds, typeIds);
      }
      const result = await nextSentence({ model, pairs }, context);
      assert.equal(result.head, head);
      assertClose(
        result.isNext,
        pairs.map(({ isNext }) => isNext),
        1e-4,
      );
    });

    it('reads of a long pair what stands where the two meet', async () => {
      const [near, far] = ['The lamp was lit. ', 'The sea was grey and cold. '];
      const meet = { first: far.repeat(30) + near.repeat(30), second: near.repeat(30) + far.repeat(30) };
      const alone = { first: near.repeat(30), second: near.repeat(30) };
      const { isNext } = await nextSentence({ model, pairs: [meet, alone] }, context);
      assertClose([isNext[0]!], [isNext[1]!], 1e-6);
    });

    it('is known to do so without being opened', async () => {
      const found = await inspect({ model });
      assert.equal(found.family, family);
      assert(found.tasks.includes('nextSentence'));
    });

    it('refuses an empty passage', async () => {
      await assert.rejects(
        nextSentence({ model, pairs: [{ first: 'One.', second: ' ' }] }, context),
        (error: EngineError) => error.code === 'input',
      );
    });
  });
}

describe('a model with a head for words and one for pairs', () => {
  const store = new ModelStore({ threads: 1 });
  after(() => store.closeAll());

  it('fills masks too, whatever its class calls the logits', async () => {
    const context = { models: store, turn: () => Promise.resolve(), partial: () => undefined };
    const result = await fillMask(
      { model: fixture('bert-pretraining'), text: 'The [MASK] stood.', top: 3 },
      context,
    );
    assert.equal(result.masks[0]!.candidates.length, 3);
  });
});
