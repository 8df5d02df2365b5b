/** What is said of a model family: how it sees a text, and which tasks it can do. */
import { say, type Message } from '../message';

/** What a caller can ask of a model. */
export type Task =
  | 'continue'
  | 'fill'
  | 'sentiment'
  | 'attention'
  | 'score'
  | 'predict'
  | 'answer'
  | 'nextSentence'
  | 'rewrite'
  | 'infill';

/** The name of each task as it reads in a sentence. */
export const taskNames: Record<Task, Message> = {
  continue: say`continue text`,
  fill: say`fill masks`,
  sentiment: say`judge sentiment`,
  attention: say`show attention`,
  score: say`score text`,
  predict: say`predict the word at a place`,
  answer: say`answer questions from a text`,
  nextSentence: say`judge whether one sentence follows another`,
  rewrite: say`rewrite text`,
  infill: say`fill a gap with several words`,
};

/** The attention mask of a family, in a reader's words. */
export type Sight = 'left' | 'both' | 'reads-both-writes-left';

export type FamilyName =
  'causal' | 'masked' | 'classifier' | 'question-answering' | 'next-sentence' | 'encoder-decoder' | 'encoder';

export interface Family {
  readonly name: FamilyName;
  readonly sees: Sight;
  readonly tasks: readonly Task[];
  /** Tasks that some of its models have a head for and others lack: the graph's outputs tell. */
  readonly tasksByHead?: readonly Task[];
  /** One sentence on how the family reads, used when a task is refused. */
  readonly reads: Message;
}

/** The fields of `config.json` that decide the family; all others are ignored. */
export interface FamilyConfig {
  readonly model_type?: string;
  readonly architectures?: readonly string[] | null;
  readonly is_encoder_decoder?: boolean;
}

/** The name of each family as it reads before "model". */
export const familyNames: Record<FamilyName, Message> = {
  causal: say`causal`,
  masked: say`masked`,
  classifier: say`classifier`,
  'question-answering': say`question-answering`,
  'next-sentence': say`next-sentence`,
  'encoder-decoder': say`encoder-decoder`,
  encoder: say`encoder`,
};

/** A family with what its models are known by. */
export interface FamilyDescription extends Family {
  /** Hugging Face's class names, as `architectures` in `config.json` has them. */
  readonly architectures: RegExp;
  /** `model_type`s that are of this family when `architectures` doesn't tell. */
  readonly types: readonly string[];
  /** What a model of the family can do more or less than most, by its config. */
  readonly differs?: (config: FamilyConfig) => Partial<Pick<Family, 'tasks' | 'reads'>> | undefined;
}
