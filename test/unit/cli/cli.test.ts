import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { fixture, golden } from '../fixtures';
import { cli, headlight, json } from './headlight';

const gpt2 = ['--model', fixture('gpt2-optimum'), '--threads', '1'];
const bert = ['--model', fixture('bert-masked'), '--threads', '1'];
const classifier = ['--model', fixture('bert-sentiment'), '--threads', '1'];

describe('headlight', function () {
  this.timeout(30_000);
  let folder: string;
  before(() => {
    assert.ok(fs.existsSync(cli), 'dist/cli.js is missing: run npm run build');
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'headlight-cli-'));
  });
  after(() => fs.rmSync(folder, { recursive: true }));

  it('continues a text as transformers does', async () => {
    const [expected] = golden<{
      greedy: { prompt: string; ids: number[]; maxNewTokens: number; finish: string }[];
    }>('gpt2').greedy;
    const result = await json<Record<string, unknown> & { tokens: { id: number }[] }>([
      'continue',
      expected!.prompt,
      ...gpt2,
      '--no-do-sample',
      '--max-new-tokens',
      String(expected!.maxNewTokens),
    ]);
    assert.deepEqual(Object.keys(result), ['model', 'prompt', 'text', 'tokens', 'finish', 'timing']);
    const ids = expected!.finish === 'eos' ? expected!.ids.slice(0, -1) : expected!.ids;
    assert.deepEqual(
      result.tokens.map(({ id }) => id),
      ids,
    );
    assert.deepEqual(Object.keys(result.tokens[0]!), ['id', 'text', 'logprob']);
  });

  it('prints a continuation as plain text without --json', async () => {
    const { text } = await json<{ text: string }>(['continue', 'The', ...gpt2, '--no-do-sample']);
    const { stdout } = await headlight(['continue', 'The', ...gpt2, '--no-do-sample']);
    assert.equal(stdout, `${text}\n`);
  });

  it('takes the options of beam search and a seed', async () => {
    const args = ['continue', 'The', ...gpt2, '--max-new-tokens', '8', '--num-beams', '4', '--seed', '7'];
    const { tokens } = await json<{ tokens: unknown[] }>(args);
    assert.ok(tokens.length <= 8);
  });

  it('ranks the candidates of each mask', async () => {
    const result = await json<{ masks: { start: number; end: number; candidates: object[] }[] }>([
      'fill',
      'The [MASK] stood 🙂 at [MASK].',
      ...bert,
      '--top',
      '4',
    ]);
    assert.deepEqual(
      result.masks.map(({ start, end, candidates }) => [start, end, candidates.length]),
      [
        [4, 10, 4],
        [23, 29, 4],
      ],
    );
    assert.deepEqual(Object.keys(result.masks[0]!.candidates[0]!), ['id', 'text', 'probability']);
  });

  it('fills several masks together', async () => {
    const { fillings } = await json<{ fillings: { masks: object[]; logprob: number }[] }>([
      'fill',
      'The [MASK] stood at [MASK].',
      ...bert,
      '--top',
      '4',
      '--max-tokens',
      '2',
    ]);
    assert.equal(fillings.length, 4);
    assert.deepEqual(Object.keys(fillings[0]!), ['masks', 'logprob']);
    assert.deepEqual(Object.keys(fillings[0]!.masks[0]!), ['text', 'tokens']);
    const { stdout } = await headlight(['fill', 'The [MASK] stood at [MASK].', ...bert, '--top', '3']);
    assert.match(stdout, /\n\nall masks together\n( *[\d.<]+% {2}\S+ … \S+\n){3}$/);
    const alone = await json<object>(['fill', 'The [MASK] stood at [MASK].', ...bert, '--no-fillings']);
    assert(!('fillings' in alone));
  });

  it('judges a text and its sentences', async () => {
    const result = await json<{ label: string; scores: Record<string, number>; sentences: object[] }>([
      'sentiment',
      'What a day! What a storm.',
      ...classifier,
    ]);
    assert.deepEqual(Object.keys(result), ['model', 'label', 'scores', 'sentences', 'timing']);
    assert.deepEqual(Object.keys(result.scores), ['sad', 'plain', 'glad']);
    assert.equal(result.sentences.length, 2);
    assert.deepEqual(Object.keys(result.sentences[0]!), ['start', 'end', 'label', 'scores']);
  });

  it('measures and classifies heads, with words taken together', async () => {
    const rollout = path.join(folder, 'rollout.npy');
    const heads = path.join(__dirname, '../../fixtures/known-heads');
    const shaping = ['--remove-sink', '--words'];
    const result = await json<{
      tokens: object[];
      queries: number[][];
      measures: Record<string, (number | null)[][]>;
      classes: { kind: string }[][];
    }>([
      'attention',
      'the cat the cat',
      '--model',
      heads,
      '--measures',
      '--classes',
      '--rollout',
      rollout,
      ...shaping,
    ]);
    assert.equal(result.tokens.length, 15);
    assert.deepEqual(result.queries, [[1, 2], [3], [4, 5, 6], [7], [8, 9, 10], [11], [12, 13, 14]]);
    assert.deepEqual(
      result.classes.map((layer) => layer.map(({ kind }) => kind)),
      [
        ['position', 'sink', 'duplicate'],
        ['induction', 'broad', 'position'],
      ],
    );
    assert.equal(result.measures['entropy']!.length, 2);
    assert.ok(result.measures['sink']![0]![1]! > 0.99);
    const header = fs.readFileSync(rollout).subarray(10, 128).toString('latin1');
    assert.match(header, /'shape': \(2, 7, 7\)/);
  });

  it("writes attention in NumPy's format", async () => {
    const file = path.join(folder, 'attention.npy');
    const result = await json<{ tokens: object[]; layers: number; heads: number }>([
      'attention',
      'The bay.',
      ...bert,
      '--out',
      file,
    ]);
    assert.deepEqual(Object.keys(result), ['model', 'tokens', 'layers', 'heads', 'window', 'timing']);
    assert.deepEqual(Object.keys(result.tokens[0]!), ['id', 'text', 'start', 'end', 'special']);
    const bytes = fs.readFileSync(file);
    const size = result.tokens.length;
    assert.match(
      bytes.subarray(10, 128).toString('latin1'),
      new RegExp(`'shape': \\(${result.layers}, ${result.heads}, ${size}, ${size}\\)`),
    );
    const end = bytes.byteOffset + bytes.length;
    const lastRow = new Float32Array(bytes.buffer.slice(end - size * 4, end));
    const sum = lastRow.reduce((total, weight) => total + weight, 0);
    assert.ok(Math.abs(sum - 1) < 1e-5, 'the last row sums to 1');
  });

  it('scores a text', async () => {
    const result = await json<{ tokens: { logprob: number }[]; sum: number }>(['score', 'The bay.', ...gpt2]);
    assert.deepEqual(Object.keys(result), ['model', 'tokens', 'sum', 'timing']);
    assert.deepEqual(Object.keys(result.tokens[0]!), ['id', 'text', 'start', 'end', 'logprob']);
    const sum = result.tokens.reduce((total, { logprob }) => total + logprob, 0);
    assert.ok(Math.abs(sum - result.sum) < 1e-6);
  });

  it('reads the text from a file or from standard input', async () => {
    const file = path.join(folder, 'text.txt');
    fs.writeFileSync(file, 'The bay.\r\nA storm.');
    const fromFile = await json<{ sum: number }>(['score', '--file', file, ...gpt2]);
    const fromInput = await json<{ sum: number }>(['score', '-', ...gpt2], 'The bay.\r\nA storm.');
    const fromArgument = await json<{ sum: number }>(['score', 'The bay.\r\nA storm.', ...gpt2]);
    assert.deepEqual([fromFile.sum, fromInput.sum], [fromArgument.sum, fromArgument.sum]);
  });

  it('takes each line as one text, untrimmed and in order, and puts an error in the place of one that fails', async () => {
    const lines = ['The bay.', '  two spaces ', '', '\ttab\u2028and a separator', 'last, without a line end'];
    const { code, stdout } = await headlight(['score', '-', '--lines', ...gpt2], lines.join('\n'));
    assert.equal(code, 0);
    const results = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { error?: string; tokens?: { start: number; end: number }[] });
    assert.equal(results.length, lines.length);
    assert.match(results[2]!.error!, /empty/);
    for (const index of [0, 1, 3, 4]) {
      assert.equal(results[index]!.tokens!.at(-1)!.end, lines[index]!.length);
    }
    assert.equal(results[1]!.tokens![0]!.start, 0);
  });

  describe('says in one line what is wrong', () => {
    const cases: [string, string[], number, RegExp][] = [
      [
        'a missing model',
        ['score', 'x', '--model', '/no/such/model'],
        1,
        /no model folder at "\/no\/such\/model"/,
      ],
      ['a missing file', ['score', '--file', '/no/such/file', ...gpt2], 1, /no file "\/no\/such\/file"/],
      ['a text without a mask', ['fill', 'no mask', ...bert], 1, /no mask\. Write \[MASK\]/],
      ['a model that can not do the task', ['fill', 'a [MASK]', ...gpt2], 1, /can't fill masks.*causal/],
      ['no text', ['score', ...gpt2], 2, /Give a text/],
      ['two texts', ['score', 'x', '--file', 'y', ...gpt2], 2, /not both/],
      ['an option out of its range', ['continue', 'x', '--top-p', '7', ...gpt2], 2, /topP is 7; it must be/],
      ['an option that is no number', ['fill', 'x [MASK]', '--top', 'many'], 2, /must be a number/],
      ['no candidates', ['fill', 'x [MASK]', '--top', '0'], 2, /must be a whole number above 0/],
      ['an unknown option', ['score', 'x', '--wrong'], 2, /unknown option '--wrong'/],
      ['an unknown command', ['sing'], 2, /unknown command 'sing'/],
    ];
    for (const [name, args, exitCode, message] of cases) {
      it(name, async () => {
        const { code, stdout, stderr } = await headlight(args);
        assert.equal(code, exitCode, stderr);
        assert.equal(stdout, '');
        assert.match(stderr, message);
        assert.equal(stderr.trimEnd().split('\n').length, 1, stderr);
      });
    }

    it('a model that can not be opened, once, also with --lines', async () => {
      const { code, stdout, stderr } = await headlight(
        ['score', '-', '--lines', '--model', '/no/model'],
        'a\nb\n',
      );
      assert.deepEqual([code, stdout], [1, '']);
      assert.equal(stderr.trimEnd().split('\n').length, 1);
    });
  });

  it('lists its commands', async () => {
    const { code, stdout } = await headlight(['--help']);
    assert.equal(code, 0);
    for (const command of ['continue', 'fill', 'sentiment', 'attention', 'score'])
      assert.match(stdout, new RegExp(command));
  });
});
