/**
 * What each model family can see and do. A task asks for a capability; `config.json` says which family a model
 * folder belongs to, and the family says which tasks it can do and why not the others.
 */

/** What a caller can ask of a model. */
export type Task = 'continue' | 'fill' | 'sentiment' | 'attention' | 'score';

/** The name of each task as it reads in a sentence. */
export const taskNames: Record<Task, string> = {
  continue: 'continue text',
  fill: 'fill masks',
  sentiment: 'judge sentiment',
  attention: 'show attention',
  score: 'score text',
};

/** The attention mask of a family, in a reader's words. */
export type Sight = 'left' | 'both' | 'reads-both-writes-left';

export type FamilyName = 'causal' | 'masked' | 'classifier' | 'encoder-decoder' | 'encoder';

export interface Family {
  readonly name: FamilyName;
  readonly sees: Sight;
  readonly tasks: readonly Task[];
  /** One sentence on how the family reads, used when a task is refused. */
  readonly reads: string;
}

export const families: Record<FamilyName, Family> = {
  causal: {
    name: 'causal',
    sees: 'left',
    tasks: ['continue', 'score', 'attention'],
    reads: 'is a causal model, which sees only the text to the left and predicts the next token',
  },
  masked: {
    name: 'masked',
    sees: 'both',
    tasks: ['fill', 'score', 'attention'],
    reads: 'is a masked model, which sees both sides and predicts what a mask hides',
  },
  classifier: {
    name: 'classifier',
    sees: 'both',
    tasks: ['sentiment', 'attention'],
    reads: 'is a classifier, which sees the whole text and gives it one of its labels',
  },
  'encoder-decoder': {
    name: 'encoder-decoder',
    sees: 'reads-both-writes-left',
    tasks: [],
    reads: 'is an encoder-decoder, which reads one text on both sides and writes another from left to right',
  },
  encoder: {
    name: 'encoder',
    sees: 'both',
    tasks: ['attention'],
    reads: 'is a bare encoder, which sees both sides but has no head that predicts words or labels',
  },
};

/** The fields of `config.json` that decide the family; all others are ignored. */
export interface FamilyConfig {
  readonly model_type?: string;
  readonly architectures?: readonly string[] | null;
  readonly is_encoder_decoder?: boolean;
}

/** Ends of `architectures` names, in the order in which they are tried (Hugging Face's class names). */
const heads: readonly (readonly [RegExp, FamilyName])[] = [
  [/ForConditionalGeneration$|MTModel$|^Marian/, 'encoder-decoder'],
  [/ForSequenceClassification$/, 'classifier'],
  [/ForMaskedLM$|ForPreTraining$/, 'masked'],
  [/ForCausalLM$|LMHeadModel$/, 'causal'],
];

/** `model_type`s whose bare export is known to be of one family when `architectures` doesn't tell. */
const familiesByType: Record<string, FamilyName> = {
  gpt2: 'causal',
  gpt_neo: 'causal',
  opt: 'causal',
  llama: 'causal',
  qwen2: 'causal',
  t5: 'encoder-decoder',
  bart: 'encoder-decoder',
  marian: 'encoder-decoder',
};

/** The family a model belongs to, from its `config.json`. */
export function familyOf(config: FamilyConfig): Family {
  if (config.is_encoder_decoder === true) return families['encoder-decoder'];
  for (const architecture of config.architectures ?? []) {
    for (const [pattern, name] of heads) if (pattern.test(architecture)) return families[name];
  }
  return families[familiesByType[config.model_type ?? ''] ?? 'encoder'];
}

/**
 * Why a family can't do a task, in one sentence that ends with what could; `undefined` when it can.
 * @param modelName how the model is called on screen
 */
export function refusal(family: Family, task: Task, modelName: string): string | undefined {
  if (family.tasks.includes(task)) return undefined;
  const able = Object.values(families)
    .filter((candidate) => candidate.tasks.includes(task))
    .map((candidate) => candidate.name);
  return (
    `"${modelName}" can't ${taskNames[task]}: it ${family.reads}. ` +
    `Choose a ${able.join(' or ')} model for this.`
  );
}
