import assert from 'node:assert/strict';
import {
  findEndIds,
  findSpecialTokens,
  namedAddedTokens,
  type SpecialTokenSources,
} from '../../../../src/engine/model/specialTokens';

const words = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', 'a', '<s>', '</s>', '<gap>'];
const vocabulary = {
  idOf: (text: string): number | undefined => (words.includes(text) ? words.indexOf(text) : undefined),
  textOf: (id: number): string | undefined => words[id],
};

function find(sources: SpecialTokenSources): ReturnType<typeof findSpecialTokens> {
  return findSpecialTokens(sources, vocabulary);
}

describe('special tokens', () => {
  it('are named in tokenizer_config.json as a string or as an object', () => {
    const { mask, eos } = find({
      tokenizerConfig: { mask_token: { content: '<gap>', lstrip: true }, eos_token: '[SEP]' },
    });
    assert.deepEqual(mask, { id: 8, text: '<gap>' });
    assert.deepEqual(eos, { id: 3, text: '[SEP]' });
  });

  it('are named in special_tokens_map.json, after tokenizer_config.json', () => {
    const map = { mask_token: '<gap>', sep_token: { content: '</s>' } };
    assert.equal(find({ specialTokensMap: map }).mask?.id, 8);
    assert.equal(find({ specialTokensMap: map }).sep?.id, 7);
    assert.equal(
      find({ specialTokensMap: map, tokenizerConfig: { mask_token: '[MASK]', sep_token: null } }).mask?.id,
      4,
    );
  });

  it('have ids in config.json and generation_config.json; of a list the first', () => {
    const { bos, eos, pad } = find({
      config: { bos_token_id: 6, eos_token_id: [7, 3] },
      generationConfig: { bos_token_id: 0, pad_token_id: 5 },
    });
    assert.deepEqual(bos, { id: 6, text: '<s>' });
    assert.deepEqual(eos, { id: 7, text: '</s>' });
    assert.deepEqual(pad, { id: 5, text: 'a' });
  });

  it('may have their id only in added_tokens.json or in added_tokens_decoder', () => {
    const sources = {
      tokenizerConfig: { mask_token: '<new>', added_tokens_decoder: { '12': { content: '<late>' } } },
      addedTokens: { '<new>': 11 },
    };
    assert.deepEqual(find(sources).mask, { id: 11, text: '<new>' });
    assert.deepEqual(
      find({ ...sources, tokenizerConfig: { ...sources.tokenizerConfig, mask_token: '<late>' } }).mask,
      {
        id: 12,
        text: '<late>',
      },
    );
    assert.deepEqual(namedAddedTokens(sources), [
      { id: 11, text: '<new>' },
      { id: 12, text: '<late>' },
    ]);
  });

  it('have well-known names when no file names them', () => {
    const special = find({});
    assert.equal(special.mask?.text, '[MASK]');
    assert.equal(special.cls?.text, '[CLS]');
    assert.equal(special.sep?.text, '[SEP]');
    assert.equal(special.pad?.text, '[PAD]');
    assert.equal(special.unk?.text, '[UNK]');
  });

  it('are passed over when the vocabulary doesn’t have them', () => {
    const special = findSpecialTokens(
      { tokenizerConfig: { mask_token: '<mask>' }, config: { eos_token_id: 50256, pad_token_id: null } },
      { idOf: () => undefined, textOf: () => undefined },
    );
    assert.deepEqual(Object.values(special), new Array(7).fill(undefined));
  });
});

describe('ids that end a text', () => {
  it('are those listed, generation_config.json first, and the tokenizer’s own', () => {
    const eos = { id: 3, text: '[SEP]' };
    assert.deepEqual(
      findEndIds({ generationConfig: { eos_token_id: [7, 8] }, config: { eos_token_id: 1 } }, eos),
      [7, 8, 3],
    );
    assert.deepEqual(findEndIds({ config: { eos_token_id: 3 } }, eos), [3]);
    assert.deepEqual(findEndIds({}, undefined), []);
  });
});
