import assert from 'node:assert/strict';
import { ModelStore } from '../../../../src/engine/model/modelStore';
import { score } from '../../../../src/engine/tasks/score';
import type { EngineError } from '../../../../src/protocol/engine';
import { assertClose, fixture, golden } from '../../fixtures';

interface ScoreGolden {
  score: { text: string; ids: number[]; logprobs: (number | null)[]; sum: number }[];
}

const forms: [string, string][] = [
  ['gpt2-optimum', 'gpt2'],
  ['bert-masked', 'bert-masked'],
  ['roberta-masked', 'roberta-masked'],
];

for (const [name, goldenName] of forms) {
  describe(`score on ${name}`, () => {
    const models = new ModelStore({ threads: 1 });
    const context = { models, turn: () => Promise.resolve(), partial: () => undefined };
    after(() => models.closeAll());
    const expected = golden<ScoreGolden>(goldenName);

    it("gives transformers' log probability of each token", async () => {
      for (const { text, logprobs, sum } of expected.score) {
        if (text === '') continue;
        const result = await score({ model: fixture(name), text }, context);
        assertClose(
          result.tokens.map((token) => token.logprob!),
          logprobs.filter((logprob) => logprob !== null),
          1e-4,
        );
        assertClose([result.sum], [sum], 1e-4);
      }
    });

    it('scores every token of a text longer than the window once', async () => {
      const text = 'The old lighthouse stood at the edge of the bay. '
        .repeat(name.startsWith('gpt2') ? 40 : 10)
        .trim();
      const { tokens } = await score({ model: fixture(name), text }, context);
      assert.ok(tokens.length > 128);
      assert.ok(tokens.every(({ logprob }) => logprob !== null && logprob < 0));
      assert.equal(tokens[0]!.start, 0);
      assert.equal(tokens.at(-1)!.end, text.length);
    });

    it('says when there is nothing to score', async () => {
      await assert.rejects(
        score({ model: fixture(name), text: '' }, context),
        (error: EngineError) => error.code === 'input' && /empty/.test(error.message),
      );
    });
  });
}
