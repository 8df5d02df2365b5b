import assert from 'node:assert/strict';
import * as path from 'node:path';
import { GrowingText } from '../../../../src/engine/model/growingText';
import { openTokenizer, type Tokenizer } from '../../../../src/engine/model/tokenizer';
import { fixture } from '../../fixtures';

const root = path.join(__dirname, '../../../..');
const text = Array.from(
  { length: 60 },
  (_, day) => `On day ${day + 1}, the keeper (an old man) wrote: "No ship; wind from *north-west*…"\n`,
).join('\n');

describe('A text that grows', () => {
  /** The units that a tokenizer was given since. */
  function counting(tokenizer: Tokenizer) {
    const count = { units: 0 };
    const encode: Tokenizer['encode'] = (part, options) => {
      count.units += part.length;
      return tokenizer.encode(part, options);
    };
    const counted = new Proxy(tokenizer, {
      get: (target, name) => (name === 'encode' ? encode : (Reflect.get(target, name) as unknown)),
    });
    return { count, counted };
  }
  const plain = (tokenizer: Tokenizer, whole: string) => tokenizer.encode(whole).tokens.map(({ id }) => id);

  for (const [name, folder] of [
    ['the embedded vocabulary', path.join(root, 'models/headlight-gpt2')],
    ['a small one', fixture('gpt2-optimum')],
  ] as const)
    it(`has the same ids as at once, by ${name}`, async () => {
      const tokenizer = await openTokenizer(folder);
      const growing = new GrowingText(tokenizer);
      for (let length = 900; length < 2400; length += 7)
        assert.deepEqual(growing.ids(text.slice(0, length)), plain(tokenizer, text.slice(0, length)));
      const other = `Another beginning. ${text.slice(0, 1000)}`;
      assert.deepEqual(growing.ids(other), plain(tokenizer, other));
      for (const short of ['', 'a', 'no beginning  \n\n  here'])
        assert.deepEqual(growing.ids(short), plain(tokenizer, short));
    });

  it('is not encoded from its beginning at each key', async () => {
    const { count, counted } = counting(await openTokenizer(path.join(root, 'models/headlight-gpt2')));
    const growing = new GrowingText(counted);
    growing.ids(text.slice(0, 3000));
    count.units = 0;
    growing.ids(text.slice(0, 3001));
    assert(count.units < 300, `${count.units} units were encoded`);
  });
});
