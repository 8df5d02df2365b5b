import assert from 'node:assert/strict';
import { resolveGeneration, type RequestedGeneration } from '../../../../src/core/decoding/options';

describe('generation options', () => {
  it('default to those of transformers, with 40 new tokens', () => {
    assert.deepEqual(resolveGeneration(undefined, undefined), {
      maxNewTokens: 40,
      doSample: false,
      temperature: 1,
      topK: 50,
      topP: 1,
      repetitionPenalty: 1,
      noRepeatNgramSize: 0,
      numBeams: 1,
      lengthPenalty: 1,
      earlyStopping: false,
      seed: undefined,
      stop: [],
      eosTokenIds: [],
    });
  });

  const file = {
    max_new_tokens: 7,
    do_sample: true,
    temperature: 0.6,
    top_k: 0,
    top_p: 0.9,
    repetition_penalty: 1.1,
    no_repeat_ngram_size: 3,
    num_beams: 4,
    length_penalty: -0.5,
    early_stopping: 'never',
    stop_strings: 'END',
    eos_token_id: [1, 2],
    max_length: 20,
  };

  it('come from generation_config.json', () => {
    assert.deepEqual(resolveGeneration(file, { eos_token_id: 9 }), {
      maxNewTokens: 7,
      doSample: true,
      temperature: 0.6,
      topK: 0,
      topP: 0.9,
      repetitionPenalty: 1.1,
      noRepeatNgramSize: 3,
      numBeams: 4,
      lengthPenalty: -0.5,
      earlyStopping: 'never',
      seed: undefined,
      stop: ['END'],
      eosTokenIds: [1, 2],
    });
    assert.equal(file.stop_strings, 'END');
  });

  it('are overruled by what is asked', () => {
    const asked: RequestedGeneration = {
      maxNewTokens: 1,
      doSample: true,
      temperature: 2,
      topK: 5,
      topP: 1,
      repetitionPenalty: 0.5,
      noRepeatNgramSize: 0,
      numBeams: 1,
      lengthPenalty: 0,
      earlyStopping: true,
      seed: 0,
      stop: [],
    };
    assert.deepEqual(resolveGeneration(file, undefined, asked), { ...asked, eosTokenIds: [1, 2] });
  });

  it('take the end token from config.json where the other file has none', () => {
    assert.deepEqual(resolveGeneration({}, { eos_token_id: 50256 }).eosTokenIds, [50256]);
    assert.deepEqual(resolveGeneration({}, { eos_token_id: 50256 }, {}, [7]).eosTokenIds, [50256]);
    assert.deepEqual(resolveGeneration(undefined, {}, {}, [7]).eosTokenIds, [7]);
    assert.deepEqual(resolveGeneration({ eos_token_id: [] }, {}, {}, [7]).eosTokenIds, []);
    assert.deepEqual(resolveGeneration({ eos_token_id: null }, { eos_token_id: [3, 4] }).eosTokenIds, [3, 4]);
    assert.deepEqual(resolveGeneration({ eos_token_id: 0 }, { eos_token_id: 5 }).eosTokenIds, [0]);
  });

  it('skip what a file leaves null, and its sampling values where nothing is sampled', () => {
    assert.equal(resolveGeneration({ top_k: null, do_sample: true }, {}).topK, 50);
    const greedy = resolveGeneration({ temperature: 0, top_p: 0, top_k: 5 }, {});
    assert.deepEqual([greedy.temperature, greedy.topP, greedy.topK], [1, 1, 50]);
  });

  const wrong: [RequestedGeneration, RegExp][] = [
    [{ maxNewTokens: 0 }, /^maxNewTokens is 0; it must be a whole number of at least 1\.$/],
    [{ maxNewTokens: 1.5 }, /maxNewTokens is 1\.5/],
    [{ temperature: 0 }, /^temperature is 0; it must be a number above 0\.$/],
    [{ temperature: NaN }, /temperature is NaN/],
    [{ topK: -1 }, /^topK is -1; it must be a whole number of at least 0\.$/],
    [{ topP: 1.1 }, /^topP is 1\.1; it must be a number above 0 and at most 1\.$/],
    [{ topP: 0 }, /topP is 0/],
    [{ repetitionPenalty: -1 }, /repetitionPenalty is -1; it must be a number above 0/],
    [{ noRepeatNgramSize: 0.5 }, /noRepeatNgramSize is 0\.5/],
    [{ numBeams: 0 }, /^numBeams is 0; it must be a whole number from 1 to 64\.$/],
    [{ numBeams: 65 }, /numBeams is 65/],
    [{ lengthPenalty: Infinity }, /lengthPenalty is Infinity; it must be a number/],
    [{ seed: -1 }, /seed is -1/],
    [{ seed: 2 ** 53 }, /seed is 9007199254740992/],
    [{ stop: ['a', ''] }, /^stop is \["a",""\]; it must be a list of strings that are not empty\.$/],
    [{ doSample: 'yes' as unknown as boolean }, /doSample is "yes"; it must be true or false/],
    [{ earlyStopping: 'always' as 'never' }, /earlyStopping is "always"; it must be true, false or 'never'/],
  ];
  for (const [asked, message] of wrong)
    it(`refuse ${Object.keys(asked)[0]} ${String(Object.values(asked)[0])}`, () => {
      assert.throws(
        () => resolveGeneration(undefined, undefined, asked),
        (error) => error instanceof RangeError && message.test(error.message),
      );
    });

  it('name the file that has a wrong value', () => {
    for (const [generation, config, message] of [
      [
        { do_sample: true, temperature: 'hot' },
        {},
        /^generation_config\.json: temperature is "hot"; it must/,
      ],
      [{ num_beams: 0 }, {}, /^generation_config\.json: num_beams is 0/],
      [{ eos_token_id: -1 }, {}, /^generation_config\.json: eos_token_id is -1; it must be a token id/],
      [undefined, { eos_token_id: '</s>' }, /^config\.json: eos_token_id is "<\/s>"/],
    ] as const)
      assert.throws(
        () => resolveGeneration(generation, config),
        (error) => error instanceof RangeError && message.test(error.message),
      );
  });
});
