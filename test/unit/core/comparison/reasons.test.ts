import assert from 'node:assert/strict';
import { reasonsFor, type Guess } from '../../../../src/core/comparison/reasons';

const gpt: Guess = { model: 'gpt', sees: 'left', best: ' was' };
const bert: Guess = { model: 'bert', sees: 'both', best: 'barked' };
const t5: Guess = { model: 't5', sees: 'reads-both-writes-left', best: 'barked loudly' };
const kinds = (guesses: Guess[], right = ' at me.'): string[] =>
  reasonsFor(guesses, right).map(({ kind }) => kind);

describe('why models differ', () => {
  it('is what each kind sees', () => {
    assert.deepEqual(kinds([bert, gpt, t5]), ['left', 'both', 'writes']);
    const [left] = reasonsFor([bert, gpt, t5], ' at me.');
    assert.deepEqual(left, { kind: 'left', guesses: [gpt] });
  });

  it('is not what they see when nothing stands to the right', () => {
    assert.deepEqual(kinds([gpt, bert], ' \n'), ['left', 'both', 'nothing-right']);
  });

  it('is not what they see when all are of one kind', () => {
    assert.deepEqual(kinds([gpt, { ...gpt, model: 'other', best: 'is' }]), ['left', 'same-sight']);
  });

  it('is told apart from agreement, whatever the case and the spaces', () => {
    assert.deepEqual(reasonsFor([{ ...gpt, best: ' Barked' }, bert], '.').at(-1), {
      kind: 'agree',
      best: 'Barked',
    });
    assert.deepEqual(kinds([gpt, bert, t5]), ['left', 'both', 'writes']);
  });

  it('is nothing for one model alone', () => {
    assert.deepEqual(kinds([gpt]), []);
  });
});
