import assert from 'node:assert/strict';
import { commandLink } from '../../../src/editor/markdown';

describe('the link of a command', () => {
  const args = ['file:///a/100%25%20%28old%29%20text.md', 7, { start: 1, end: 3 }, ')'];

  for (const character of [...'()[]<>"\'\\|*_~!%#&? 中'])
    it(`stays one link with the argument ${character}`, () => {
      const link = commandLink('headlight.test', [character]);
      assert.match(link, /^command:headlight\.test\?[\w%.-]+$/);
      assert.deepEqual(JSON.parse(decodeURIComponent(link.split('?')[1]!)), [character]);
    });

  it('gives the command its arguments however often its address is decoded', () => {
    let query = commandLink('headlight.test', args).split('?')[1]!;
    for (let times = 1; times <= 3; times++) {
      query = decodeURIComponent(query);
      assert.deepEqual(JSON.parse(query), args, `decoded ${times} times`);
    }
  });
});
