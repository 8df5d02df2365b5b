import assert from 'node:assert/strict';
import { cutUnfinishedWord } from '../../../../src/core/completion/unfinishedWord';

describe('The last word of a prompt is written again', () => {
  for (const [text, prompt, required] of [
    ['The old lighth', 'The old', ' lighth'],
    ['The', '', 'The'],
    ['one\ntwo', 'one\n', 'two'],
    ["I don't", 'I', " don't"],
    ['(see', '(', 'see'],
    ['The old ', 'The old', ' '],
    ['The old   ', 'The old', ' '],
    ['It ended.', 'It ended.', ''],
    ['One.\n\n', 'One.\n\n', ''],
    ['One\n  ', 'One\n  ', ''],
    ['Привет ми', 'Привет', ' ми'],
    ['今天天气', '今天天气', ''],
    ['x'.repeat(40), 'x'.repeat(40), ''],
  ] as const)
    it(JSON.stringify(text), () => assert.deepEqual(cutUnfinishedWord(text), { prompt, required }));
});
