import assert from 'node:assert/strict';
import * as path from 'node:path';
import { leaveOneOut } from '../../../../src/core/sentiment/leaveOneOut';
import { ModelStore } from '../../../../src/engine/model/modelStore';
import { classify } from '../../../../src/engine/tasks/classify';
import { tippingWords } from '../../../../src/engine/tasks/tippingWords';
import { EngineError, type ClassifyPartial, type Verdict } from '../../../../src/protocol/engine';
import { assertClose, fixture, golden } from '../../fixtures';

interface ClassifierGolden {
  classification: { text: string; label: string; scores: Record<string, number> }[];
}

const turn = () => Promise.resolve();
const partial = () => undefined;
const embedded = path.join(__dirname, '../../../../models/headlight-bert-sentiment');

for (const name of ['bert-sentiment', 'distilbert-sentiment']) {
  describe(`judging several texts on ${name}`, () => {
    const models = new ModelStore({ threads: 1 });
    after(() => models.closeAll());
    const model = fixture(name);
    const expected = golden<ClassifierGolden>(name).classification;
    const texts = expected.map(({ text }) => text);

    it("gives transformers' figures for each, also where they are read together", async () => {
      const { verdicts } = await classify({ model, texts }, { models, turn, partial });
      expected.forEach(({ label, scores }, index) => {
        assert.equal(verdicts[index]!.label, label);
        assertClose(Object.values(verdicts[index]!.scores), Object.values(scores), 1e-4);
      });
    });

    it('reads them together, and tells each verdict once as it comes', async () => {
      const many = Array.from({ length: 10 }, () => texts).flat();
      const parts: ClassifyPartial[] = [];
      let turns = 0;
      const { verdicts } = await classify(
        { model, texts: many },
        { models, turn: async () => void turns++, partial: (value) => parts.push(value) },
      );
      assert(turns < many.length / 2, `${turns} runs for ${many.length} texts`);
      assert.equal(parts.length, turns);
      const told: Verdict[] = [];
      for (const { judged } of parts)
        for (const { index, verdict } of judged) {
          assert.equal(told[index], undefined);
          told[index] = verdict;
        }
      assert.deepEqual(told, verdicts);
    });

    it('is cancelled between two runs', async () => {
      let turns = 0;
      const cancelled = new EngineError('cancelled', 'Cancelled.');
      const stopping = () => (++turns === 3 ? Promise.reject(cancelled) : Promise.resolve());
      const told: number[] = [];
      await assert.rejects(
        classify(
          { model, texts: Array.from({ length: 500 }, () => texts).flat() },
          { models, turn: stopping, partial: ({ judged }) => told.push(judged.length) },
        ),
        cancelled,
      );
      assert.equal(told.length, 2);
    });

    it('says of a text longer than the window that it was cut', async () => {
      const { verdicts } = await classify(
        { model, texts: ['Calm.', 'The bay was calm. '.repeat(500)] },
        { models, turn, partial },
      );
      assert.deepEqual(
        verdicts.map(({ isCut }) => isCut),
        [undefined, true],
      );
    });

    it('tells how much each word tips the verdict', async () => {
      const text = 'The bay was calm, and the storm was far.';
      const { label, words } = await tippingWords({ model, text }, { models, turn, partial });
      const without = [...leaveOneOut(text)];
      const { verdicts } = await classify(
        { model, texts: [text, ...without.map((each) => each.text)] },
        { models, turn, partial },
      );
      assert.equal(label, verdicts[0]!.label);
      assert.deepEqual(
        words.map(({ start, end }) => text.slice(start, end)),
        ['The', 'bay', 'was', 'calm', 'and', 'the', 'storm', 'was', 'far'],
      );
      words.forEach(({ effect }, index) => {
        const lost = verdicts[0]!.scores[label]! - verdicts[index + 1]!.scores[label]!;
        assert(Math.abs(effect - lost) < 1e-6);
      });
      assert(words.some(({ effect }) => Math.abs(effect) > 1e-4));
    });
  });
}

describe('judging several texts on the embedded model', () => {
  const models = new ModelStore({ threads: 1 });
  after(() => models.closeAll());

  it('gives a text the same verdict whatever stands beside it, though its activations are rounded', async () => {
    const texts = ['The food was good.', 'A long and tedious film that never finds its way home.', 'Bad.'];
    const together = await classify({ model: embedded, texts }, { models, turn, partial });
    for (const [index, text] of texts.entries()) {
      const alone = await classify({ model: embedded, texts: [text] }, { models, turn, partial });
      assert.deepEqual(together.verdicts[index], alone.verdicts[0]);
    }
  });

  it('finds the word that a plain sentence turns on', async () => {
    for (const [text, word] of [
      ['The food was wonderful.', 'wonderful'],
      ['What a terrible film.', 'terrible'],
    ] as const) {
      const { words } = await tippingWords({ model: embedded, text }, { models, turn, partial });
      const most = words.reduce((a, b) => (b.effect > a.effect ? b : a));
      assert.equal(text.slice(most.start, most.end), word);
    }
  });

  describe('of a sentence that is longer than what the model reads', () => {
    it('tries the first words alone, and says so', async function () {
      this.timeout(60_000);
      const text = `The food was wonderful${', and the old bay was calm'.repeat(4000)}.`;
      assert(text.length > 100_000);
      let turns = 0;
      const counting = (): Promise<void> => {
        turns++;
        return Promise.resolve();
      };
      const { words, isPartial } = await tippingWords(
        { model: embedded, text },
        { models, turn: counting, partial },
      );
      assert.equal(isPartial, true);
      assert(words.length >= 20, `${words.length}`);
      assert.equal(text.slice(words[3]!.start, words[3]!.end), 'wonderful');
      assert(turns <= 30, `${turns} runs`);
    });

    it('leaves out no word that is behind what is read', async () => {
      const model = fixture('bert-sentiment');
      const { tokenizer, folder } = (await models.openEncoder(model, 'sentiment')).model;
      const text = 'The old lighthouse stood at the edge of the bay. '.repeat(20);
      const { words, isPartial } = await tippingWords({ model, text }, { models, turn, partial });
      assert.equal(isPartial, true);
      const { tokens } = tokenizer.encode(text);
      assert(words.at(-1)!.end <= tokens[folder.window - 2]!.end);
      assert(words.length > 10);
    });

    it('says nothing of a short one', async () => {
      const text = 'The food was wonderful.';
      const result = await tippingWords({ model: embedded, text }, { models, turn, partial });
      assert.equal(result.isPartial, undefined);
    });
  });
});
