/**
 * What each model family can see and do, one family a file. A task asks for a capability; `config.json` says which
 * family a model folder belongs to, and the family says which tasks it can do and why not the others.
 */
import { say, type Message } from '../message';
import { causal } from './causal';
import { classifier } from './classifier';
import { encoder } from './encoder';
import { encoderDecoder } from './encoderDecoder';
import {
  familyNames,
  taskNames,
  type Family,
  type FamilyConfig,
  type FamilyDescription,
  type FamilyName,
  type Task,
} from './family';
import { masked } from './masked';
import { nextSentence } from './nextSentence';
import { questionAnswering } from './questionAnswering';

export {
  familyNames,
  taskNames,
  type Family,
  type FamilyConfig,
  type FamilyName,
  type Sight,
  type Task,
} from './family';

/** In the order in which `architectures` are tried. */
const descriptions: readonly FamilyDescription[] = [
  classifier,
  questionAnswering,
  nextSentence,
  encoderDecoder,
  masked,
  causal,
  encoder,
];

/** The family a model belongs to, from its `config.json`. */
export function familyOf(config: FamilyConfig): Family {
  const architectures = config.architectures ?? [];
  const found =
    descriptions.find((family) => architectures.some((name) => family.architectures.test(name))) ??
    (config.is_encoder_decoder === true ? encoderDecoder : undefined) ??
    descriptions.find(({ types }) => types.includes(config.model_type ?? '')) ??
    encoder;
  const { name, sees, tasks, tasksByHead, reads } = found;
  return { name, sees, tasks, ...(tasksByHead && { tasksByHead }), reads, ...found.differs?.(config) };
}

/** A family by its name, as most of its models are. */
export function familyNamed(name: FamilyName): Family {
  const { sees, tasks, tasksByHead, reads } = descriptions.find((family) => family.name === name)!;
  return { name, sees, tasks, ...(tasksByHead && { tasksByHead }), reads };
}

/**
 * Why a family can't do a task, in one sentence that ends with what could; `undefined` when it can, or when that is
 * for the graph to say.
 * @param modelName how the model is called on screen
 */
export function refusal(family: Family, task: Task, modelName: string): Message | undefined {
  if (family.tasks.includes(task) || family.tasksByHead?.includes(task)) return undefined;
  return say`"${modelName}" can't ${taskNames[task]}: it ${family.reads}. ${whatCan(task)}`;
}

/** What to choose for a task, as a sentence. */
export function whatCan(task: Task): Message {
  const able = descriptions.filter(({ tasks }) => tasks.includes(task));
  const byHead = descriptions.filter(({ tasksByHead }) => tasksByHead?.includes(task));
  return byHead.length > 0
    ? say`Choose ${oneOf(able)} model, or ${oneOf(byHead)} one with a head for this.`
    : say`Choose ${oneOf(able)} model for this.`;
}

/** "a masked or causal" */
function oneOf([first, ...others]: readonly Family[]): Message {
  const names = others.reduce<Message>(
    (before, { name }) => say`${before} or ${familyNames[name]}`,
    familyNames[first!.name],
  );
  return /^[aeiou]/.test(first!.name) ? say`an ${names}` : say`a ${names}`;
}
