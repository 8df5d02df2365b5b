import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import * as os from 'node:os';
import * as path from 'node:path';
import { EngineError } from '../../../../src/protocol/engine';
import { openTokenizer, type Encoding, type Tokenizer } from '../../../../src/engine/model/tokenizer';
import { randomTexts } from './randomText';

const fixtures = path.join(__dirname, '../../../fixtures');

interface Golden {
  specialIds: Record<string, number | null>;
  tokenization: { text: string; ids: number[]; spans: [number, number][]; special: number[] }[];
}

async function golden(name: string): Promise<Golden> {
  return JSON.parse(await fs.readFile(path.join(fixtures, 'golden', `${name}.json`), 'utf8')) as Golden;
}

function ids(encoding: Encoding): number[] {
  return encoding.tokens.map(({ id }) => id);
}

describe('the tokenizers of the fixtures', () => {
  let gpt2: Tokenizer;
  let bert: Tokenizer;
  let roberta: Tokenizer;
  before(async () => {
    gpt2 = await openTokenizer(path.join(fixtures, 'gpt2-optimum'));
    bert = await openTokenizer(path.join(fixtures, 'bert-masked'));
    roberta = await openTokenizer(path.join(fixtures, 'roberta-masked'));
  });

  it('say what they are', () => {
    assert.equal(gpt2.kind, 'byte-level');
    assert.equal(bert.kind, 'wordpiece');
    assert.equal(roberta.kind, 'byte-level');
    assert.equal(gpt2.vocabularySize, 400);
    assert.deepEqual(gpt2.special.eos, { id: 399, text: '<|endoftext|>' });
    assert.deepEqual(gpt2.endIds, [399]);
    assert.equal(gpt2.special.mask, undefined);
    assert.deepEqual(bert.special.mask, { id: 4, text: '[MASK]' });
    assert.deepEqual(roberta.special.mask, { id: 400, text: '<mask>' });
  });

  for (const [folder, file] of [
    ['gpt2-optimum', 'gpt2'],
    ['bert-masked', 'bert-masked'],
    ['roberta-masked', 'roberta-masked'],
  ] as const)
    it(`agree with Python on the golden texts: ${folder}`, async () => {
      const tokenizer = await openTokenizer(path.join(fixtures, folder));
      const { tokenization, specialIds } = await golden(file);
      for (const [role, id] of Object.entries(specialIds))
        assert.equal(tokenizer.special[role as 'mask']?.id ?? null, id, role);
      assert(tokenization.length > 0);
      for (const { text, ids: expected, special } of tokenization) {
        const encoding = tokenizer.encode(text);
        assert.deepEqual(ids(encoding), expected, JSON.stringify(text));
        assert.deepEqual(
          encoding.tokens.map((token) => (token.special ? 1 : 0)),
          special,
        );
      }
    });

  it('puts special tokens around a text, with empty spans where they stand', () => {
    const text = 'the lamp';
    const { tokens, typeIds, sequences } = bert.encode(text);
    assert.deepEqual(tokens[0], { id: 2, text: '[CLS]', start: 0, end: 0, special: true });
    assert.deepEqual(tokens.at(-1), { id: 3, text: '[SEP]', start: 8, end: 8, special: true });
    assert.deepEqual(new Set(typeIds), new Set([0]));
    assert.deepEqual(new Set(sequences), new Set([0]));
    assert.deepEqual(ids(bert.encode(text, { addSpecial: false })), ids(bert.encode(text)).slice(1, -1));
    assert.deepEqual(ids(bert.encode('')), [2, 3]);
    assert.deepEqual(ids(gpt2.encode('')), []);
  });

  it('encodes two texts, spans in the text each token is of', () => {
    const { tokens, typeIds, sequences } = bert.encode('the lamp', { pair: 'a sea' });
    const parts = tokens.map(({ start, end, special }, index) =>
      special
        ? `${tokens[index]!.text}@${start}`
        : (sequences[index] === 0 ? 'the lamp' : 'a sea').slice(start, end),
    );
    assert.equal(parts[0], '[CLS]@0');
    const middle = parts.indexOf('[SEP]@8');
    assert.equal(parts.slice(1, middle).join(''), 'thelamp');
    assert.equal(parts.slice(middle + 1, -1).join(''), 'asea');
    assert.equal(parts.at(-1), '[SEP]@5');
    assert.deepEqual(typeIds.slice(0, middle + 1), new Array(middle + 1).fill(0));
    assert.deepEqual(typeIds.slice(middle + 1), new Array(tokens.length - middle - 1).fill(1));
    assert.deepEqual(sequences, typeIds);
    // RoBERTa's models have a single type.
    assert.deepEqual(new Set(roberta.encode('a', { pair: 'b' }).typeIds), new Set([0]));
    assert.deepEqual(ids(gpt2.encode('the', { pair: ' sea' })), [
      ...ids(gpt2.encode('the')),
      ...ids(gpt2.encode(' sea')),
    ]);
    // An empty pair is a pair.
    assert.equal(bert.encode('the', { pair: '' }).tokens.filter(({ id }) => id === 3).length, 2);
  });

  it('finds a mask in running text, without the space that it takes', () => {
    const text = 'The lamp <mask> slowly';
    const mask = roberta.encode(text).tokens.find(({ id }) => id === 400);
    assert.deepEqual(mask, { id: 400, text: '<mask>', start: 9, end: 15, special: false });
  });

  it('shows tokens as a reader sees them', () => {
    const texts = gpt2.encode('and the lighthouse é').tokens.map(({ text }) => text);
    assert(texts.includes(' the'));
    assert.equal(texts.slice(0, 4).join(''), 'and the lighthouse');
    const pieces = bert.encode('lighthouses', { addSpecial: false }).tokens;
    assert(pieces.length > 1);
    assert(!pieces.some(({ text }) => text.startsWith('##')));
    assert.equal(gpt2.tokenText(100_000), '');
    assert.equal(gpt2.tokenText(399), '<|endoftext|>');
  });

  it('decodes what it encoded, byte for byte where it is byte-level', () => {
    for (const text of randomTexts(150, 11)) {
      assert.equal(gpt2.decode(ids(gpt2.encode(text))), text);
      assert.equal(roberta.decode(ids(roberta.encode(text)), { skipSpecial: true }), text);
    }
    assert.equal(gpt2.decode([]), '');
    assert.equal(gpt2.decode([100_000]), '');
    assert.equal(gpt2.decode([399, ...ids(gpt2.encode('a . b'))]), '<|endoftext|>a . b');
    assert.equal(gpt2.decode([399], { skipSpecial: true }), '');
  });

  it('gives spans that ascend and lie in the text, for any text', () => {
    for (const tokenizer of [gpt2, bert, roberta])
      for (const text of randomTexts(150, 23)) {
        let last = { start: 0, end: 0 };
        for (const token of tokenizer.encode(text).tokens) {
          const note = JSON.stringify({ text, token });
          assert(token.start >= last.start && token.end >= last.end, note);
          assert(token.start <= token.end && token.end <= text.length, note);
          last = token;
        }
      }
  });

  it('covers every visible character where it is byte-level, and never half a character', () => {
    for (const tokenizer of [gpt2, roberta])
      for (const text of randomTexts(150, 31)) {
        const covered = new Set<number>();
        for (const { start, end } of tokenizer.encode(text).tokens) {
          assert(!/^[\udc00-\udfff]/.test(text.slice(start)), 'begins within a surrogate pair');
          assert(!/^[\udc00-\udfff]/.test(text.slice(end)), 'ends within a surrogate pair');
          for (let unit = start; unit < end; unit++) covered.add(unit);
        }
        for (let unit = 0; unit < text.length; unit++)
          assert(covered.has(unit) || /\s/.test(text.charAt(unit)), `${JSON.stringify(text)} at ${unit}`);
      }
  });

  it('reads halves of surrogate pairs as U+FFFD, offsets unchanged', () => {
    const text = 'a\ud83d b';
    const { tokens } = gpt2.encode(text);
    assert.equal(gpt2.decode(tokens.map(({ id }) => id)), 'a\ufffd b');
    assert.equal(tokens.at(-1)?.end, 4);
  });

  it('takes long texts without spaces in linear time', () => {
    for (const text of ['a'.repeat(20_000), '你好世界'.repeat(5_000), ' '.repeat(20_000)])
      for (const tokenizer of [gpt2, bert]) {
        const started = performance.now();
        tokenizer.encode(text);
        assert(performance.now() - started < 8000, `took ${performance.now() - started} ms`);
      }
  }).timeout(60_000);

  describe('streaming', () => {
    function streamed(
      tokenizer: Tokenizer,
      tokens: readonly number[],
      previous?: readonly number[],
    ): string[] {
      const stream = tokenizer.stream(previous);
      return [...tokens.map((id) => stream.push(id)), stream.end()];
    }

    it('gives the exact text, leading spaces included, in whole characters', () => {
      for (const text of [' the lamp é😀👩‍👩‍👧 灯塔', ...randomTexts(100, 5)]) {
        const parts = streamed(gpt2, ids(gpt2.encode(text)));
        assert.equal(parts.join(''), text);
        for (const part of parts)
          if (!text.includes('\ufffd')) assert(!/\ufffd|[\ud800-\udbff]$/.test(part), JSON.stringify(part));
      }
    });

    it('shows an emoji when its last byte came', () => {
      const tokens = ids(gpt2.encode('😀'));
      assert(tokens.length > 1);
      const parts = streamed(gpt2, tokens);
      assert.deepEqual(parts, [...new Array<string>(tokens.length - 1).fill(''), '😀', '']);
    });

    it('completes a character that the text to the left began', () => {
      const tokens = ids(gpt2.encode('😀'));
      const parts = streamed(gpt2, tokens.slice(1), [...ids(gpt2.encode('so ')), tokens[0]!]);
      assert.equal(parts.join(''), '😀');
    });

    it('gives what never became a character at the end', () => {
      const tokens = ids(gpt2.encode('a😀')).slice(0, -1);
      assert.equal(streamed(gpt2, tokens).join(''), gpt2.decode(tokens));
    });

    it('leaves special tokens out', () => {
      assert.deepEqual(streamed(gpt2, [399, ...ids(gpt2.encode('a')), 399]).join(''), 'a');
    });

    it('spaces words of a WordPiece vocabulary as in its own decoding', () => {
      const tokens = ids(bert.encode('the lighthouse keeper, slowly', { addSpecial: false }));
      assert.equal(streamed(bert, tokens).join(''), bert.decode(tokens));
      assert.equal(
        streamed(bert, tokens.slice(1), tokens.slice(0, 1)).join(''),
        bert.decode(tokens).slice(bert.decode(tokens.slice(0, 1)).length),
      );
    });
  });
});

