/** Awkward characters of many kinds, and what tokenizers treat in ways of their own. */
const alphabets = [
  'abcdefghij ABCXYZ',
  ' \t\n\r',
  '0123456789.,;:!?\'"()[]{}<>/\\|@#$%^&*-_=+`~',
  'éèüñçßÅøœĞİıŁžẞσςΣΩΐΰ',
  'e\u0301a\u0308o\u0323\u0301n\u0303\u0327',
  '你好世界漢字かなカナ한국어각\u1112\u1161\u11ab𠀀𪚥',
  'ｱｶﾞＡ１ﬁﬀ①½㎏™…ﷺ',
  '👩‍💻🏳️‍🌈👍🏽🇩🇪❤️1️⃣',
  'עבריתהַמִּעَرَبِيّةहिन्दीக்ஷி',
  '\u200b\u200d\u00ad\ufeff\u2028\u0085\u00a0\u3000\u2003\0\x01\x7f\ufffd▁Ġ#—“”«»',
].map((alphabet) => Array.from(alphabet));
const words = ['hello', 'The quick', "don't", "I'll", '[MASK]', '[SEP]', '``', '  ', '##ing', '\r\n'];

/** `count` texts, the same for the same seed. */
export function randomTexts(count: number, seed: number): string[] {
  const random = (below: number): number => {
    // mulberry32
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
  const pick = <T>(list: readonly T[]): T => list[random(list.length)]!;
  return Array.from({ length: count }, () => {
    let text = '';
    for (let part = random(12); part >= 0; part--) {
      if (random(4) === 0) text += pick(words);
      else {
        const alphabet = pick(alphabets);
        for (let length = random(5); length >= 0; length--) text += pick(alphabet);
      }
      if (random(3) === 0) text += ' ';
    }
    return text;
  });
}
