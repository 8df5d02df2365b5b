import assert from 'node:assert/strict';
import { randomStream } from '../../../../src/core/decoding/sampling';
import { StopStrings } from '../../../../src/core/decoding/stop';

/** What each piece lets through, then the end. */
function stream(stop: string[], pieces: string[]) {
  const watch = new StopStrings(stop);
  const parts = pieces.map((piece) => watch.push(piece));
  return { parts, rest: watch.end(), stopped: watch.stopped };
}

describe('stop strings', () => {
  it('let text through at once where nothing begins', () => {
    assert.deepEqual(stream(['END'], ['ab', 'cd']), { parts: ['ab', 'cd'], rest: '', stopped: false });
    assert.deepEqual(stream([], ['ab']), { parts: ['ab'], rest: '', stopped: false });
  });

  it('cut at the match and drop what follows', () => {
    assert.deepEqual(stream(['END'], ['abENDcd', 'ef']), { parts: ['ab', ''], rest: '', stopped: true });
  });

  it('hold back a beginning over several pieces', () => {
    assert.deepEqual(stream(['\n\n'], ['one\n', 'two\n', '\n', 'three']), {
      parts: ['one', '\ntwo', '', ''],
      rest: '',
      stopped: true,
    });
  });

  it('give the held text back when it goes on differently, or at the end', () => {
    assert.deepEqual(stream(['abcd'], ['xab', 'c', 'e']), {
      parts: ['x', '', 'abce'],
      rest: '',
      stopped: false,
    });
    assert.deepEqual(stream(['abcd'], ['xabc']), { parts: ['x'], rest: 'abc', stopped: false });
    assert.deepEqual(stream(['aab'], ['aa', 'a', 'b']), { parts: ['', 'a', ''], rest: '', stopped: true });
  });

  it('take the match that is complete first, and the longest of those', () => {
    assert.deepEqual(stream(['bcd', 'c'], ['abcd']).parts, ['ab']);
    assert.deepEqual(stream(['c', 'bc', 'abcd'], ['xabcd']).parts, ['xa']);
    assert.deepEqual(stream(['end', 'e'], ['the end']).parts, ['th']);
  });

  it('do not depend on how the text is cut into pieces', () => {
    const random = randomStream(2);
    const letters = (length: number) => Array.from({ length }, () => 'ab'[Math.floor(random() * 2)]).join('');
    for (let i = 0; i < 300; i++) {
      const stop = Array.from({ length: 1 + Math.floor(random() * 3) }, () => letters(2 + random() * 4));
      const text = letters(12);
      const whole = stream(stop, [text]);
      const single = stream(stop, [...text]);
      assert.equal(
        single.parts.join('') + single.rest,
        whole.parts.join('') + whole.rest,
        `${stop.join()} in ${text}`,
      );
      assert.equal(single.stopped, whole.stopped);
      assert.equal(
        whole.stopped,
        stop.some((string) => text.includes(string)),
      );
      assert(!stop.some((string) => whole.parts.join('').includes(string)));
    }
  });
});
