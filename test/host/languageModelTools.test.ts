import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import * as os from 'node:os';
import * as path from 'node:path';
import * as vscode from 'vscode';
import { configure, fixture, headlight, sleep, useFixtures } from './support';

interface Described {
  name: string;
  when: string;
  modelDescription: string;
  inputSchema: { required: string[]; properties: Record<string, { description?: string }> };
}

/** Calls a tool as an agent does and reads its answer. */
async function invoke<T>(name: string, input: object, token?: vscode.CancellationToken): Promise<T> {
  const result = await vscode.lm.invokeTool(name, { input, toolInvocationToken: undefined }, token);
  assert.equal(result.content.length, 1);
  const [part] = result.content as vscode.LanguageModelTextPart[];
  return JSON.parse(part!.value) as T;
}

const names = [
  'headlight_fill_mask',
  'headlight_classify_sentiment',
  'headlight_score_text',
  'headlight_continue_text',
];

describe('tools for agents', () => {
  before(async () => {
    await headlight();
    await useFixtures();
  });

  it('are all there, described, with a schema of their input', () => {
    const described = vscode.extensions.getExtension('headlight.headlight')!.packageJSON as {
      contributes: { languageModelTools: Described[] };
    };
    assert.deepEqual(
      described.contributes.languageModelTools.map(({ name }) => name),
      names,
    );
    for (const { name, modelDescription, inputSchema } of described.contributes.languageModelTools) {
      const tool = vscode.lm.tools.find((candidate) => candidate.name === name);
      assert.equal(tool?.description, modelDescription);
      assert.match(modelDescription, /Returns JSON/);
      assert.deepEqual(inputSchema.required, ['text']);
      for (const [parameter, { description }] of Object.entries(inputSchema.properties))
        assert((description?.length ?? 0) > 20, `${name}: ${parameter}`);
    }
  });

  it('rank what belongs at masks, and whole fillings', async () => {
    interface Answer {
      model: string;
      masks: { start: number; end: number; candidates: { text: string; probability: number }[] }[];
      fillings: { words: string[]; text: string; probability: number }[];
    }
    const text = 'The [MASK] was [MASK].';
    const answer = await invoke<Answer>('headlight_fill_mask', { text, top: 3 });
    const { engine } = await headlight();
    const wanted = await engine.request('fill', {
      model: fixture('bert-masked'),
      text,
      top: 3,
      wordsOnly: true,
      fillings: 3,
    });
    assert.equal(answer.model, 'bert-masked');
    assert.deepEqual(
      answer.masks.map(({ start, end, candidates }) => [start, end, candidates.map((one) => one.text)]),
      wanted.masks.map(({ start, end, candidates }) => [start, end, candidates.map((one) => one.text)]),
    );
    assert.deepEqual(
      answer.fillings.map(({ words }) => words),
      wanted.fillings!.map(({ masks }) => masks.map((mask) => mask.text)),
    );
    const [first, second] = answer.fillings[0]!.words;
    assert.equal(answer.fillings[0]!.text, `The ${first} was ${second}.`);
    assert(answer.fillings[0]!.probability > 0 && answer.fillings[0]!.probability <= 1);
  });

  it("judge a text and its sentences by the model's own labels", async () => {
    interface Answer {
      label: string;
      scores: Record<string, number>;
      sentences: { text: string; label: string }[];
    }
    const text = 'What a day! What a storm.';
    const answer = await invoke<Answer>('headlight_classify_sentiment', { text });
    assert.deepEqual(Object.keys(answer.scores), ['sad', 'plain', 'glad']);
    assert(answer.label in answer.scores);
    assert.deepEqual(
      answer.sentences.map((sentence) => sentence.text),
      ['What a day!', 'What a storm.'],
    );
  });

  it('say which sentence was judged by its beginning', async () => {
    interface Answer {
      sentences: { text: string; isCut?: boolean }[];
      note?: string;
    }
    const long = `The food was ${'good and '.repeat(300)}cheap.`;
    const answer = await invoke<Answer>('headlight_classify_sentiment', { text: `A day out. ${long}` });
    assert.deepEqual(
      answer.sentences.map(({ text, isCut }) => [text, isCut]),
      [
        ['A day out.', undefined],
        [long, true],
      ],
    );
    assert.match(answer.note!, /longer than the model's window; it was judged by its beginning/);
    const short = await invoke<Answer>('headlight_classify_sentiment', { text: 'A day out.' });
    assert.equal(short.note, undefined);
  });

  it('list no more sentences than are asked for, and say where the others begin', async () => {
    interface Answer {
      sentences: { text: string }[];
      note?: string;
    }
    const text = Array.from({ length: 120 }, (_, day) => `The food of day ${day} was good.`).join(' ');
    for (const [input, count] of [
      [{ text }, 50],
      [{ text, maxSentences: 2 }, 2],
      [{ text, maxSentences: 0 }, 0],
    ] as const) {
      const { sentences, note } = await invoke<Answer>('headlight_classify_sentiment', input);
      assert.equal(sentences.length, count);
      const next = text.indexOf(`The food of day ${count} `);
      assert.match(note!, new RegExp(`first ${count} of 120 sentences .* from offset ${next} on`));
    }
    const all = await invoke<Answer>('headlight_classify_sentiment', { text, maxSentences: 120 });
    assert.equal(all.sentences.length, 120);
    assert.equal(all.note, undefined);
  });

  for (const [model, folder] of [
    ['causal', 'gpt2-optimum'],
    ['masked', 'bert-masked'],
  ] as const)
    it(`score a text by the ${model} model`, async () => {
      interface Answer {
        model: string;
        tokens: number;
        perplexity: number;
        mostSurprising: { text: string; probability: number; expected: { text: string }[] }[];
      }
      const text = 'The old lighthouse stood at the edge.';
      const answer = await invoke<Answer>('headlight_score_text', { text, model, mostSurprising: 4 });
      const { engine } = await headlight();
      const { tokens, sum } = await engine.request('score', { model: fixture(folder), text });
      assert.equal(answer.model, folder);
      assert.equal(answer.tokens, tokens.length);
      assert(Math.abs(answer.perplexity / Math.exp(-sum / tokens.length) - 1) < 1e-3);
      const least = [...tokens].sort((a, b) => a.logprob! - b.logprob!).slice(0, 4);
      assert.deepEqual(
        answer.mostSurprising.map((token) => token.text),
        least.map(({ start, end }) => text.slice(start, end)),
      );
      assert.equal(answer.mostSurprising[0]!.expected.length, 3);
    });

  it('continue a text: the most probable continuation, or several', async () => {
    interface Answer {
      continuations: { text: string; tokens: number; logProbability: number; finish: string }[];
    }
    const text = 'The old lighthouse';
    const one = await invoke<Answer>('headlight_continue_text', { text, maxNewTokens: 5 });
    const { engine } = await headlight();
    const wanted = await engine.request('continue', {
      model: fixture('gpt2-optimum'),
      text,
      options: { maxNewTokens: 5, doSample: false },
    });
    assert.equal(one.continuations[0]!.text, wanted.text);
    assert(one.continuations[0]!.tokens <= 5);
    const three = await invoke<Answer>('headlight_continue_text', { text, maxNewTokens: 5, count: 3 });
    assert.equal(three.continuations.length, 3);
    for (const { logProbability } of three.continuations) assert(logProbability <= 0);
  });

  it('continue a text several times by a model that searches by itself', async () => {
    const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'headlight-beams-'));
    try {
      await fs.cp(fixture('gpt2-optimum'), folder, { recursive: true });
      const file = path.join(folder, 'generation_config.json');
      const config = JSON.parse(await fs.readFile(file, 'utf8')) as object;
      await fs.writeFile(file, JSON.stringify({ ...config, num_beams: 4 }));
      await configure({ 'models.continue': folder });
      const text = 'The old lighthouse';
      const { continuations } = await invoke<{ continuations: unknown[] }>('headlight_continue_text', {
        text,
        maxNewTokens: 5,
        count: 3,
      });
      assert.equal(continuations.length, 3);
    } finally {
      await useFixtures();
      await fs.rm(folder, { recursive: true, force: true });
    }
  });

  describe('tell an agent what to do instead', () => {
    const mistakes: [string, string, object, RegExp][] = [
      ['no text', names[1]!, {}, /"text" of headlight_classify_sentiment must be a text .* it was nothing/],
      ['an empty text', names[2]!, { text: ' ' }, /must be a text that isn't empty/],
      ['a number out of range', names[0]!, { text: 'a [MASK]', top: 0 }, /"top" .* from 1 to 50; it was 0/],
      ['an unknown word', names[2]!, { text: 'a', model: 'big' }, /one of "causal", "masked"; it was "big"/],
      ['no mask', names[0]!, { text: 'no mask' }, /no mask\. Write \[MASK\]/],
    ];
    for (const [what, name, input, message] of mistakes)
      it(what, async () => {
        await assert.rejects(invoke(name, input), message);
      });

    it('what only the user can mend', async () => {
      await configure({ 'models.continue': '/no/such/model' });
      try {
        await assert.rejects(
          invoke('headlight_continue_text', { text: 'The old' }),
          /no\/such\/model.*tell the user/s,
        );
      } finally {
        await useFixtures();
      }
    });
  });

  it('are not there when the setting switches them off, and come back', async () => {
    const described = vscode.extensions.getExtension('headlight.headlight')!.packageJSON as {
      contributes: { languageModelTools: Described[] };
    };
    // By this VS Code keeps them out of what it offers to agents; `lm.tools` lists such tools all the same.
    for (const { when } of described.contributes.languageModelTools)
      assert.equal(when, 'config.headlight.tools.enabled');
    const input = { text: 'The [MASK] was empty.' };
    const { engine } = await headlight();
    await engine.restart();
    await configure({ 'tools.enabled': false });
    try {
      for (const name of names) await assert.rejects(invoke(name, input), name);
      assert.equal(engine.pid, undefined, 'no engine was started');
    } finally {
      await configure({ 'tools.enabled': undefined });
    }
    const { masks } = await invoke<{ masks: unknown[] }>(names[0]!, input);
    assert.equal(masks.length, 1);
  });

  it('stop when the agent gives up', async () => {
    const { engine } = await headlight();
    const source = new vscode.CancellationTokenSource();
    const text = 'The old lighthouse stood at the edge of the bay. '.repeat(60);
    const running = invoke('headlight_score_text', { text, model: 'masked' }, source.token);
    await sleep(300);
    const started = Date.now();
    source.cancel();
    await assert.rejects(running);
    // The engine is free again: what is asked for next isn't behind a thousand runs.
    await engine.request('score', { model: fixture('bert-masked'), text: 'The bay.' });
    assert(Date.now() - started < 5000);
  });
});
