import assert from 'node:assert/strict';
import { english, listed, say, SaidError, saidOf, worded, type Wording } from '../../../src/core/message';

/** Words the templates that `translations` has, and leaves the others in English. */
function wordingBy(translations: Record<string, string>): Wording {
  return (template, ...values) => english({ template: translations[template] ?? template, values });
}

describe('a message', () => {
  it('keeps its values apart from its sentence', () => {
    assert.deepEqual(say`"${'gpt2'}" has ${3} files.`, {
      template: '"{0}" has {1} files.',
      values: ['gpt2', 3],
    });
    assert.deepEqual(say`Nothing is here.`, { template: 'Nothing is here.', values: [] });
  });

  it('takes a line break in its literal for a space, and leaves those of its values', () => {
    const message = say`The first sentence.
      The second on ${'two\n  lines'}.`;
    assert.equal(message.template, 'The first sentence. The second on {0}.');
    assert.equal(english(message), 'The first sentence. The second on two\n  lines.');
  });

  it('is said in English with its values in their places', () => {
    assert.equal(english(say`"${'gpt2'}" has ${0} files${''}.`), '"gpt2" has 0 files.');
    assert.equal(english(say`${say`it ${'reads'}`}, then ${say`writes`}`), 'it reads, then writes');
    assert.equal(english('as it is: {0}'), 'as it is: {0}');
  });

  it("doesn't look for places in what is put in", () => {
    assert.equal(english(say`"${'{1}'}" and "${'$&'}"`), '"{1}" and "$&"');
  });

  it('is put into another language with the messages in it, in the order of that language', () => {
    const message = say`${say`the file`} of ${'gpt2'}`;
    const wording = wordingBy({ '{0} of {1}': '{1} 的{0}', 'the file': '文件' });
    assert.equal(worded(message, wording), 'gpt2 的文件');
  });

  it('lists things, and says nothing for none', () => {
    assert.equal(english(listed([say`one`, 'two', 3])), 'one, two, 3');
    assert.equal(english(listed([say`one`])), 'one');
    assert.equal(english(listed([])), '');
    const wording = wordingBy({ '{0}, {1}': '{0}、{1}' });
    assert.equal(worded(listed(['a', 'b', 'c']), wording), 'a、b、c');
  });

  it('is kept by an error, whose own message is in English', () => {
    const error = new SaidError(say`"${'gpt2'}" is missing.`);
    assert.equal(error.message, '"gpt2" is missing.');
    assert.deepEqual(saidOf(error), say`"${'gpt2'}" is missing.`);
    assert.equal(saidOf(new Error('plain')), 'plain');
    assert.equal(saidOf('thrown'), 'thrown');
  });
});
