import assert from 'node:assert/strict';
import * as path from 'node:path';
import { ModelStore } from '../../../../src/engine/model/modelStore';
import { continueText } from '../../../../src/engine/tasks/continueText';
import { fillMask } from '../../../../src/engine/tasks/fillMask';
import { predict } from '../../../../src/engine/tasks/predict';
import { nextSentence } from '../../../../src/engine/tasks/nextSentence';
import type { EngineError, PredictResult } from '../../../../src/protocol/engine';
import { fixture } from '../../fixtures';

const embedded = (name: string): string => path.join(__dirname, '../../../../models', name);
const models = new ModelStore({ threads: 1 });
const context = { models, turn: () => Promise.resolve(), partial: () => undefined };
after(() => models.closeAll());

const text = 'The old lighthouse stood at the edge of the bay.';
const position = text.indexOf('stood');
const seen = (result: PredictResult) => result.sees.map(({ start, end }) => text.slice(start, end));

describe('predicting the word at a place', () => {
  it('shows a causal model only what stands to the left', async () => {
    const result = await predict({ model: fixture('gpt2-optimum'), text, position }, context);
    assert.equal(result.family, 'causal');
    assert.deepEqual(result.hidden, { start: position, end: position + 5 });
    assert.deepEqual(seen(result), ['The old lighthouse']);
    const hidden = result.tokens.filter((token) => !token.seen);
    assert.equal(text.slice(hidden[0]!.start, hidden[0]!.end), 'stood');
    assert.equal(hidden.at(-1)!.end, text.length);
    assert.equal(result.predictions.length, 5);
  });

  it('shows a masked model both sides', async () => {
    for (const name of ['bert-masked', 'roberta-masked']) {
      const result = await predict({ model: fixture(name), text, position }, context);
      assert.equal(result.family, 'masked');
      assert.deepEqual(seen(result), ['The old lighthouse', 'at the edge of the bay.']);
      const hidden = result.tokens.filter((token) => !token.seen);
      assert.deepEqual(hidden, [{ text: 'stood', start: position, end: position + 5, seen: false }]);
    }
  });

  it('predicts by a masked model what filling a mask there gives', async () => {
    const { predictions } = await predict({ model: fixture('bert-masked'), text, position, top: 7 }, context);
    const masked = text.replace('stood', '[MASK]');
    const filled = await fillMask({ model: fixture('bert-masked'), text: masked, top: 7 }, context);
    const wanted = filled.masks[0]!.candidates.map(({ text: word, probability }) => ({
      text: word,
      probability,
    }));
    assert.deepEqual(predictions, wanted);
    const place = { text: masked, position: position + 2, top: 7 };
    assert.deepEqual(
      (await predict({ model: fixture('bert-masked'), ...place }, context)).predictions,
      wanted,
    );
  });

  it('predicts by a causal model what it would write next', async () => {
    const left = text.slice(0, position - 1);
    const model = fixture('gpt2-optimum');
    const { tokens } = await continueText({ model, text: left, options: { maxNewTokens: 1 } }, context);
    const at = await predict({ model, text: left, position: left.length, top: 400 }, context);
    assert.equal(at.predictions[0]!.text, tokens[0]!.text);
    assert(Math.abs(at.predictions[0]!.probability - Math.exp(tokens[0]!.logprob)) < 1e-5);
    const whole = at.predictions.reduce((sum, { probability }) => sum + probability, 0);
    assert(Math.abs(whole - 1) < 1e-4);
  });

  it('gives words behind a space the whole probability', async () => {
    const model = fixture('gpt2-optimum');
    const { predictions } = await predict({ model, text, position, top: 400 }, context);
    const likely = predictions.filter(({ probability }) => probability > 0);
    assert(likely.length < 400);
    const whole = likely.reduce((sum, { probability }) => sum + probability, 0);
    assert(Math.abs(whole - 1) < 1e-4);
    assert(likely.every(({ text: word }) => !word.startsWith(' ')));
  });

  it('sees what fits into the window', async () => {
    const long = `${'the sea was grey '.repeat(100)}lamp ${'the sea was grey '.repeat(100)}`;
    const place = long.indexOf('lamp');
    const left = await predict({ model: fixture('gpt2-optimum'), text: long, position: place }, context);
    assert.equal(left.tokens.filter((token) => token.seen).length, 128);
    assert.equal(left.sees.at(-1)!.end, place - 1);
    const both = await predict({ model: fixture('bert-masked'), text: long, position: place }, context);
    assert.equal(both.tokens.filter((token) => token.seen).length, 128 - 3);
    assert(both.sees[0]!.end === place - 1 && both.sees[1]!.start === place + 5);
  });

  it('refuses a place outside of the text', async () => {
    await assert.rejects(
      predict({ model: fixture('gpt2-optimum'), text: 'short', position: 9 }, context),
      (error: EngineError) => error.code === 'option' && /9 isn't in the text/.test(error.message),
    );
  });

  it('tells GPT-2 and BERT apart where only the right side tells', async () => {
    const telling = 'I drank a cup of tea.';
    const place = { text: telling, position: telling.indexOf('a cup') };
    const bert = await predict({ model: embedded('headlight-bert'), ...place }, context);
    assert.equal(bert.predictions[0]!.text, 'a');
    const gpt2 = await predict({ model: embedded('headlight-gpt2'), ...place }, context);
    assert(gpt2.predictions.every(({ probability }) => probability < bert.predictions[0]!.probability));
  });
});

describe('judging whether one sentence follows another', () => {
  it('tells sentences of one text from those of two', async () => {
    const first = 'She opened the door of the old house.';
    const partials: unknown[] = [];
    const { head, isNext } = await nextSentence(
      {
        model: embedded('headlight-bert'),
        pairs: [
          { first, second: 'It was dark inside, and the floor creaked.' },
          { first, second: 'The enzyme catalyses the oxidation of glucose in mammals.' },
          { first: first.repeat(100), second: 'It was dark inside. '.repeat(200) },
        ],
      },
      { ...context, partial: (value) => partials.push(value) },
    );
    assert.equal(head, 'next-sentence');
    assert(isNext[0]! > 0.5 && isNext[1]! < 0.5, String(isNext));
    assert.equal(isNext.length, 3);
    assert.deepEqual(partials.at(-1), { done: 3, total: 3 });
  });

  it('says so where the export has no such head', async () => {
    const pairs = [{ first: 'One.', second: 'Two.' }];
    await assert.rejects(
      nextSentence({ model: fixture('bert-masked'), pairs }, context),
      (error: EngineError) => {
        assert.equal(error.code, 'unsupported');
        assert.match(
          error.message,
          /has no head for sentence pairs \(it gives logits\)\. Choose a next-sentence model/,
        );
        return true;
      },
    );
  });
});
