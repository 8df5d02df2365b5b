import assert from 'node:assert/strict';
import { ModelStore } from '../../../../src/engine/model/modelStore';
import { fillMask } from '../../../../src/engine/tasks/fillMask';
import type { EngineError } from '../../../../src/protocol/engine';
import { assertClose, fixture, golden } from '../../fixtures';

interface MaskedGolden {
  fill: {
    text: string;
    masks: { span: [number, number]; candidates: { id: number; probability: number }[] }[];
  }[];
}

/** Each stock form of a masked model, and the golden file of its weights. */
const forms: [string, string][] = [
  ['bert-masked', 'bert-masked'],
  ['bert-masked-torch', 'bert-masked'],
  ['roberta-masked', 'roberta-masked'],
];

for (const [name, goldenName] of forms) {
  describe(`fillMask on ${name}`, () => {
    const models = new ModelStore({ threads: 1 });
    const context = { models, turn: () => Promise.resolve(), partial: () => undefined };
    after(() => models.closeAll());
    const expected = golden<MaskedGolden>(goldenName);

    it('ranks the candidates of each mask as transformers does', async () => {
      for (const { text, masks } of expected.fill) {
        const result = await fillMask({ model: fixture(name), text, top: 10 }, context);
        assert.deepEqual(
          result.masks.map(({ start, end }) => [start, end]),
          masks.map(({ span }) => span),
        );
        result.masks.forEach(({ candidates }, index) => {
          const wanted = masks[index]!.candidates;
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

    it('understands [MASK] whatever the mask token of the model', async () => {
      const result = await fillMask(
        { model: fixture(name), text: 'The [MASK] stood at [MASK].', top: 3 },
        context,
      );
      assert.deepEqual(
        result.masks.map(({ start, end, candidates }) => [start, end, candidates.length]),
        [
          [4, 10, 3],
          [20, 26, 3],
        ],
      );
    });

    it('reads what stands around the mask in a text longer than the window', async () => {
      const filler = 'The old lighthouse stood at the edge of the bay. '.repeat(40);
      const result = await fillMask(
        { model: fixture(name), text: `${filler}[MASK] ${filler}`, top: 2 },
        context,
      );
      assert.equal(result.masks.length, 1);
      assert.equal(result.masks[0]!.start, filler.length);
    });

    it('says what to write when there is no mask', async () => {
      await assert.rejects(
        fillMask({ model: fixture(name), text: 'No mask here.' }, context),
        (error: EngineError) => {
          assert.equal(error.code, 'input');
          assert.match(error.message, /no mask\. Write (\[MASK\]|<mask>) where/);
          return true;
        },
      );
    });
  });
}
