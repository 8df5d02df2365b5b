import assert from 'node:assert/strict';
import { attention } from '../../../../src/engine/tasks/attention';
import { classify } from '../../../../src/engine/tasks/classify';
import { fillMask } from '../../../../src/engine/tasks/fillMask';
import { nextSentence } from '../../../../src/engine/tasks/nextSentence';
import { score } from '../../../../src/engine/tasks/score';
import { ModelStore } from '../../../../src/engine/model/modelStore';
import { fixture } from '../../fixtures';

describe('a text with the line ends of Windows', () => {
  const models = new ModelStore({ threads: 1, lineFeeds: true });
  after(() => models.closeAll());
  const context = { models, turn: () => Promise.resolve(), partial: () => undefined };
  const lines = 'The old lighthouse\nstood at the edge\n\nof the bay.';
  const windows = (text: string): string => text.replaceAll('\n', '\r\n');

  /** What tokens stand for: the same characters, though not at the same offsets. */
  const textsOf = (text: string, spans: readonly { start: number; end: number }[]): string[] =>
    spans.map(({ start, end }) => text.slice(start, end).replaceAll('\r\n', '\n'));

  for (const model of ['gpt2-optimum', 'roberta-masked', 'bert-masked'])
    it(`is as probable to ${model} as with line feeds, token by token`, async () => {
      const [plain, other] = await Promise.all(
        [lines, windows(lines)].map((text) => score({ model: fixture(model), text, top: 3 }, context)),
      );
      assert.equal(other!.sum, plain!.sum);
      assert.deepEqual(
        other!.tokens.map(({ logprob, expected }) => ({ logprob, expected })),
        plain!.tokens.map(({ logprob, expected }) => ({ logprob, expected })),
      );
      assert.deepEqual(textsOf(windows(lines), other!.tokens), textsOf(lines, plain!.tokens));
    });

  it('has its masks filled alike', async () => {
    const masked = 'The old\n[MASK] stood\nat the [MASK].';
    const [plain, other] = await Promise.all(
      [masked, windows(masked)].map((text) =>
        fillMask({ model: fixture('roberta-masked'), text, top: 5, fillings: 5, maxTokens: 2 }, context),
      ),
    );
    assert.deepEqual(other!.fillings, plain!.fillings);
    assert.deepEqual(
      other!.masks.map(({ candidates }) => candidates),
      plain!.masks.map(({ candidates }) => candidates),
    );
    assert.deepEqual(textsOf(windows(masked), other!.masks), ['[MASK]', '[MASK]']);
  });

  it('is judged alike', async () => {
    const texts = [lines, windows(lines)];
    const { verdicts } = await classify({ model: fixture('bert-sentiment'), texts }, context);
    assert.deepEqual(verdicts[1], verdicts[0]);
  });

  it('has the same attention, at the tokens of the text as it is written', async () => {
    for (const model of ['gpt2-optimum', 'roberta-masked']) {
      const [plain, other] = await Promise.all(
        [lines, windows(lines)].map((text) => attention({ model: fixture(model), text }, context)),
      );
      assert.deepEqual(other!.tensor, plain!.tensor);
      assert.deepEqual(textsOf(windows(lines), other!.tokens), textsOf(lines, plain!.tokens));
    }
  });

  it('follows another alike', async () => {
    const model = fixture('bert-next-sentence');
    const [first, second] = ['She opened\nthe door.', 'It was\ndark inside.'];
    const pairs = [
      { first, second },
      { first: windows(first), second: windows(second) },
    ];
    const { isNext } = await nextSentence({ model, pairs }, context);
    assert.equal(isNext[1], isNext[0]);
  });
});
