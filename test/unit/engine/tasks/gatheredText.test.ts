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

  it('begins at once', () => {
    text.push('The');
    assert.deepEqual(handedOn, ['The']);
  });

  it('goes on with what came in 30 ms', () => {
    for (const piece of ['The', ' old', ' house', ' stood', ' there']) {
      text.push(piece);
      time += 10;
    }
    assert.deepEqual(handedOn, ['The', ' old house stood']);
  });

  it('is whole in the end', () => {
    for (const piece of ['The', ' old', '']) text.push(piece);
    text.end();
    text.end();
    assert.deepEqual(handedOn, ['The', ' old']);
  });

  it('has no empty pieces', () => {
    text.push('');
    text.push('The');
    assert.deepEqual(handedOn, ['The']);
  });
});
