import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { ModelStore } from '../../../../src/engine/model/modelStore';
import { soleTurn } from '../../../../src/engine/scheduler';
import { continueText } from '../../../../src/engine/tasks/continueText';
import type { EngineError, GenerationParameters } from '../../../../src/protocol/engine';
import { assertClose, fixture, golden } from '../../fixtures';

interface Generated {
  ids: number[];
  finish: 'eos' | 'length';
  logprobs: number[];
}

interface CausalGolden {
  greedy: (Generated & { prompt: string; maxNewTokens: number; repetitionPenalty: number; text: string })[];
  beam: {
    prompt: string;
    maxNewTokens: number;
    numBeams: number;
    lengthPenalty: number;
    earlyStopping: boolean;
    repetitionPenalty: number;
    eosTokenIds: number[];
    sequences: Generated[];
  }[];
}

describe('continueText', () => {
  const expected = golden<CausalGolden>('gpt2');
  const models = new ModelStore({ threads: 1 });
  const run = (
    text: string,
    options: GenerationParameters,
    partials: string[] = [],
    model = fixture('gpt2-optimum'),
  ) =>
    continueText(
      { model, text, options },
      {
        models,
        turn: soleTurn(new AbortController().signal),
        partial: ({ text: piece }) => partials.push(piece),
      },
    );
  let folder: string;
  before(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), 'continue-text-'))));
  after(async () => {
    await models.closeAll();
    fs.rmSync(folder, { recursive: true });
  });

  /** The same model with other end-of-text tokens in its generation_config.json. */
  const modelEndingAt = (ids: number[]): string => {
    const model = path.join(folder, `eos-${ids.join('-')}`);
    if (!fs.existsSync(model)) {
      fs.cpSync(fixture('gpt2-optimum'), model, { recursive: true });
      fs.writeFileSync(path.join(model, 'generation_config.json'), JSON.stringify({ eos_token_id: ids }));
    }
    return model;
  };

  /** What transformers wrote, without the end-of-text token, which isn't part of the text. */
  const written = ({ ids, finish }: Generated) => (finish === 'eos' ? ids.slice(0, -1) : ids);

  for (const [name, goldenName, tolerance] of [
    ['gpt2-optimum', 'gpt2', 1e-4],
    ['gpt2-merged', 'gpt2', 1e-4],
    ['gpt2-dynamo', 'gpt2', 1e-4],
    ['gpt2-no-position-ids', 'gpt2', 1e-4],
    // Against ONNX Runtime's own Python on the same file, which quantises the activations of all positions together.
    ['gpt2-int8', 'gpt2-int8', 0.05],
    ['gpt2-fp16', 'gpt2-fp16', 5e-3],
  ] as const) {
    it(`writes greedily what transformers writes, with its log probabilities, on ${name}`, async () => {
      const { greedy } = golden<CausalGolden>(goldenName);
      for (const { prompt, maxNewTokens, repetitionPenalty, ...generated } of greedy) {
        const options = { maxNewTokens, repetitionPenalty, doSample: false, numBeams: 1 };
        const result = await run(prompt, options, [], fixture(name));
        const ids = written(generated);
        assert.deepEqual(
          result.tokens.map((token) => token.id),
          ids,
          prompt,
        );
        assert.equal(result.finish, generated.finish);
        assertClose(
          result.tokens.map((token) => token.logprob),
          generated.logprobs.slice(0, ids.length),
          tolerance,
        );
      }
    });
  }

  it('writes what transformers writes by beam search', async () => {
    for (const { prompt, sequences, eosTokenIds, ...options } of expected.beam) {
      const model = modelEndingAt(eosTokenIds);
      const result = await run(prompt, { ...options, doSample: false }, [], model);
      assert.deepEqual(
        result.tokens.map((token) => token.id),
        written(sequences[0]!),
        `${prompt}, ${options.numBeams} beams`,
      );
      assert.equal(result.finish, sequences[0]!.finish);
      assertClose(
        result.tokens.map((token) => token.logprob),
        sequences[0]!.logprobs.slice(0, result.tokens.length),
        1e-4,
      );
    }
  });

  it('streams exactly the text of the result', async () => {
    const partials: string[] = [];
    const result = await run('The old lighthouse', { maxNewTokens: 30, doSample: false }, partials);
    assert.ok(partials.length > 1);
    assert.equal(partials.join(''), result.text);
  });

  it('writes the same for the same seed, and something else for another', async () => {
    const options = { maxNewTokens: 20, doSample: true, topK: 0, temperature: 1.5 };
    const first = await run('Night', { ...options, seed: 7 });
    const again = await run('Night', { ...options, seed: 7 });
    const other = await run('Night', { ...options, seed: 8 });
    assert.deepEqual(again.tokens, first.tokens);
    assert.notEqual(other.text, first.text);
  });

  it('ends before a stop string', async () => {
    const whole = await run('The old lighthouse', { maxNewTokens: 20, doSample: false });
    const stop = whole.text.slice(3, 6);
    const partials: string[] = [];
    const stopped = await run(
      'The old lighthouse',
      { maxNewTokens: 20, doSample: false, stop: [stop] },
      partials,
    );
    assert.equal(stopped.finish, 'stop');
    assert.equal(stopped.text, whole.text.slice(0, whole.text.indexOf(stop)));
    assert.equal(partials.join(''), stopped.text);
  });

  it("reads the end of a prompt that is longer than the model's window, and says so", async () => {
    const result = await run('The old lighthouse stood. '.repeat(60), { maxNewTokens: 10, doSample: false });
    assert.equal(result.truncated, true);
    assert.ok(result.tokens.length > 0);
  });

  it('writes up to the end of the window and no further', async () => {
    const result = await run('The', { maxNewTokens: 1000, doSample: false, repetitionPenalty: 1.3 });
    assert.ok(result.finish === 'eos' || result.tokens.length <= 128);
  });

  it('begins a text from nothing', async () => {
    assert.equal((await run('', { maxNewTokens: 3, doSample: false })).truncated, false);
  });

  it('names the option that is out of its range', async () => {
    await assert.rejects(run('The', { topP: 7 }), (error: EngineError) => {
      assert.equal(error.code, 'option');
      assert.match(error.message, /topP is 7; it must be/);
      return true;
    });
  });

  it('is refused to a masked model, with the reason', async () => {
    const asked = continueText(
      { model: fixture('bert-masked'), text: 'The' },
      { models, turn: () => Promise.resolve(), partial: () => undefined },
    );
    await assert.rejects(asked, (error: EngineError) => {
      assert.equal(error.code, 'unsupported');
      assert.match(error.message, /"bert-masked" can't continue text.*sees both sides/);
      return true;
    });
  });
});
