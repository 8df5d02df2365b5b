import assert from 'node:assert/strict';
import { comparisonMarkdown } from '../../../../src/core/comparison/markdown';
import { seenPieces } from '../../../../src/core/comparison/sight';

const headings = ['Model', 'Sees', 'Predictions', 'Time', 'Memory'] as const;

describe('a comparison as Markdown', () => {
  it('is a table with a row for each model, then why they differ', () => {
    const text = 'The dog at *me*.';
    const tokens = [
      { start: 0, end: 3, seen: true },
      { start: 3, end: 7, seen: true },
      { start: 7, end: 16, seen: false },
    ];
    const pieces = seenPieces(text, tokens, { start: 7, end: 7 });
    const predictions = [
      { text: ' was', probability: 0.25 },
      { text: 'a|b', probability: 0.011 },
    ];
    assert.equal(
      comparisonMarkdown(
        headings,
        [{ model: 'gpt2', pieces, predictions, time: '12 ms', memory: '40 MB' }],
        'So.',
      ),
      [
        '| Model | Sees | Predictions | Time | Memory |',
        '| --- | --- | --- | --: | --: |',
        '| gpt2 | The dog**▢** ~~at \\*me\\*.~~ | `was` 25%<br>`a\\|b` 1.1% | 12 ms | 40 MB |',
        '',
        'So.',
        '',
      ].join('\n'),
    );
  });

  it('says why a model has no predictions', () => {
    const row = {
      model: 'owner/big_model',
      pieces: [],
      predictions: [],
      problem: 'Too <big>.',
      time: '',
      memory: '',
    };
    assert.match(
      comparisonMarkdown(headings, [row], ''),
      /^\| owner\/big\\_model \| {2}\| Too \\<big\\>\. \| {2}\| {2}\|\n$/m,
    );
  });

  it('writes predictions that are no words so that they are seen', () => {
    const predictions = [' ', '\n', '`'].map((text) => ({ text, probability: 0.5 }));
    const row = { model: 'm', pieces: [], predictions, time: '', memory: '' };
    assert.match(comparisonMarkdown(headings, [row], ''), /`␣` 50%<br>`⏎` 50%<br>`` ` `` 50%/);
  });
});
