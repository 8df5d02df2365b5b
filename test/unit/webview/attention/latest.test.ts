import assert from 'node:assert/strict';
import { Latest } from '../../../../src/webview/attention/latest';

describe('Latest', () => {
  it('gives the answer to the last question of a kind only', async () => {
    const latest = new Latest();
    let answerFirst!: (value: string) => void;
    const first = latest.of('head', new Promise<string>((resolve) => (answerFirst = resolve)));
    const second = latest.of('head', Promise.resolve('second'));
    const other = latest.of('picture', Promise.resolve('other'));
    answerFirst('first');
    assert.deepEqual(await Promise.all([first, second, other]), [undefined, 'second', 'other']);
  });

  it('throws what the last question failed with, and no other', async () => {
    const latest = new Latest();
    const late = latest.of('head', Promise.reject(new Error('late')));
    const last = latest.of('head', Promise.reject(new Error('last')));
    assert.equal(await late, undefined);
    await assert.rejects(last, /last/);
  });

  it('drops what is no longer wanted, also when it fails', async () => {
    const latest = new Latest();
    const answer = latest.of('head', Promise.resolve('first'));
    const failure = latest.of('picture', Promise.reject(new Error('late')));
    latest.drop('head');
    latest.drop('picture');
    assert.deepEqual(await Promise.all([answer, failure]), [undefined, undefined]);
    assert.equal(await latest.of('head', Promise.resolve('next')), 'next');
  });
});
