import * as path from 'node:path';
import * as vscode from 'vscode';
import { languageOf } from '../core/text/language';
import { languagesOf, offeredFor, type TrainedLanguages } from '../models/languages';
import { hasLanguageHints, modelFor } from './settings';

/** The tasks of writing whose models know some languages and not others. */
export type LanguageTask = 'continue' | 'fill' | 'sentiment';

/** So much of a text is enough to tell its language, in UTF-16 units: its end, which is what is being written. */
const page = 1500;

const memoryKey = 'languageHints';

/**
 * Says when a text is in a language that the chosen model wasn't trained for, and which model to add: once for each
 * language and model on this machine, as a message that stands in nobody's way.
 */
export class LanguageHints {
  /** What each model was trained for, by its path. */
  readonly #languages = new Map<string, Promise<TrainedLanguages | undefined>>();
  /** What was said in this window. */
  readonly #said = new Set<string>();

  /**
   * @param root the extension's own folder
   * @param memory where it is remembered what was said, for all windows
   */
  constructor(
    private readonly root: string,
    private readonly memory: vscode.Memento,
  ) {}

  /** To be told of the text whenever a model has read one. Not to be waited for. */
  async read(task: LanguageTask, text: string): Promise<void> {
    if (!hasLanguageHints()) return;
    const language = languageOf(text.slice(-page));
    if (language === undefined) return;
    const model = modelFor(task, this.root);
    // The embedded ones lie elsewhere in every version of the extension.
    const isEmbedded = model.startsWith(this.root + path.sep);
    const key = `${language} ${isEmbedded ? path.relative(this.root, model) : model}`;
    if (this.#said.has(key)) return;
    let known = this.#languages.get(model);
    if (!known) this.#languages.set(model, (known = languagesOf(model)));
    const languages = await known.catch(() => undefined);
    if (languages === undefined || languages === 'many' || languages.includes(language)) return;
    if (this.#said.has(key)) return;
    this.#said.add(key);
    const before = this.memory.get<string[]>(memoryKey, []);
    if (before.includes(key)) return;
    await this.memory.update(memoryKey, [...before, key]);
    await this.#say(task, language, model, languages);
  }

  async #say(
    task: LanguageTask,
    language: string,
    model: string,
    trainedFor: readonly string[],
  ): Promise<void> {
    const { t } = vscode.l10n;
    const nameOf = namesIn(vscode.env.language);
    const offered = offeredFor(task, language);
    const what = t(
      'This text seems to be in {0}, but {1} was trained for {2}; don’t rely on what it gives.',
      nameOf(language),
      path.basename(model.endsWith('.onnx') ? path.dirname(model).replace(/[\\/]onnx$/, '') : model),
      trainedFor.map(nameOf).join(', '),
    );
    const choose = t('Choose a Model…');
    const add = offered && t('Add Model…');
    const which = offered
      ? t('{0} knows {1}.', offered.id, nameOf(language))
      : t('Choose one that knows {0}.', nameOf(language));
    const answer = await vscode.window.showInformationMessage(
      `${what} ${which}`,
      ...(add === undefined ? [choose] : [add, choose]),
    );
    if (answer === choose) await vscode.commands.executeCommand('headlight.chooseModel', { task });
    else if (answer !== undefined) await vscode.commands.executeCommand('headlight.addModel', offered!.id);
  }
}

/** Names of languages in the window's own. */
function namesIn(locale: string): (code: string) => string {
  const names = new Intl.DisplayNames([locale, 'en'], { type: 'language' });
  return (code) => names.of(code) ?? code;
}
