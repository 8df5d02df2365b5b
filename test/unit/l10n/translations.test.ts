import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { defaultModel } from '../../../src/models/defaults';
import { root, shownStrings } from './strings';

type Strings = Record<string, string>;

const read = (name: string): Strings => JSON.parse(fs.readFileSync(path.join(root, name), 'utf8')) as Strings;

/** The places for arguments in a string: `{0}`, `{1}`. */
const places = (text: string): string[] => [...new Set(text.match(/\{\d+\}/g))].sort();

describe('the settings, in both languages,', () => {
  const languages = ['package.nls.json', 'package.nls.zh-cn.json'].map(read);

  it('say how a model that comes along is named, and which one is taken without a choice', () => {
    for (const task of ['continue', 'fill', 'sentiment', 'attention', 'nextSentence'] as const)
      for (const strings of languages) {
        const name = path.basename(defaultModel(root, task));
        assert(strings[`config.models.${task}`]!.includes(`\`embedded:${name}\``), task);
      }
  });

  it('say which commands the greatest number of new tokens is of', () => {
    for (const strings of languages)
      for (const command of ['continueText', 'continueChoices'])
        assert(strings['config.continue.maxNewTokens']!.includes(`**${strings[`command.${command}`]}**`));
  });
});

describe('the Simplified Chinese translation', () => {
  const bundle = read('l10n/bundle.l10n.zh-cn.json');

  it('has every string that the source shows, and no other', () => {
    const { strings, unreadable } = shownStrings();
    assert(strings.length > 300);
    assert.deepEqual(unreadable, [], 'only whole strings can be translated');
    const missing = strings.filter(({ text }) => !(text in bundle));
    assert.deepEqual(missing, [], 'add these to l10n/bundle.l10n.zh-cn.json');
    const shown = new Set(strings.map(({ text }) => text));
    assert.deepEqual(
      Object.keys(bundle).filter((text) => !shown.has(text)),
      [],
      'no source shows these any more',
    );
  });

  it('has every string of package.json, and no other', () => {
    assert.deepEqual(
      Object.keys(read('package.nls.zh-cn.json')).sort(),
      Object.keys(read('package.nls.json')).sort(),
    );
    const used = new Set(
      fs.readFileSync(path.join(root, 'package.json'), 'utf8').match(/(?<="%)[^%"]+(?=%")/g),
    );
    assert.deepEqual([...used].sort(), Object.keys(read('package.nls.json')).sort());
  });

  it('keeps the places for arguments, what is code, and the settings by their names', () => {
    for (const [english, chinese] of Object.entries(bundle)) {
      assert.notEqual(chinese.trim(), '', english);
      assert.deepEqual(places(chinese), places(english), english);
    }
    const code = (text: string): string[] => [...(text.match(/`[^`]+`/g) ?? [])].sort();
    const english = read('package.nls.json');
    for (const [key, chinese] of Object.entries(read('package.nls.zh-cn.json')))
      assert.deepEqual(code(chinese), code(english[key]!), key);
  });
});
