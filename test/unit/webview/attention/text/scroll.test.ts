import assert from 'node:assert/strict';
import { scrolledTo } from '../../../../../src/webview/attention/text/scroll';

describe('where a text scrolls to', () => {
  it('is where it is while the token is seen', () => {
    assert.equal(scrolledTo(120, 140, 100, 200), 100);
    assert.equal(scrolledTo(100, 120, 100, 200), 100);
    assert.equal(scrolledTo(280, 300, 100, 200), 100);
  });

  it('is as little up or down as shows the token', () => {
    assert.equal(scrolledTo(40, 60, 100, 200), 40);
    assert.equal(scrolledTo(300, 320, 100, 200), 120);
  });

  it('is at the beginning of what is larger', () => {
    assert.equal(scrolledTo(300, 900, 100, 200), 300);
  });
});
