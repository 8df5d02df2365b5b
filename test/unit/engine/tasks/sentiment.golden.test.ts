import assert from 'node:assert/strict';
import { ModelStore } from '../../../../src/engine/model/modelStore';
import { sentiment } from '../../../../src/engine/tasks/sentiment';
import type { EngineError, SentimentPartial } from '../../../../src/protocol/engine';
import { assertClose, fixture, golden } from '../../fixtures';

interface ClassifierGolden {
  labels: string[];
  classification: { text: string; label: string; scores: Record<string, number> }[];
}

for (const name of ['bert-sentiment', 'distilbert-sentiment']) {
  describe(`sentiment on ${name}`, () => {
    const models = new ModelStore({ threads: 1 });
    const turn = () => Promise.resolve();
    after(() => models.closeAll());
    const expected = golden<ClassifierGolden>(name);

    it("gives transformers' label and probabilities, by the model's own labels", async () => {
      for (const { text, label, scores } of expected.classification) {
        if (text.trim() === '') continue;
        const result = await sentiment(
          { model: fixture(name), text },
          { models, turn, partial: () => undefined },
        );
        assert.equal(result.label, label);
        assert.deepEqual(Object.keys(result.scores), expected.labels);
        assertClose(Object.values(result.scores), Object.values(scores), 1e-4);
      }
    });

    it('judges each sentence, at its place, and tells how far it is', async () => {
      const text = 'The bay was calm.  What a storm! 🙂';
      const partials: SentimentPartial[] = [];
      const result = await sentiment(
        { model: fixture(name), text },
        { models, turn, partial: (value) => partials.push(value) },
      );
      assert.deepEqual(
        result.sentences.map(({ start, end }) => text.slice(start, end)),
        ['The bay was calm.', 'What a storm!', '🙂'],
      );
      assert.deepEqual(partials.at(-1), { done: 3, total: 3 });
      const alone = await sentiment(
        { model: fixture(name), text: 'What a storm!' },
        { models, turn, partial: () => undefined },
      );
      assert.deepEqual(result.sentences[1]!.scores, alone.scores);
    });

    it('judges a text longer than the window by the mean of its sentences', async () => {
      const text = 'The bay was calm. What a storm! '.repeat(60);
      const result = await sentiment(
        { model: fixture(name), text },
        { models, turn, partial: () => undefined },
      );
      const sum = Object.values(result.scores).reduce((total, score) => total + score, 0);
      assert.ok(Math.abs(sum - 1) < 1e-5);
      assert.equal(result.sentences.length, 120);
    });

    it('says when there is nothing to judge', async () => {
      await assert.rejects(
        sentiment({ model: fixture(name), text: ' \n ' }, { models, turn, partial: () => undefined }),
        (error: EngineError) => error.code === 'input' && /no sentence/.test(error.message),
      );
    });
  });
}
