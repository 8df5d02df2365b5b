import assert from 'node:assert/strict';
import { Suggester, type Complete } from '../../../../src/editor/ghostText/suggester';
import { EngineError, type Completion, type CompleteResult } from '../../../../src/protocol/engine';

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const at = (before: string, after = '') => ({ before, after });
const never = new AbortController().signal;

/** An engine that does as a test says. */
class FakeEngine {
  readonly asked: { text: string; count: number; signal: AbortSignal }[] = [];
  #settle: ((result: CompleteResult) => void)[] = [];
  #fail: ((error: Error) => void)[] = [];
  #partial: ((text: string) => void)[] = [];

  readonly complete: Complete = (params, { signal, onPartial }) =>
    new Promise((resolve, reject) => {
      this.asked.push({ text: params.text, count: params.count, signal });
      this.#settle.push(resolve);
      this.#fail.push(reject);
      this.#partial.push((text) => onPartial(completion(text)));
      signal.addEventListener('abort', () => reject(new EngineError('cancelled', 'Cancelled.')));
    });

  stream(text: string, request = this.asked.length - 1): void {
    this.#partial[request]!(text);
  }

  /** @param prefillMs how long it says that reading the prompt took */
  answer(texts: string[], prefillMs = 1): void {
    this.#settle.at(-1)!({
      model: 'fake',
      completions: texts.map((text) => completion(text)),
      promptTokens: 1,
      readTokens: 1,
      timing: { loadMs: 0, prefillMs, decodeMs: 1, tokensPerSecond: 1 },
    });
  }

  fail(error: Error): void {
    this.#fail.at(-1)!(error);
  }
}

/** One token a word. */
function completion(text: string): Completion {
  const tokens = [...text.matchAll(/\s*\S+/g)].map(({ 0: word, index }) => ({
    id: 1,
    text: word,
    logprob: Math.log(0.5),
    start: index,
    end: index + word.length,
  }));
  return { text, tokens, finish: 'stop' };
}