describe('opening a tokenizer', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await fs.mkdtemp(path.join(os.tmpdir(), 'headlight tokenizer é-'));
  });
  afterEach(() => fs.rm(folder, { recursive: true, force: true }));

  async function copy(fixture: string, ...names: string[]): Promise<void> {
    for (const name of names) await fs.copyFile(path.join(fixtures, fixture, name), path.join(folder, name));
  }

  async function change(name: string, edit: (json: Record<string, unknown>) => void): Promise<void> {
    const file = path.join(folder, name);
    const json = JSON.parse(await fs.readFile(file, 'utf8')) as Record<string, unknown>;
    edit(json);
    await fs.writeFile(file, JSON.stringify(json));
  }

  async function failure(): Promise<EngineError> {
    const error: unknown = await openTokenizer(folder).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    assert(error instanceof EngineError, `expected an EngineError, got ${String(error)}`);
    assert.equal(error.code, 'model');
    return error;
  }

  it('needs no more than tokenizer.json', async () => {
    await copy('bert-masked', 'tokenizer.json');
    const tokenizer = await openTokenizer(folder);
    assert.deepEqual(tokenizer.special.mask, { id: 4, text: '[MASK]' });
    assert.deepEqual(ids(tokenizer.encode('[MASK]')), [2, 4, 3]);
  });

  it('takes special tokens written as objects', async () => {
    await copy('bert-masked', 'tokenizer.json', 'tokenizer_config.json');
    await change('tokenizer_config.json', (json) => {
      json['mask_token'] = { content: '[MASK]', lstrip: false };
      json['pad_token'] = null;
    });
    assert.equal((await openTokenizer(folder)).special.mask?.id, 4);
  });

  it('finds a mask in texts though tokenizer.json doesn’t list it', async () => {
    await copy('bert-masked', 'tokenizer.json', 'tokenizer_config.json');
    await change('tokenizer.json', (json) => {
      json['added_tokens'] = [];
    });
    await fs.writeFile(path.join(folder, 'added_tokens.json'), '{"<own>": 402}');
    const tokenizer = await openTokenizer(folder);
    assert.deepEqual(ids(tokenizer.encode('[MASK]<own>', { addSpecial: false })), [4, 402]);
    assert.equal(tokenizer.tokenText(402), '<own>');
  });

  it('keeps two folders apart', async () => {
    await copy('gpt2-optimum', 'tokenizer.json', 'tokenizer_config.json');
    const [one, two] = await Promise.all([
      openTokenizer(folder),
      openTokenizer(path.join(fixtures, 'bert-masked')),
    ]);
    assert.equal(one.kind, 'byte-level');
    assert.equal(two.kind, 'wordpiece');
  });

  it('takes a relative path from the working directory', async () => {
    const relative = path.relative(process.cwd(), path.join(fixtures, 'bert-masked'));
    assert.equal((await openTokenizer(relative)).kind, 'wordpiece');
  });

  it('says what to do when tokenizer.json is missing', async () => {
    const { message } = await failure();
    assert(
      message.includes(folder) && message.includes('tokenizer.json') && message.includes('save_pretrained'),
    );
  });

  it('names the file that is broken', async () => {
    await copy('bert-masked', 'tokenizer_config.json');
    await fs.writeFile(path.join(folder, 'tokenizer.json'), '{"model": {"type": "Wo');
    assert.match((await failure()).message, /tokenizer\.json" isn't valid JSON/);
    await fs.writeFile(path.join(folder, 'tokenizer.json'), '{}');
    assert.match((await failure()).message, /tokenizer\.json" can't be used as a tokenizer/);
    await copy('bert-masked', 'tokenizer.json');
    await fs.writeFile(path.join(folder, 'tokenizer_config.json'), '[]');
    assert.match((await failure()).message, /tokenizer_config\.json" isn't a JSON object/);
  });

  it('opens a folder again after it was mended', async () => {
    await copy('bert-masked', 'tokenizer_config.json');
    await failure();
    await copy('bert-masked', 'tokenizer.json');
    assert.equal((await openTokenizer(folder)).kind, 'wordpiece');
  });
});
