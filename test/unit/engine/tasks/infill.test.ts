import assert from 'node:assert/strict';
import { ModelStore } from '../../../../src/engine/model/modelStore';
import { infill } from '../../../../src/engine/tasks/infill';
import { predict } from '../../../../src/engine/tasks/predict';
import type { EngineError } from '../../../../src/protocol/engine';
import { fixture } from '../../fixtures';

const store = new ModelStore({ threads: 1 });
const turn = () => Promise.resolve();
const context = { models: store, turn, partial: () => undefined };
after(() => store.closeAll());

for (const name of ['t5', 'bart-merged']) {
  describe(`infill on ${name}`, () => {
    const model = fixture(name);

    it('ranks fillings of one token or several by their probability', async () => {
      const text = 'The old [MASK] at the edge of the bay.';
      const { gaps } = await infill({ model, text, top: 6, maxNewTokens: 4 }, context);
      assert.deepEqual([gaps[0]!.start, gaps[0]!.end], [8, 14]);
      const { candidates } = gaps[0]!;
      assert(candidates.length > 0 && candidates.length <= 6);
      candidates.forEach(({ probability }, index) => {
        assert(probability > 0 && probability <= (candidates[index - 1]?.probability ?? 1));
      });
      assert.equal(new Set(candidates.map((candidate) => candidate.text)).size, candidates.length);
      assert(candidates.every((candidate) => !/<extra_id|<mask>|<\/?s>|<pad>/.test(candidate.text)));
      assert(candidates.reduce((sum, { probability }) => sum + probability, 0) <= 1.0001);
    });

    it('ranks each of several gaps, however they are written', async () => {
      const text = 'The <mask> stood at [MASK].';
      const { gaps } = await infill({ model, text, top: 2 }, context);
      assert.deepEqual(
        gaps.map(({ start, end }) => text.slice(start, end)),
        ['<mask>', '[MASK]'],
      );
      assert(gaps.every(({ candidates }) => candidates.length > 0));
    });

    it('fills a gap in a text longer than the window', async () => {
      const filler = 'The old lighthouse stood at the edge of the bay. '.repeat(20);
      const { gaps } = await infill({ model, text: `${filler}[MASK] ${filler}`, top: 2 }, context);
      assert.equal(gaps[0]!.start, filler.length);
    });

    it('says what to write when there is no gap', async () => {
      await assert.rejects(
        infill({ model, text: 'No gap.' }, context),
        (error: EngineError) => error.code === 'input' && /Write \[MASK\] where/.test(error.message),
      );
    });

    it('predicts at a place from both sides what fills a gap there', async () => {
      const text = 'The old lighthouse stood at the bay.';
      const position = text.indexOf('stood');
      const place = await predict({ model, text, position, top: 3 }, context);
      assert.equal(place.family, 'encoder-decoder');
      assert.deepEqual(
        place.sees.map(({ start, end }) => text.slice(start, end)),
        ['The old lighthouse', 'at the bay.'],
      );
      assert.deepEqual(
        place.tokens.filter(({ seen }) => !seen).map((token) => token.text),
        ['stood'],
      );
      const masked = text.replace('stood', '[MASK]');
      const { gaps } = await infill({ model, text: masked, top: 3, maxNewTokens: 8 }, context);
      assert.deepEqual(place.predictions, gaps[0]!.candidates);
    });
  });
}

describe('infill by a model that has no token for a gap', () => {
  it('says why, and what can', async () => {
    await assert.rejects(
      infill({ model: fixture('marian'), text: 'The [MASK].' }, context),
      (error: EngineError) =>
        error.code === 'unsupported' &&
        /trained to rewrite whole texts.*Choose an encoder-decoder model/.test(error.message),
    );
    await assert.rejects(
      infill({ model: fixture('bert-masked'), text: 'The [MASK].' }, context),
      (error: EngineError) => error.code === 'unsupported' && /it is a masked model/.test(error.message),
    );
  });
});
