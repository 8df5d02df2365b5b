import assert from 'node:assert/strict';
import { fixture, golden } from '../fixtures';
import { headlight, json } from './headlight';

const model = (name: string): string[] => ['--model', fixture(name), '--threads', '1'];

describe('headlight, the tasks that tell families apart', function () {
  this.timeout(30_000);

  it('answers a question from a text', async () => {
    const [expected] = golden<{ answers: { question: string; text: string; score: number }[] }>(
      'bert-answer',
    ).answers;
    const { question, text, score } = expected!;
    const asked = ['answer', text, '--question', question, ...model('bert-answer'), '--top', '2'];
    const result = await json<{ answers: Record<string, unknown>[] }>(asked);
    assert.deepEqual(Object.keys(result), ['model', 'answers']);
    assert.deepEqual(Object.keys(result.answers[0]!), ['text', 'start', 'end', 'score']);
    assert.equal(result.answers.length, 2);
    assert(Math.abs((result.answers[0]!['score'] as number) - score) < 1e-6);
  });

  it('says that no embedded model answers questions, and which do', async () => {
    const { code, stderr } = await headlight(['answer', 'A text.', '--question', 'What?']);
    assert.equal(code, 2);
    assert.match(stderr, /Choose a question-answering model/);
  });

  it('judges whether one sentence follows another', async () => {
    const { pairs } = golden<{ pairs: { first: string; second: string; isNext: number }[] }>(
      'bert-pretraining',
    );
    const { first, second, isNext } = pairs[0]!;
    const result = await json<{ isNext: number }>([
      'next-sentence',
      first,
      second,
      ...model('bert-pretraining'),
    ]);
    assert.deepEqual(Object.keys(result), ['model', 'isNext']);
    assert(Math.abs(result.isNext - isNext) < 1e-5);
  });

  it('judges many pairs, one a line, and says of a line what is wrong with it', async () => {
    const { pairs } = golden<{ pairs: { first: string; second: string; isNext: number }[] }>(
      'bert-pretraining',
    );
    const lines = ['one passage alone', ...pairs.map(({ first, second }) => `${first}\t${second}`)];
    const args = ['next-sentence', '-', '--lines', ...model('bert-pretraining')];
    const { code, stdout } = await headlight(args, lines.join('\n'));
    assert.equal(code, 0);
    const [wrong, ...results] = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { isNext: number; error?: string });
    assert.match(wrong!.error!, /two passages parted by one tab/);
    assert.equal(results.length, pairs.length);
    for (const [index, { isNext }] of results.entries())
      assert(Math.abs(isNext - pairs[index]!.isNext) < 1e-5);
  });

  it('says how pairs of passages are given', async () => {
    for (const args of [['One passage.'], ['--file', 'pairs.tsv'], ['--lines', 'One.', 'Two.']]) {
      const { code, stderr } = await headlight(['next-sentence', ...args]);
      assert.equal(code, 2);
      assert.match(stderr, /--lines/);
    }
  });

  it('rewrites a text as it continues one', async () => {
    const { written } = golden<{
      written: { text: string; options: { num_beams: number; max_new_tokens: number }; written: string }[];
    }>('t5');
    const {
      text,
      options,
      written: expected,
    } = written.find(({ options: { num_beams } }) => num_beams === 1)!;
    const args = ['rewrite', text, '--num-beams', '1', '--max-new-tokens', String(options.max_new_tokens)];
    const result = await json<{ text: string }>([...args, ...model('t5')]);
    assert.deepEqual(Object.keys(result), ['model', 'prompt', 'text', 'tokens', 'finish', 'timing']);
    assert.equal(result.text, expected);
    const { stdout } = await headlight([...args, ...model('t5')]);
    assert.equal(stdout, `${expected}\n`);
  });

  it('fills a gap with several words', async () => {
    const result = await json<{ gaps: { start: number; candidates: unknown[] }[] }>([
      'infill',
      'The [MASK] stood.',
      ...model('t5'),
      '--top',
      '3',
    ]);
    assert.equal(result.gaps[0]!.start, 4);
    assert(result.gaps[0]!.candidates.length > 0);
  });

  it('compares models at one place', async () => {
    const text = 'The old lighthouse stood at the bay.';
    const position = text.indexOf('stood');
    const models = ['gpt2-optimum', 'bert-masked', 't5'].flatMap((name) => ['--model', fixture(name)]);
    const result = await json<{ models: { family: string; sees: [number, number][] }[] }>([
      ...['compare', text, '--position', String(position), '--threads', '1'],
      ...models,
    ]);
    assert.deepEqual(Object.keys(result), ['text', 'position', 'models']);
    assert.deepEqual(Object.keys(result.models[0]!), [
      ...['model', 'family', 'sees', 'predictions', 'timing', 'memoryBytes'],
    ]);
    assert.deepEqual(
      result.models.map(({ family, sees }) => [family, sees.map(([start, end]) => text.slice(start, end))]),
      [
        ['causal', ['The old lighthouse']],
        ['masked', ['The old lighthouse', 'at the bay.']],
        ['encoder-decoder', ['The old lighthouse', 'at the bay.']],
      ],
    );
  });

  it('compares the embedded models at the gap when nothing else is said', async () => {
    const result = await json<{ position: number; models: { model: string }[] }>([
      'compare',
      'I drank [MASK] cup of tea.',
    ]);
    assert.equal(result.position, 8);
    assert.deepEqual(
      result.models.map(({ model: name }) => name),
      ['headlight-gpt2', 'headlight-bert'],
    );
  });
});
