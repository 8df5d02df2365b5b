/** What the **Models** view says of a model when it is opened up. */
import * as vscode from 'vscode';
import {
  familyNamed,
  familyNames,
  refusal,
  taskNames,
  type Family,
  type Sight,
  type Task,
} from '../core/families';
import type { GraphChoice } from '../core/graphFiles';
import { estimateMemory, type Load } from '../core/memory';
import type { ModelShape } from '../core/modelShape';
import { megabytes } from '../models/add';
import type { OfferedModel } from '../models/catalogue';
import { localized, tasksText } from './localized';

/** A row that says one thing; what it is made up of comes below it. */
export interface Detail {
  readonly kind: 'detail';
  readonly label: string;
  readonly value: string;
  readonly tooltip?: string;
  readonly children?: readonly Detail[];
  /** Of the estimate: its length and number of texts can be set. */
  readonly isEstimate?: boolean;
}

/** The text for which the memory is estimated. */
export type EstimatedText = Pick<Load, 'length' | 'batch'>;

export function detail(
  label: string,
  value: string,
  more: Partial<Pick<Detail, 'tooltip' | 'children' | 'isEstimate'>> = {},
): Detail {
  return { kind: 'detail', label, value, ...more };
}

/** What a family is, what it sees, what it can do and why not the rest. */
export function familyDetails(family: Family, name: string): Detail[] {
  const { t } = vscode.l10n;
  const byHead = tasksByHeadOf(family);
  return [
    ...sightDetails(family),
    detail(t('Can'), tasksText(family.tasks) || t('nothing that Headlight does')),
    ...(byHead.length > 0 ? [detail(t('Can, if its file has a head for it'), tasksText(byHead))] : []),
    ...inabilityDetails(family, name),
  ];
}

function sightDetails({ name, reads, sees }: Family): Detail[] {
  const { t } = vscode.l10n;
  return [
    detail(t('Family'), localized(familyNames[name]), { tooltip: t('It {0}.', localized(reads)) }),
    detail(t('Sees'), sightOf(sees)),
  ];
}

/** The tasks that a family can't do, each with the reason. */
function inabilityDetails(family: Family, name: string): Detail[] {
  const { t } = vscode.l10n;
  const able = [...family.tasks, ...tasksByHeadOf(family)];
  const unable = (Object.keys(taskNames) as Task[]).filter((task) => !able.includes(task));
  const why = (task: Task): Detail => {
    const reason = refusal(family, task, name);
    return detail(
      localized(taskNames[task]),
      t('it {0}', localized(family.reads)),
      reason === undefined ? {} : { tooltip: localized(reason) },
    );
  };
  return unable.length > 0 ? [detail(t("Can't"), tasksText(unable), { children: unable.map(why) })] : [];
}

function tasksByHeadOf({ tasks, tasksByHead = [] }: Family): Task[] {
  return tasksByHead.filter((task) => !tasks.includes(task));
}

function sightOf(sees: Sight): string {
  const { t } = vscode.l10n;
  return {
    left: t('only what stands to the left'),
    both: t('both sides'),
    'reads-both-writes-left': t('reads both sides, then writes'),
  }[sees];
}

/** What the catalogue knows of a model that is not here. */
export function offeredDetails({
  id,
  family,
  tasks,
  parameters,
  licence,
  window,
  language,
  needsConversion,
}: OfferedModel): Detail[] {
  const { t } = vscode.l10n;
  return [
    ...sightDetails(familyNamed(family)),
    detail(t('Made for'), tasksText(tasks)),
    ...inabilityDetails(familyNamed(family), id),
    detail(t('Language'), language),
    detail(t('Parameters'), t('about {0} M', Math.round(parameters / 1e6))),
    detail(t('Licence'), licence ?? t('not named')),
    detail(t('Context'), t('{0} tokens', window)),
    ...(needsConversion ? [detail(t('ONNX files'), t('none yet: it has to be converted first'))] : []),
  ];
}

/** The memory that a model needs for a text, by what it grows with. */
export function memoryDetail(
  { name, size, precision }: GraphChoice,
  shape: ModelShape,
  family: Family,
  text: EstimatedText,
): Detail {
  const { t } = vscode.l10n;
  const length = Math.min(text.length, shape.window);
  const load = { length, batch: text.batch };
  const file = { bytes: size, precision };
  const { weights, cache, linear, quadratic, total } = estimateMemory(shape, family, load, file);
  const texts = text.batch === 1 ? t('one text') : t('{0} texts', text.batch);
  const value = t('about {0} for {1} of {2} tokens', megabytes(total), texts, length);
  const parts = [
    detail(t('Weights and tokenizer'), megabytes(weights), { tooltip: t('Whatever the text.') }),
    detail(t('+ length × texts'), megabytes(linear), {
      tooltip: t(
        'Grows with the number of tokens and the number of texts: {0} for twice as many of either.',
        megabytes(2 * linear),
      ),
      ...(cache > 0 && { children: [cacheDetail(cache)] }),
    }),
    detail(t('+ length² × texts'), megabytes(quadratic), {
      tooltip:
        family.name === 'causal'
          ? t('Each token looks at each before it. A causal model reads a long text in parts of 128 tokens.')
          : t('Each token looks at each: {0} for twice as many tokens.', megabytes(4 * quadratic)),
    }),
  ];
  return detail(t('Memory needed, {0}', name), value, { children: parts, isEstimate: true });
}

function cacheDetail(bytes: number): Detail {
  const { t } = vscode.l10n;
  return detail(t('Cache, held once'), megabytes(bytes), {
    tooltip: t(
      'Keys and values of the tokens that were read; the runtime takes them in and gives them out anew.',
    ),
  });
}
