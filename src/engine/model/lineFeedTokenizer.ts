import { withLineFeeds } from '../../core/text/lineFeeds';
import type { Tokenizer } from './tokenizer';

/** `tokenizer`, but that it reads a text of Windows' lines as the same text with line feeds; spans are of it as written. */
export function lineFeedTokenizer(tokenizer: Tokenizer): Tokenizer {
  return {
    encode: (written, { pair, ...options } = {}) => {
      const texts = [written, ...(pair === undefined ? [] : [pair])].map(withLineFeeds);
      const encoding = tokenizer.encode(texts[0]!.text, {
        ...options,
        ...(texts[1] && { pair: texts[1].text }),
      });
      const tokens = encoding.tokens.map((token, index) => ({
        ...token,
        ...texts[encoding.sequences[index]!]!.toWritten(token),
      }));
      return { ...encoding, tokens };
    },
    tokenText: (id) => tokenizer.tokenText(id),
    isSpecial: (id) => tokenizer.isSpecial(id),
    continuesWord: (id) => tokenizer.continuesWord(id),
    decode: (ids, options) => tokenizer.decode(ids, options),
    stream: (previousIds) => tokenizer.stream(previousIds),
    special: tokenizer.special,
    endIds: tokenizer.endIds,
    vocabularySize: tokenizer.vocabularySize,
    kind: tokenizer.kind,
  };
}
