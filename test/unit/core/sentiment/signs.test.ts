import assert from 'node:assert/strict';
import { fullSignOf, signOf } from '../../../../src/core/sentiment/signs';

/** The sign of each of some labels, were it the most probable by 70%. */
const signs = (...labels: string[]): string[] =>
  labels.map((label) =>
    signOf({
      label,
      scores: Object.fromEntries(
        labels.map((other) => [other, other === label ? 0.7 : 0.3 / (labels.length - 1)]),
      ),
    }),
  );

describe("A sentence's sign", () => {
  it('needs no label where the tone says it all', () => {
    assert.deepEqual(signs('NEGATIVE', 'POSITIVE'), ['▼ 70%', '▲ 70%']);
    assert.deepEqual(signs('sad', 'plain', 'glad'), ['▼ 70%', '◆ plain 70%', '▲ 70%']);
  });

  it('names a label that is neither positive nor negative', () => {
    assert.deepEqual(signs('LABEL_0', 'LABEL_1'), ['◆ LABEL_0 70%', '◆ LABEL_1 70%']);
  });

  it('names each of five or more labels, some of which share a tone', () => {
    assert.deepEqual(signs('very_negative', 'negative', 'neutral', 'positive', 'very_positive'), [
      '▼ very_negative 70%',
      '▼ negative 70%',
      '◆ neutral 70%',
      '▲ positive 70%',
      '▲ very_positive 70%',
    ]);
    assert.deepEqual(signs('1 star', '2 stars', '3 stars', '4 stars', '5 stars'), [
      '▼ 1 star 70%',
      '▼ 2 stars 70%',
      '◆ 3 stars 70%',
      '▲ 4 stars 70%',
      '▲ 5 stars 70%',
    ]);
    assert.deepEqual(signs('sadness', 'joy', 'love', 'anger', 'fear', 'surprise'), [
      '▼ sadness 70%',
      '▲ joy 70%',
      '◆ love 70%',
      '▼ anger 70%',
      '◆ fear 70%',
      '◆ surprise 70%',
    ]);
  });

  it('names all of three labels of which two share a tone', () => {
    assert.deepEqual(signs('anger', 'sadness', 'joy'), ['▼ anger 70%', '▼ sadness 70%', '▲ joy 70%']);
  });

  it('has the label in full where there is room', () => {
    assert.equal(
      fullSignOf({ label: 'POSITIVE', scores: { NEGATIVE: 0.07, POSITIVE: 0.93 } }),
      '▲ POSITIVE 93%',
    );
  });
});
