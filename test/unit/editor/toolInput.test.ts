import assert from 'node:assert/strict';
import { ToolInput } from '../../../src/editor/languageModelTools/input';

describe("an agent's input", () => {
  const input = (values: unknown): ToolInput => new ToolInput('headlight_test', values);

  it('is taken as it is, with defaults for what is left out', () => {
    const given = input({ text: ' a text ', top: 3, model: 'masked' });
    assert.equal(given.text('text', 'what'), ' a text ');
    assert.equal(given.integer('top', 10, 1, 50), 3);
    assert.equal(given.oneOf('model', ['causal', 'masked']), 'masked');
    assert.equal(input({}).integer('top', 10, 1, 50), 10);
    assert.equal(input({ top: null }).integer('top', 10, 1, 50), 10);
    assert.equal(input({}).oneOf('model', ['causal', 'masked']), 'causal');
  });

  it('is refused by the name of the tool and the parameter, with what it must be and what it was', () => {
    const wrong: [() => unknown, RegExp][] = [
      [
        () => input(undefined).text('text', 'what'),
        /"text" of headlight_test must be a text .*what; it was nothing/,
      ],
      [() => input({ text: '\n' }).text('text', 'what'), /it was "\\n"/],
      [() => input({ text: 7 }).text('text', 'what'), /it was 7/],
      [() => input({ top: 0 }).integer('top', 10, 1, 50), /"top" .* whole number from 1 to 50; it was 0/],
      [() => input({ top: 1.5 }).integer('top', 10, 1, 50), /it was 1\.5/],
      [() => input({ top: '5' }).integer('top', 10, 1, 50), /it was "5"/],
      [
        () => input({ model: 'big' }).oneOf('model', ['causal', 'masked']),
        /one of "causal", "masked"; it was "big"/,
      ],
    ];
    for (const [read, message] of wrong) assert.throws(read, message);
  });
});
