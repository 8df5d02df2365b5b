import assert from 'node:assert/strict';
import { GatheredText } from '../../../../src/engine/tasks/gatheredText';

describe('a text that is handed on in pieces', () => {
  let time = 0;
  let handedOn: string[];
  let text: GatheredText;
  beforeEach(() => {
    time = 0;
    handedOn = [];
    text = new GatheredText(
      (piece) => handedOn.push(piece),
      () => time,
    );
  });

  /** Each run of the model takes some time, and gives some pieces. */
  function run(ms: number, ...pieces: string[]): void {
    time += ms;
    for (const piece of pieces) text.push(piece);
    text.pause();
  }

  it('begins at once', () => {
    run(10, 'The');
    assert.deepEqual(handedOn, ['The']);
  });

  it('goes on with what came in 30 ms', () => {
    for (const piece of ['The', ' old', ' house', ' stood', ' there']) run(10, piece);
    assert.deepEqual(handedOn, ['The', ' old house stood']);
  });

  it('comes with all that a slow run gave', () => {
    run(100, 'The', ' old');
    run(100, ' house', ' stood', ' there');
    assert.deepEqual(handedOn, ['The old', ' house stood there']);
  });

  it('is whole in the end', () => {
    run(10, 'The');
    run(10, ' old', '');
    text.end();
    text.end();
    assert.deepEqual(handedOn, ['The', ' old']);
  });

  it('has no empty pieces', () => {
    run(10, '');
    run(10, 'The');
    assert.deepEqual(handedOn, ['The']);
  });
});
