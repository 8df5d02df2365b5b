/** Tokenizers with made-up vocabularies of the real sizes, in the form of the fixtures' tokenizer files. */

/** `tokenizer.json` as far as it is changed here. */
export interface TokenizerFile {
  added_tokens: { id: number; content: string }[];
  post_processor: unknown;
  model: { vocab: Record<string, number>; merges?: string[] };
}

const letters = [...'abcdefghijklmnopqrstuvwxyz'];
const cased = [...letters, ...letters.map((letter) => letter.toUpperCase())];
const space = 'Ġ';

/**
 * Byte-pair encoding (Sennrich et al. 2016) with GPT-2's alphabet of bytes; merges are of letters only, so that
 * every other character is a token of its own.
 * @param stock a byte-level tokenizer.json whose first 256 tokens are the alphabet, the last the end of text
 * @param size of the vocabulary, the end of text included
 */
export function bytePairTokenizer(stock: TokenizerFile, size: number): TokenizerFile {
  const vocab: Record<string, number> = {};
  for (const [token, id] of Object.entries(stock.model.vocab)) if (id < 256) vocab[token] = id;
  const merges: string[] = [];
  let next = 256;
  for (const [left, right] of letterPairs()) {
    if (next === size - 1) break;
    const token = left + right;
    if (token in vocab) continue;
    vocab[token] = next++;
    merges.push(`${left} ${right}`);
  }
  const [end] = stock.added_tokens as [{ id: number; content: string }];
  vocab[end.content] = size - 1;
  return {
    ...stock,
    added_tokens: [{ ...end, id: size - 1 }],
    model: { ...stock.model, vocab, merges },
  };
}

/** Pairs in an order in which both parts exist before they are merged. */
function* letterPairs(): Generator<[left: string, right: string]> {
  for (const letter of cased) yield [space, letter];
  const pairs = cased.flatMap((one) => cased.map((two) => one + two));
  for (const pair of pairs) yield [pair[0]!, pair[1]!];
  for (const pair of pairs) yield [space + pair[0]!, pair[1]!];
  for (const third of cased) for (const pair of pairs) yield [pair, third];
}

/**
 * WordPiece (Wu et al. 2016) with words and word ends of up to three letters.
 * @param stock a BERT tokenizer.json whose first five tokens are the special ones
 */
export function wordPieceTokenizer(stock: TokenizerFile, size: number): TokenizerFile {
  const vocab: Record<string, number> = {};
  for (const [token, id] of Object.entries(stock.model.vocab)) if (id < 5) vocab[token] = id;
  let next = 5;
  for (const piece of pieces()) {
    if (next === size) break;
    if (!(piece in vocab)) vocab[piece] = next++;
  }
  return { ...stock, model: { ...stock.model, vocab } };
}

function* pieces(): Generator<string> {
  yield* '.,;:!?-\'"()';
  for (const character of [...letters, ...'0123456789']) yield* [character, `##${character}`];
  for (const one of letters) for (const two of letters) yield* [one + two, `##${one}${two}`];
  for (const one of letters)
    for (const two of letters)
      for (const three of letters) yield* [one + two + three, `##${one}${two}${three}`];
}