describe('Suggestions while someone types', () => {
  let engine: FakeEngine;
  let suggester: Suggester;
  beforeEach(() => {
    engine = new FakeEngine();
    suggester = new Suggester(engine.complete);
  });
  const suggest = async (before: string, signal = never): Promise<string[]> =>
    (await suggester.suggest(at(before), 'sentence', signal)).map(({ text }) => text);

  it('come from the engine, cleaned, with the probability of each token', async () => {
    const asking = suggester.suggest(at('The old '), 'sentence', never);
    engine.answer([' house stood. It']);
    assert.deepEqual(await asking, [
      {
        text: 'house stood.',
        tokens: [
          { text: ' house', start: 0, end: 5, probability: 0.5 },
          { text: ' stood.', start: 6, end: 12, probability: 0.5 },
        ],
      },
    ]);
  });

  it('never ask again while one types as suggested', async () => {
    const text = ' house stood there.';
    const asking = suggest('The old');
    engine.answer([text]);
    await asking;
    for (let typed = 1; typed < text.length; typed++)
      assert.deepEqual(await suggest('The old' + text.slice(0, typed)), [text.slice(typed)]);
    assert.equal(engine.asked.length, 1);
  });

  it('keep a request under way while the text goes its way', async () => {
    const first = new AbortController();
    const overtaken = suggest('The old', first.signal);
    first.abort();
    assert.deepEqual(await overtaken, []);
    const next = suggest('The old h');
    engine.stream(' ho');
    engine.answer([' house stood.']);
    assert.deepEqual(await next, ['ouse stood.']);
    assert.equal(engine.asked.length, 1);
    assert.equal(engine.asked[0]!.signal.aborted, false);
  });

  it('end a request and ask again as soon as it goes another way', async () => {
    void suggest('The old');
    engine.stream(' house');
    const other = suggest('The old m');
    await sleep(0);
    assert.equal(engine.asked[0]!.signal.aborted, true);
    assert.equal(engine.asked.length, 2);
    engine.answer(['an came.']);
    assert.deepEqual(await other, ['an came.']);
  });

  it('find that out also when it had said nothing yet', async () => {
    void suggest('The old');
    const other = suggest('The old m');
    engine.stream(' house and');
    await sleep(0);
    assert.equal(engine.asked.length, 2);
    engine.answer(['an came.']);
    assert.deepEqual(await other, ['an came.']);
  });

  it('end a request that nobody takes over', async () => {
    const signal = new AbortController();
    const asking = suggest('The old', signal.signal);
    signal.abort();
    await asking;
    assert.equal(engine.asked[0]!.signal.aborted, false);
    await sleep(500);
    assert.equal(engine.asked[0]!.signal.aborted, true);
  });

  it('show what a slow engine has so far, and the rest with the next keys', async () => {
    const asking = suggest('The old');
    engine.stream(' house');
    engine.stream(' house stood at');
    assert.deepEqual(await asking, [' house stood']);
    engine.stream(' house stood at the sea');
    assert.deepEqual(await suggest('The old h'), ['ouse stood at the']);
    engine.answer([' house stood at the sea.']);
    await sleep(0);
    assert.deepEqual(await suggest('The old ho'), ['use stood at the sea.']);
    assert.equal(engine.asked.length, 1);
  });

  it('ask again where a request was ended when no more than a beginning was there', async () => {
    const asking = suggest('The old');
    engine.stream(' house stood at');
    assert.deepEqual(await asking, [' house stood']);
    void suggest('The old m');
    await sleep(0);
    assert.equal(engine.asked[0]!.signal.aborted, true);
    const back = suggest('The old');
    await sleep(0);
    assert.equal(engine.asked.at(-1)!.text, 'The old');
    engine.answer([' house stood at the sea.']);
    assert.deepEqual(await back, [' house stood at the sea.']);
  });

  it('keep the beginning that is shown as the first of several', async () => {
    const shown = suggest('The old');
    engine.stream(' house stood at');
    assert.deepEqual(await shown, [' house stood']);
    const asking = suggester.suggest(at('The old'), 'paragraph', never);
    engine.answer([' man came.', ' ship sank.']);
    assert.deepEqual(
      (await asking).map(({ text }) => text),
      [' house stood', ' man came.', ' ship sank.'],
    );
  });

  it('wait with a slow engine until the typing rests', async () => {
    const slow = suggest('A');
    engine.answer([' b.'], 400);
    await slow;
    const overtaken = suggest('Once');
    const last = suggest('Once u');
    assert.deepEqual(await overtaken, []);
    await sleep(300);
    assert.equal(engine.asked.length, 2, 'the first letter was not asked for');
    assert.equal(engine.asked[1]!.text, 'Once u');
    engine.answer(['pon a time.']);
    assert.deepEqual(await last, ['pon a time.']);
  });

  it('do not wait because the engine took long to start', async () => {
    const first = suggest('A');
    await sleep(300);
    engine.answer([' b.']);
    await first;
    void suggest('Once');
    assert.equal(engine.asked.length, 2, 'asked at once');
  });

  it('are several on demand, the shown one first', async () => {
    const shown = suggest('The old');
    engine.answer([' house stood.']);
    await shown;
    const asking = suggester.suggest(at('The old'), 'paragraph', never);
    engine.answer([' man came.', ' ship sank.', ' man came.']);
    const several = await asking;
    assert.equal(engine.asked[1]!.count, 3);
    assert.deepEqual(
      several.map(({ text }) => text),
      [' house stood.', ' man came.', ' ship sank.'],
    );
    assert.deepEqual(await suggest('The old sh'), ['ip sank.'], 'any of them may be typed on');
    assert.equal(engine.asked.length, 2);
  });

  it('pass on why there are none', async () => {
    const asking = suggest('The old');
    engine.fail(new EngineError('model', 'No such folder.'));
    await assert.rejects(asking, /No such folder/);
    const again = suggest('The old');
    engine.answer([' house.']);
    assert.deepEqual(await again, [' house.'], 'a failure is not remembered');
  });

  it('are forgotten when the model changes', async () => {
    const asking = suggest('The old');
    engine.answer([' house.']);
    await asking;
    suggester.reset();
    void suggest('The old');
    assert.equal(engine.asked.length, 2);
  });
});
