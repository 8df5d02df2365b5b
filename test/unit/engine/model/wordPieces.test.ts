import assert from 'node:assert/strict';
import { openTokenizer, type Tokenizer } from '../../../../src/engine/model/tokenizer';
import { wordPieces } from '../../../../src/engine/model/wordPieces';
import { fixture } from '../../fixtures';

/** The ids of the vocabulary whose token is written `text`. */
function idsOf(tokenizer: Tokenizer, text: string): number[] {
  return Array.from({ length: tokenizer.vocabularySize }, (_, id) => id).filter(
    (id) => tokenizer.tokenText(id) === text,
  );
}

describe('what tokens can be of a word', () => {
  it('tells pieces that go on with a word from those that begin one, in a WordPiece vocabulary', async () => {
    const tokenizer = await openTokenizer(fixture('bert-masked'));
    const pieces = wordPieces(tokenizer);
    const [a, b] = idsOf(tokenizer, 's');
    assert.ok(a !== undefined && b !== undefined, 's and ##s');
    assert.deepEqual([pieces.continues(a), pieces.continues(b)].sort(), [false, true]);
    const [begin, go] = pieces.continues(a) ? [b, a] : [a, b];
    assert.equal(pieces.canBegin(begin, 'The '), true);
    assert.equal(pieces.canBegin(go, 'The '), false);
    assert.equal(pieces.canBegin(go, ''), false);
    assert.equal(pieces.canBegin(go, 'The lamp'), true);
  });

  it('goes by the leading space in a byte-level vocabulary', async () => {
    const tokenizer = await openTokenizer(fixture('roberta-masked'));
    const pieces = wordPieces(tokenizer);
    const [spaced] = idsOf(tokenizer, ' the');
    const [bare] = idsOf(tokenizer, 's');
    assert.equal(pieces.canBegin(spaced!, 'In '), true);
    assert.equal(pieces.canBegin(bare!, 'In '), false);
    assert.equal(pieces.canBegin(bare!, ''), true);
    assert.equal(pieces.continues(bare!), true);
  });

  for (const name of ['bert-masked', 'roberta-masked'])
    it(`leaves out what is no text (${name})`, async () => {
      const tokenizer = await openTokenizer(fixture(name));
      const pieces = wordPieces(tokenizer);
      for (const token of Object.values(tokenizer.special))
        if (token) assert.equal(pieces.isReadable(token.id), false, token.text);
      const [comma] = idsOf(tokenizer, ',');
      assert.equal(pieces.isReadable(comma!), true);
      assert.equal(pieces.isWordLike(comma!), false);
    });
});
