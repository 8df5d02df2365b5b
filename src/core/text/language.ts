/** Which language a text is written in, told from its script and its commonest words. Codes are those of ISO 639-1. */

/** Languages that have a script for themselves, or are the likeliest to be written in it. */
const scripts: readonly (readonly [language: string, script: RegExp])[] = [
  ['ja', /[\p{sc=Hiragana}\p{sc=Katakana}]/gu],
  ['ko', /\p{sc=Hangul}/gu],
  ['zh', /\p{sc=Han}/gu],
  ['uk', /[іїєґІЇЄҐ]/gu],
  ['ru', /\p{sc=Cyrillic}/gu],
  ['el', /\p{sc=Greek}/gu],
  ['fa', /[پچژگ]/gu],
  ['ar', /\p{sc=Arabic}/gu],
  ['he', /\p{sc=Hebrew}/gu],
  ['hi', /\p{sc=Devanagari}/gu],
  ['th', /\p{sc=Thai}/gu],
];

/** Of a language that shares its script, so large a share of the letters is in characters that the other one lacks. */
const ownShare: Readonly<Record<string, number>> = { ja: 0.1, uk: 0.03, fa: 0.03 };

/** The commonest words of languages in the Latin script: little words, which no text is without. */
const commonWords: Readonly<Record<string, ReadonlySet<string>>> = Object.fromEntries(
  Object.entries({
    en: 'the and of to in is was that it for with as his her he she be on at by had not are but have from they you were this which or an their there been when who what',
    de: 'der die und das ist nicht ein eine zu den mit sich von dem auf für im auch es an als er sie ich war wie aus bei noch nach wir hat sind wird aber einen einer über dass wenn',
    fr: 'le la les des et est une un que qui dans il elle pour pas du au sur plus ne se ce avec son sa par mais nous vous était sont cette ses je on comme aux ont leur',
    es: 'el la los las y que es una un en por con para del se no lo su más como pero al fue este había era ha sus le me ya cuando muy sin sobre también hasta hay',
    it: 'il la che di e è un una per non con sono del della si da le come più ma ha nel gli lo dei alla anche era suo questo delle mi ci al dal aveva quando molto',
    pt: 'o a os as que e é um uma não com para do da dos das em no na se por mais como mas foi ao ele ela seu sua são era também ser muito quando já pelo isso',
    nl: 'de het een en van is dat niet op te in zijn voor met die er aan hij ook als maar om bij was naar ze nog wel haar door over uit had werd wij heeft deze worden',
    sv: 'och att det som en är på av för inte den med till ett om har han hon var jag de men så vi sig från när skulle hade där eller efter också alla',
    da: 'og at det som en er på af for ikke den med til et om har han hun var jeg de men så vi sig fra når ville havde der eller efter også alle blev',
    pl: 'i w nie na się że to z jest do jak ale po co tak za od o był przez czy był już tylko jego dla może są przed ich było być który która',
    fi: 'ja on ei se että hän oli mutta kun niin ole joka myös ovat kuin tai sen mitä jos vain minä nyt mukaan sitten olla hänen siitä tämä',
    tr: 've bir bu da de için ile çok ne gibi daha o ama olarak kadar var ben sonra olan değil en her mi diye şey ki oldu ya',
    id: 'yang dan di itu dengan untuk tidak ini dari dalam akan pada juga saya ke karena ada mereka orang bisa telah adalah sudah kita oleh atau seperti',
    vi: 'và của là có không được cho một những với các trong người để đã này từ khi như đến nhưng cũng ra thì vào tôi về ở',
  }).map(([language, words]) => [language, new Set(words.split(' '))]),
);

/** Every language that can be told. */
export const knownLanguages: readonly string[] = [
  ...scripts.map(([language]) => language),
  ...Object.keys(commonWords),
];

/** Fewer letters of a script, or fewer words, tell nothing: a name, a quotation. */
const fewestLetters = 12;
const fewestWords = 12;
/** So many of the words are among the commonest of a language that a text is written in; in most it is a third. */
const leastShare = 0.2;
/** How much better the language does than the next one. */
const lead = 1.3;

/**
 * The language of a text; undefined where that can't be told for sure, as in a few words, in code or in a text of
 * several languages.
 * @param text a page of it is enough
 */
export function languageOf(text: string): string | undefined {
  const prose = withoutCode(text);
  const letters = count(prose, /\p{L}/gu);
  const latin = count(prose, /\p{sc=Latin}/gu);
  if (letters === 0) return undefined;
  if (latin <= letters / 2) {
    const counts = scripts.map(([language, script]) => ({ language, found: count(prose, script) }));
    const own = counts.find(
      ({ language, found }) => found / letters >= (ownShare[language] ?? 0.5) && found > 0,
    );
    return own && letters - latin >= fewestLetters ? own.language : undefined;
  }
  const words = prose.toLowerCase().match(/[\p{L}\p{M}]+/gu) ?? [];
  if (words.length < fewestWords) return undefined;
  const ranked = Object.entries(commonWords)
    .map(([language, common]) => ({ language, hits: words.filter((word) => common.has(word)).length }))
    .sort((a, b) => b.hits - a.hits);
  const [best, next] = ranked;
  if (!best || best.hits / words.length < leastShare || best.hits < lead * (next?.hits ?? 0))
    return undefined;
  return best.language;
}

/** Without what is code or an address in Markdown, whose words are English whatever the text. */
function withoutCode(text: string): string {
  return text
    .replace(/^(`{3,}|~{3,})[^\n]*\n[\s\S]*?(?:^\1|(?![\s\S]))/gm, ' ')
    .replace(/`[^`\n]*`|\bhttps?:\/\/\S+|\]\([^)\s]*\)/g, ' ');
}

function count(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}
