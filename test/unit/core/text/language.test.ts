import assert from 'node:assert/strict';
import { languageOf } from '../../../../src/core/text/language';

const texts: Record<string, string> = {
  en: 'The old house stood at the end of the road. Nobody had lived there for years, and the garden was full of weeds.',
  de: 'Das alte Haus stand am Ende der Straße. Seit Jahren hatte dort niemand gewohnt, und der Garten war voller Unkraut.',
  fr: "La vieille maison se trouvait au bout de la rue. Personne n'y avait vécu depuis des années, et le jardin était plein de mauvaises herbes.",
  es: 'La vieja casa estaba al final de la calle. Nadie había vivido allí durante años, y el jardín estaba lleno de malas hierbas.',
  it: 'La vecchia casa si trovava alla fine della strada. Nessuno ci aveva vissuto per anni, e il giardino era pieno di erbacce che non erano più belle.',
  pt: 'A velha casa ficava no fim da rua. Ninguém tinha morado ali por anos, e o jardim estava cheio de ervas que não eram mais bonitas.',
  nl: 'Het oude huis stond aan het einde van de straat. Er had al jaren niemand gewoond en de tuin was vol onkruid.',
  sv: 'Det gamla huset stod i slutet av gatan. Ingen hade bott där på flera år, och trädgården var full av ogräs som inte var vackert.',
  da: 'Det gamle hus stod for enden af gaden. Ingen havde boet der i mange år, og haven var fuld af ukrudt, som ikke var smukt.',
  pl: 'Stary dom stał na końcu ulicy. Nikt tam nie mieszkał od lat, a ogród był pełen chwastów i nie było w nim kwiatów, co już tylko smuciło.',
  fi: 'Vanha talo oli kadun päässä. Siinä ei ollut asunut kukaan, ja se oli surullista, mutta puutarha on nyt kaunis ja hän on siitä iloinen.',
  tr: 'Eski ev yolun sonunda bir tepedeydi ve çok sessizdi. Bu ev için daha sonra da bir şey olmadı ama bahçe çok güzel bir yer oldu.',
  ru: 'Старый дом стоял в конце улицы. Там уже много лет никто не жил.',
  uk: 'Старий будинок стояв у кінці вулиці. Там уже багато років ніхто не жив, і її сад заріс.',
  zh: '老房子在路的尽头。多年来没有人住在那里，花园里长满了杂草。',
  ja: '古い家は道の終わりにありました。何年も誰も住んでいませんでした。',
  ko: '오래된 집은 길 끝에 있었다. 몇 년 동안 아무도 살지 않았다.',
  ar: 'كان البيت القديم في نهاية الطريق ولم يسكنه أحد منذ سنوات.',
  el: 'Το παλιό σπίτι βρισκόταν στο τέλος του δρόμου.',
  he: 'הבית הישן עמד בסוף הרחוב ואיש לא גר בו שנים רבות.',
};

describe('the language of a text', () => {
  for (const [language, text] of Object.entries(texts))
    it(`is told: ${language}`, () => assert.equal(languageOf(text), language));

  it('is told of Markdown by its prose, not by its code and addresses', () => {
    const code = '```js\nfor (const the of and) if (that) it.is = not.the;\n```\n';
    assert.equal(languageOf(`# Das Haus\n\n${code}\n${texts['de']!} [Haus](https://the.house/of/the)`), 'de');
  });

  it('is told of Chinese with English names in it', () => {
    assert.equal(
      languageOf(
        '我们在 Visual Studio Code 里用 Headlight 写作，它在自己的机器上运行小模型，不需要网络，也不需要账户。',
      ),
      'zh',
    );
  });

  it('is left open where little is there to tell it by', () => {
    for (const text of [
      '',
      '42 + 7 = 49',
      'Guten Tag',
      'Schadenfreude, Zeitgeist and other words',
      'const a = b; let c = d; if (x) return y; function f() { throw z; }',
      '北京',
    ])
      assert.equal(languageOf(text), undefined, text);
  });

  it('is English for English of any kind, or left open', () => {
    for (const text of [
      'De La Cruz went to Los Angeles with Van den Berg. He was en route to El Paso, and she had a pied-à-terre there.',
      'Fix the parser: handle nested lists. Add tests for it, and remove the old code that was not used any more.',
      '- eggs\n- milk\n- bread\n- butter\n- a pan\n- an oven\n- two apples\n- sugar\n- salt\n- flour\n- honey\n- nuts',
      'I am so me. He to war die man also in an on at her him was to her; not as in but am war hat rat.',
    ])
      assert(['en', undefined].includes(languageOf(text)), text);
  });
});
