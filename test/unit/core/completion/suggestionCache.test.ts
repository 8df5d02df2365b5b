import assert from 'node:assert/strict';
import { SuggestionCache, restOf } from '../../../../src/core/completion/suggestionCache';
import { typedSince } from '../../../../src/core/completion/typed';

const at = (before: string, after = '') => ({ before, after });
const suggestion = (text: string) => ({ text, tokens: [] });

describe('What was typed since', () => {
  it('is found between two states of a text', () => {
    assert.equal(typedSince(at('The'), at('The old'), 10), ' old');
    assert.equal(typedSince(at('The'), at('The'), 10), '');
  });
  it('is unknown where something else has changed', () => {
    assert.equal(typedSince(at('The'), at('Tha old'), 10), undefined);
    assert.equal(typedSince(at('The'), at('The old', '!'), 10), undefined);
    assert.equal(typedSince(at('The'), at('Th'), 10), undefined);
    assert.equal(typedSince(at('The'), at('The old house'), 4), undefined);
  });
  it('is found though the window over a long text has moved', () => {
    const long = Array.from({ length: 300 }, (_, index) => `word${index}`).join(' ');
    assert.equal(typedSince(at(long), at(`${long.slice(900)} and`), 10), ' and');
  });
});

describe('The suggestions that are known', () => {
  it('are what is left of them while one types as suggested', () => {
    const cache = new SuggestionCache();
    cache.set(at('The'), 'sentence', [suggestion(' old house')]);
    assert.deepEqual(cache.find(at('The o'), 'sentence'), [suggestion('ld house')]);
    assert.equal(cache.find(at('The x'), 'sentence'), undefined);
    assert.equal(cache.find(at('The old house'), 'sentence'), undefined, 'nothing is left');
  });
  it('come again when one goes back', () => {
    const cache = new SuggestionCache();
    cache.set(at('The'), 'sentence', [suggestion(' old house')]);
    cache.set(at('The y'), 'sentence', [suggestion('oung')]);
    assert.deepEqual(cache.find(at('The'), 'sentence'), [suggestion(' old house')]);
  });
  it('include that there are none', () => {
    const cache = new SuggestionCache();
    cache.set(at('The'), 'sentence', []);
    assert.deepEqual(cache.find(at('The'), 'sentence'), []);
    assert.equal(cache.find(at('The '), 'sentence'), undefined);
  });
  it('of a paragraph do for a sentence, but not the other way round', () => {
    const cache = new SuggestionCache();
    cache.set(at('A'), 'paragraph', [suggestion(' b'), suggestion(' c')]);
    cache.set(at('X'), 'sentence', [suggestion(' y')]);
    assert.deepEqual(cache.find(at('A '), 'sentence'), [suggestion('b'), suggestion('c')]);
    assert.equal(cache.find(at('X'), 'paragraph'), undefined);
  });
  it('do not count where they are but a beginning, unless that is asked for', () => {
    const cache = new SuggestionCache();
    cache.set(at('The'), 'sentence', [suggestion(' old')], false);
    assert.equal(cache.find(at('The'), 'sentence'), undefined);
    assert.deepEqual(cache.find(at('The o'), 'sentence', true), [suggestion('ld')]);
    cache.set(at('The'), 'sentence', [suggestion(' old house')]);
    assert.deepEqual(cache.find(at('The'), 'sentence'), [suggestion(' old house')]);
  });
  it('are forgotten when they were not used for longest', () => {
    const cache = new SuggestionCache(2);
    for (const text of ['a', 'b', 'c']) cache.set(at(text), 'sentence', [suggestion('!')]);
    assert.equal(cache.find(at('a'), 'sentence'), undefined);
    assert(cache.find(at('b'), 'sentence'));
  });
  it('keep the tokens that are left, with their spans', () => {
    const token = (text: string, start: number, end: number) => ({ text, start, end, probability: 0.5 });
    const rest = restOf({ text: ' old house', tokens: [token(' old', 0, 4), token(' house', 4, 10)] }, ' ol');
    assert.deepEqual(rest, { text: 'd house', tokens: [token(' old', 0, 1), token(' house', 1, 7)] });
  });
});
