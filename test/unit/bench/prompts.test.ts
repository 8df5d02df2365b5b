import assert from 'node:assert/strict';
import { openTokenizer, type Tokenizer } from '../../../src/engine/model/tokenizer';
import { extendPrompt, makePrompt } from '../../bench/prompts';
import { fixture } from '../fixtures';

describe('prompts of the bench', () => {
  let tokenizer: Tokenizer;
  const encode = (text: string): number[] => tokenizer.encode(text).tokens.map(({ id }) => id);
  before(async () => (tokenizer = await openTokenizer(fixture('gpt2-optimum'))));

  it('have the number of tokens that was asked for', () => {
    for (const length of [5, 64, 101, 512]) {
      const prompt = makePrompt(encode, length, 0);
      assert.equal(prompt.ids.length, length);
      assert.deepEqual(encode(prompt.text), prompt.ids);
    }
  });

  it('may have special tokens at their end', async () => {
    const masked = await openTokenizer(fixture('bert-masked'));
    const count = (text: string): number[] => masked.encode(text).tokens.map(({ id }) => id);
    for (const length of [62, 63, 126]) assert.equal(makePrompt(count, length, 0).ids.length, length);
  });

  it('differ from the first token on, so that no cache of another one helps', () => {
    const first = Array.from({ length: 40 }, (_, number) => makePrompt(encode, 64, number).ids);
    for (const [index, one] of first.entries())
      for (const other of first.slice(0, index)) {
        const common = one.findIndex((id, position) => id !== other[position]);
        assert.ok(common >= 0 && common < 4, `${index}: ${common}`);
      }
  });

  it('are extended token by token, their own tokens staying', () => {
    const prompt = makePrompt(encode, 50, 3);
    for (let by = 1; by <= 8; by++) {
      const longer = extendPrompt(encode, prompt, by);
      assert.equal(longer.ids.length, 50 + by);
      assert.deepEqual(longer.ids.slice(0, 50), prompt.ids);
    }
  });
});
