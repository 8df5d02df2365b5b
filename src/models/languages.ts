/** Which languages a model was trained for, as its card says or as the catalogue knows, and which models are for one. */
import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import type { Task } from '../core/families';
import { knownLanguages } from '../core/text/language';
import { offeredModels, type OfferedModel } from './catalogue';
import { readRecord, recordName } from './record';
import { repositoryOf } from './repository';

/**
 * Codes of ISO 639-1, or `many` for a model whose card names about all languages that are written much. One that names
 * some "and more" is taken at its word for those alone.
 */
export type TrainedLanguages = readonly string[] | 'many';

/**
 * The languages that a model was trained for; undefined where nobody says.
 * @param model the model's folder, or an .onnx file in it
 */
export async function languagesOf(model: string): Promise<TrainedLanguages | undefined> {
  const folder = model.endsWith('.onnx') ? path.dirname(model).replace(/[\\/]onnx$/, '') : model;
  const record = await readRecord(path.join(folder, recordName));
  // In the Hugging Face cache: models--owner--name/snapshots/commit.
  const cached = repositoryOf(path.basename(path.dirname(path.dirname(folder))));
  const id = record?.id ?? cached;
  const offered = offeredModels.find((other) =>
    id === undefined ? other.id.endsWith(`/${path.basename(folder)}`) : other.id === id,
  );
  return offered ? languagesOfOffered(offered) : languagesInCard(folder);
}

/**
 * A model of the catalogue that was made for a task and trained for a language, one that needs no conversion before
 * those that do, and one of few languages before those of many.
 */
export function offeredFor(task: Task, language: string): OfferedModel | undefined {
  const breadth = (model: OfferedModel): number =>
    (model.needsConversion ? 1000 : 0) + (languagesOfOffered(model) === 'many' ? 100 : 0);
  return offeredModels
    .filter((model) => model.tasks.includes(task) && knows(model, language))
    .sort((a, b) => breadth(a) - breadth(b))[0];
}

function knows(model: OfferedModel, language: string): boolean {
  const languages = languagesOfOffered(model);
  return languages === 'many' || languages.includes(language);
}

const englishNames = new Intl.DisplayNames('en', { type: 'language' });

function languagesOfOffered({ language: told, namedLanguages }: OfferedModel): TrainedLanguages {
  const language = namedLanguages ?? told;
  if (/^\d+ languages$/.test(language)) return 'many';
  return knownLanguages.filter((code) => language.split(/, | to /).includes(englishNames.of(code) ?? ''));
}

/** What the `language` of a model card's front matter says: one code, or a list of them. */
async function languagesInCard(folder: string): Promise<TrainedLanguages | undefined> {
  const card = await fs.readFile(path.join(folder, 'README.md'), 'utf8').catch(() => '');
  const matter = /^---\r?\n([\s\S]*?)\r?\n---/.exec(card)?.[1] ?? '';
  const value = /^language:((?:[ \t]*\S[^\n]*)?(?:\n[ \t]*-[^\n]*)*)/m.exec(matter)?.[1] ?? '';
  const codes: readonly string[] = value.match(/[a-z]{2,}(?:-[A-Za-z]+)?/g) ?? [];
  if (codes.length === 0) return undefined;
  return codes.includes('multilingual') ? 'many' : codes.map((code) => code.split('-')[0]!);
}
