import assert from 'node:assert/strict';
import { inflectionOf } from '../../../../src/core/text/inflection';

describe('the ending that shows the form of an English word', () => {
  const endings: [string, string | undefined][] = [
    ['walked', 'ed'],
    ['Walking', 'ing'],
    ['houses', 's'],
    ['dogs', 's'],
    ['quickly', 'ly'],
    ['older', 'er'],
    ['oldest', 'est'],
    ['house', undefined],
    ['glass', undefined],
    ['bus', undefined],
    ['thus', undefined],
    ['ring', undefined],
    ['bed', undefined],
    ["keeper's", undefined],
  ];
  for (const [word, ending] of endings)
    it(`of ${word} is ${ending ?? 'none'}`, () => assert.equal(inflectionOf(word), ending));
});
