import assert from 'node:assert/strict';
import { withLineFeeds } from '../../../../src/core/text/lineFeeds';

describe('a text with the line ends of Windows', () => {
  it('is read with line feeds alone, and its spans are found again', () => {
    const written = '\r\nOne\r\ntwo\r\r\n\r\nthree\nfour\r\n';
    const { text, toWritten } = withLineFeeds(written);
    assert.equal(text, '\nOne\ntwo\r\n\nthree\nfour\n');
    for (let start = 0; start <= text.length; start++)
      for (let end = start; end <= text.length; end++) {
        const span = toWritten({ start, end });
        assert.equal(written.slice(span.start, span.end).replaceAll('\r\n', '\n'), text.slice(start, end));
      }
  });

  it('is as it was where it has none', () => {
    const { text, toWritten } = withLineFeeds('One\ntwo\rthree');
    assert.equal(text, 'One\ntwo\rthree');
    assert.deepEqual(toWritten({ start: 3, end: 9 }), { start: 3, end: 9 });
  });
});
