import assert from 'node:assert/strict';
import { ModelStore } from '../../../../src/engine/model/modelStore';
import { attention } from '../../../../src/engine/tasks/attention';
import { fillMask } from '../../../../src/engine/tasks/fillMask';
import { score } from '../../../../src/engine/tasks/score';
import { assertClose, fixture, golden } from '../../fixtures';

interface MaskedGolden {
  tokenization: { text: string; ids: number[] }[];
  fill: {
    text: string;
    masks: { span: [number, number]; candidates: { id: number; probability: number }[] }[];
  }[];
  score: { text: string; sum: number }[];
}

const families: [string, string][] = [
  ['albert-masked', 'one layer used three times, a Unigram vocabulary'],
  ['electra-generator', 'embeddings narrower than the layers'],
  ['bigbird-masked', 'full attention in its export'],
  ['distilbert-masked', 'no token types'],
];

for (const [name, what] of families) {
  describe(`${name}: ${what}`, () => {
    const models = new ModelStore({ threads: 1 });
    const context = { models, turn: () => Promise.resolve(), partial: () => undefined };
    const model = fixture(name);
    const expected = golden<MaskedGolden>(name);
    after(() => models.closeAll());

    it('reads texts as the same tokens as transformers', async () => {
      const { tokenizer } = (await models.openEncoder(model, 'fill')).model;
      for (const { text, ids } of expected.tokenization)
        assert.deepEqual(
          tokenizer.encode(text).tokens.map(({ id }) => id),
          ids,
        );
    });

    it('ranks the candidates of each mask as transformers does', async () => {
      for (const { text, masks } of expected.fill) {
        const result = await fillMask({ model, text, top: 10 }, context);
        result.masks.forEach(({ start, end, candidates }, index) => {
          const { span, candidates: wanted } = masks[index]!;
          // A mask that takes the space before it has it in its span there.
          assert.equal(text.slice(start, end), text.slice(...span).trimStart());
          assert.deepEqual(
            candidates.map(({ id }) => id),
            wanted.map(({ id }) => id),
          );
          assertClose(
            candidates.map(({ probability }) => probability),
            wanted.map(({ probability }) => probability),
            1e-4,
          );
        });
      }
    });

    it('gives texts the same pseudo-log-likelihood', async () => {
      for (const { text, sum } of expected.score)
        assertClose([(await score({ model, text }, context)).sum], [sum], 1e-4);
    });

    it('shows the attention of every layer', async () => {
      const { tokens, tensor } = await attention({ model, text: 'The old lamp.' }, context);
      assert(tensor.layers.length >= 2 && tensor.heads >= 2);
      const row = tensor.layers[0]!.subarray(0, tokens.length);
      assertClose([row.reduce((sum, value) => sum + value, 0)], [1], 1e-4);
    });
  });
}
