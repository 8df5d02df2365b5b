import assert from 'node:assert/strict';
import { VocabularyIndex } from '../../../../src/core/decoding/vocabularyIndex';

describe('The tokens that a text can begin with', () => {
  const texts = [' the', ' t', ' then', '', ' th', 'the', ' ta', ' the', ' '];
  const index = new VocabularyIndex(texts);
  const found = (required: string): string[] => index.compatible(required).map((id) => texts[id]!);

  it('are those that begin with it and those that it begins with', () =>
    assert.deepEqual(found(' the'), [' ', ' t', ' th', ' the', ' the', ' then']));
  it('are all for an empty one, but for tokens without a text', () => assert.equal(found('').length, 8));
  it('are none where none fits', () => assert.deepEqual(found('x'), []));
});
