import assert from 'node:assert/strict';
import { rankAnswers, type AnswerWindow } from '../../../src/core/answers';
import { wordsOfTokens } from '../../../src/core/text/wholeWords';

const window = (offset: number, starts: number[], ends: number[], none = 0): AnswerWindow => ({
  offset,
  starts,
  ends,
  noStart: none,
  noEnd: none,
});

describe('ranking answers', () => {
  it('takes the likeliest first and last token, in that order', () => {
    const { answers, none } = rankAnswers([window(0, [0, 5, 0, 9], [9, 0, 5, 0])], { top: 1, longest: 9 });
    // The last token before the first one is no answer.
    assert.deepEqual([answers[0]!.first, answers[0]!.last], [1, 2]);
    const sum = (logits: number[]) => logits.reduce((total, logit) => total + Math.exp(logit), 0);
    const score = Math.exp(10) / (sum([0, 5, 0, 9, 0]) * sum([9, 0, 5, 0, 0]));
    assert(Math.abs(answers[0]!.score - score) < 1e-12);
    assert(Math.abs(none - 1 / (sum([0, 5, 0, 9, 0]) * sum([9, 0, 5, 0, 0]))) < 1e-12);
  });

  it('keeps answers short', () => {
    const { answers } = rankAnswers([window(0, [9, 0, 0, 3], [0, 0, 0, 9])], { top: 1, longest: 2 });
    assert.deepEqual([answers[0]!.first, answers[0]!.last], [3, 3]);
  });

  it('takes each token into one answer at most, over all windows', () => {
    const both = [window(0, [9, 0, 5], [0, 9, 5]), window(2, [5, 0, 4], [5, 0, 4])];
    const { answers } = rankAnswers(both, { top: 9, longest: 3 });
    assert.deepEqual(
      answers.map(({ first, last }) => [first, last]),
      [
        [0, 1],
        [2, 2],
        [4, 4],
        [3, 3],
      ],
    );
  });

  it('compares the windows of a text, and takes the "no answer" of the one that favours it least', () => {
    const windows = [window(0, [1], [1], 8), window(1, [4], [4], 2)];
    const { answers, none } = rankAnswers(windows, { top: 2, longest: 3 });
    assert.deepEqual(
      answers.map(({ first }) => first),
      [1, 0],
    );
    assert(none < answers[0]!.score);
  });

  it('completes words, and leaves scripts that write them together alone', () => {
    const tokens = [
      { start: 0, end: 5 },
      { start: 5, end: 10 },
      { start: 11, end: 13 },
      { start: 13, end: 14 },
    ];
    const words = wordsOfTokens('lighthouse is.', tokens);
    assert.deepEqual(words(1, 2), { first: 0, last: 2 });
    const chinese = wordsOfTokens(
      '灯台の光',
      [0, 1, 2, 3].map((at) => ({ start: at, end: at + 1 })),
    );
    assert.deepEqual(chinese(1, 1), { first: 1, last: 1 });
  });
});
