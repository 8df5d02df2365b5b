/**
 * The conversation between the editor and the engine process, as types. Messages travel over the IPC channel of
 * a forked child with `serialization: 'advanced'`, so typed arrays arrive as typed arrays.
 */
import type { HeadClass } from '../core/attention/classes';
import type { Groups, Shaping } from '../core/attention/grouping';
import type { MeasureName } from '../core/attention/measures';
import type { Combine, HeadIndex } from '../core/attention/shaped';
import type { ThumbnailSize } from '../core/attention/thumbnails';
import type { Extent } from '../core/completion/extent';
import type { FamilyName, Task } from '../core/families';
import type { RequestedGeneration } from '../core/decoding/options';
import { SaidError, type Message } from '../core/message';
import type { Verdict } from '../core/sentiment/verdict';
import type { Span } from '../core/text/span';
import type { Token } from '../core/text/token';

export type { Verdict };

/** How urgent a request is: typing goes before what a user waits for, which goes before long jobs. */
export type Priority = 'typing' | 'interactive' | 'background';

/**
 * Sampling and search parameters, named as in Hugging Face's `generation_config.json`. What is left out comes from
 * the model's own file.
 */
export type GenerationParameters = RequestedGeneration;

export interface Timing {
  /** Milliseconds spent opening the model, 0 when it was open. */
  loadMs: number;
  /** Milliseconds from the opened model to the result. */
  runMs: number;
}

export interface ContinueTiming {
  loadMs: number;
  /** Milliseconds spent reading the prompt. */
  prefillMs: number;
  /** Milliseconds spent on the tokens after the first. */
  decodeMs: number;
  /** Tokens written per second of decoding; 0 when fewer than two were written. */
  tokensPerSecond: number;
}

export interface ContinueParams {
  /** Absolute path of the model's folder. */
  model: string;
  /** The prompt; the model continues it. */
  text: string;
  options?: GenerationParameters;
  /**
   * Whether to guess ahead from the text's own repetitions where that can't change the result; default true.
   */
  speculate?: boolean;
}

export interface ChoicesParams {
  /** Absolute path of the model's folder. */
  model: string;
  /** The prompt; the model continues it several times. */
  text: string;
  /** How many continuations, at least 1. */
  count: number;
  /** Continuation i is sampled with the seed `seed + i`. Beam search isn't for choices. */
  options?: GenerationParameters;
}

export interface Choice {
  text: string;
  tokens: GeneratedToken[];
  finish: Finish;
}

export interface ChoicesResult {
  model: string;
  prompt: string;
  choices: Choice[];
  /** True when the prompt was longer than the model's window and only its end was read. */
  truncated: boolean;
  /** Tokens per second are those of all choices together. */
  timing: ContinueTiming;
}

export interface RewritePartial {
  /** New text since the last partial, whole characters only. */
  text: string;
}

export interface ContinuePartial extends RewritePartial {
  /** How many tokens were written so far, with those that have no whole character yet. */
  tokens: number;
}

/** Why generation ended: an end-of-text token, the limit, a stop string. */
export type Finish = 'eos' | 'length' | 'stop';

export interface GeneratedToken {
  id: number;
  text: string;
  /** Natural logarithm of the model's own probability, before temperature and other processors. */
  logprob: number;
}

export interface ContinueResult {
  model: string;
  prompt: string;
  text: string;
  tokens: GeneratedToken[];
  finish: Finish;
  /** True when the prompt was longer than the model's window and only its end was read. */
  truncated: boolean;
  timing: ContinueTiming;
}

export interface CompleteParams {
  /** Absolute path of the model's folder. */
  model: string;
  /** The text before the place; its last word may be unfinished. */
  text: string;
  /** How many completions, at least 1. Each begins with another token, the most probable first. */
  count: number;
  /** Tokens a completion, at most. */
  maxNewTokens: number;
  extent: Extent;
  /** Milliseconds of writing after which a completion ends with the word it is in. */
  budgetMs: number;
  /** A completion whose first word is less probable than this, in (0, 1], is empty; without it, each is written. */
  leastProbability?: number;
}

/** A token of a completion. Its span is of the completion's text; that of one begun in the prompt is cut short. */
export interface CompletionToken extends GeneratedToken, Span {}

export interface Completion {
  /** What goes behind the prompt: the rest of its last word first. */
  text: string;
  tokens: CompletionToken[];
  finish: Finish;
}

/** What a single completion has come to so far. */
export interface CompletePartial {
  text: string;
  tokens: CompletionToken[];
}

export interface CompleteResult {
  model: string;
  completions: Completion[];
  /** Tokens of the prompt, and how many of them had to be read as they weren't known from a request before. */
  promptTokens: number;
  readTokens: number;
  timing: ContinueTiming;
}

export interface FillParams {
  model: string;
  /** Text with one or more of the model's mask tokens; `[MASK]` is understood for every masked model. */
  text: string;
  /** How many candidates a mask; default 10. */
  top?: number;
  /**
   * Leaves out of the candidates what can't be written as it is read: special tokens, white space, parts of characters,
   * and pieces of words where a word begins; default false. Fillings never have them.
   */
  wordsOnly?: boolean;
  /** How many fillings of all masks together; default 0, as they take more runs. */
  fillings?: number;
  /** Up to how many tokens one mask may stand for in these fillings; default 1. */
  maxTokens?: number;
  /** The index of the one mask that is filled in these fillings, the others staying hidden; default all of them. */
  only?: number;
  /** A word whose own probability at the mask with this index is wanted. */
  weigh?: { mask: number; word: string };
}

export interface Candidate {
  id: number;
  text: string;
  /** Softmax over the whole vocabulary, in [0, 1]. */
  probability: number;
}

export interface MaskCandidates extends Span {
  candidates: Candidate[];
}

/** What one mask is filled with: one word, which may be several tokens. */
export interface FilledMask {
  /** As it would be written in the mask's place. */
  text: string;
  /** Each token's log probability is that of the moment when it was filled, some others being so already. */
  tokens: GeneratedToken[];
}

/** All masks of a text filled, or the one that was asked for. */
export interface Filling {
  /** One a filled mask, in the order of the text. */
  masks: FilledMask[];
  /** Natural logarithm of the joint probability, in the order of filling in which it is highest. */
  logprob: number;
}

export interface WeighedWord {
  /** Natural logarithm of the word's probability at the mask; the joint one of its tokens where it has several. */
  logprob: number;
  /** Its place among all tokens of the vocabulary, from 1; null for a word of several tokens. */
  rank: number | null;
}

/** Of whole fillings: steps made so far, and in all, or at most while that isn't known. */
export interface FillPartial {
  done: number;
  total: number;
}

export interface FillResult {
  model: string;
  masks: MaskCandidates[];
  /** Most probable first; only when they were asked for. */
  fillings?: Filling[];
  weighed?: WeighedWord;
  /** True when the text was longer than the model's window and only what stands around the masks was read. */
  truncated: boolean;
  timing: Timing;
}

export interface SentimentParams {
  model: string;
  text: string;
}

export interface SentenceVerdict extends Span, Verdict {}

export interface SentimentPartial {
  /** Sentences judged so far and in all. */
  done: number;
  total: number;
}

export interface SentimentResult extends Verdict {
  model: string;
  sentences: SentenceVerdict[];
  timing: Timing;
}

export interface ClassifyParams {
  model: string;
  /** Each is judged for itself. */
  texts: readonly string[];
}

export interface ClassifyPartial {
  /** Some of the texts' verdicts, by the texts' indices; each comes once. */
  judged: { index: number; verdict: Verdict }[];
}

export interface ClassifyResult {
  model: string;
  /** One a text. */
  verdicts: Verdict[];
  timing: Timing;
}

export interface TippingWordsParams {
  model: string;
  text: string;
}

export interface TippingWord extends Span {
  /** Probability of the text's label less the one without this word, in [-1, 1]. */
  effect: number;
}

export interface TippingWordsResult {
  model: string;
  /** The text's label. */
  label: string;
  /** Every word, in the text's order; of a long text the first ones. */
  words: TippingWord[];
  /** True when the text has more words than were left out. */
  isPartial?: true;
  timing: Timing;
}

export interface ScoreParams {
  model: string;
  text: string;
  /** How many of the most probable tokens are wanted for each place; default 0. */
  top?: number;
  /**
   * For a masked model: how many tokens of a long text it reads at once, at least 16; default, and at most, what its
   * window holds. Every token is a run of its own, so that the time of a long text goes with this number.
   */
  window?: number;
}

export interface ScoredToken extends Token {
  /** Natural logarithm of the token's probability given its context; null where it has none. */
  logprob: number | null;
  /** What was most probable in its place, best first, when it was asked for; none where `logprob` is null. */
  expected?: Candidate[];
}

export interface ScorePartial {
  /** Tokens scored so far and in all. */
  done: number;
  total: number;
}

export interface ScoreResult {
  model: string;
  tokens: Omit<ScoredToken, 'special'>[];
  /** Sum of the log probabilities. */
  sum: number;
  timing: Timing;
}

/**
 * Which of a model's attentions: of a text to itself, or of an encoder-decoder's encoder, its decoder to what it has
 * written, its decoder to the encoder's text.
 */
export type AttentionPart = 'self' | 'encoder' | 'decoder' | 'cross';

export interface AttentionParams {
  /**
   * Under which the engine is to hold them, from 1 on; by default it says under which. Who names it can close it
   * whatever comes: also when it stops asking at the moment at which the engine answers.
   */
  handle?: number;
  model: string;
  text: string;
  /** Which window of a text that is longer than the model takes, counted from 0. */
  window?: number;
  /** Instead of its number: a UTF-16 offset; the window is taken in which it stands best. */
  at?: number;
  /** Default: the first of the model's parts. */
  part?: AttentionPart;
  /** What an encoder-decoder has written from the text; by default it writes it now. */
  target?: string;
}

/** The part of a text that was read at once. */
export interface AttentionWindow extends Span {
  /** Counted from 0. */
  index: number;
  /** 1 where the model takes the whole text. Windows overlap. */
  count: number;
}

/** Pictures of all heads. */
export interface HeadPictures {
  /** Of each row, the indices of the tokens that it shows: one, or those of a word. */
  queries: Groups;
  /** Of each column likewise, in `keyTokens`. */
  keys: Groups;
  /** Sides of a thumbnail in cells: a cell a row or column, at most 64. */
  thumbnailRows: number;
  thumbnailColumns: number;
  /**
   * One thumbnail a head, [layers, heads, rows, columns]: the maximum of each cell's attentions, as
   * `round(255 * sqrt(p))`. The square root keeps small probabilities apart: uniform attention over 512 tokens is
   * below half a linear step.
   */
  thumbnails: Uint8Array;
}

/**
 * A text's attentions, held by the engine under `handle` until they are closed, so that only what is looked at
 * travels. Its pictures are unshaped: a row a token.
 */
export interface AttentionResult extends HeadPictures {
  model: string;
  handle: number;
  part: AttentionPart;
  /** All that the model has. */
  parts: AttentionPart[];
  /** The queries, with their spans in the text (of the decoder's parts: in `target`). */
  tokens: Token[];
  /** The keys: the same tokens, but for cross-attention, where they are the encoder's, with spans in the text. */
  keyTokens: Token[];
  /** What an encoder-decoder has written, of its decoder's parts. */
  target?: string;
  layers: number;
  heads: number;
  /** True when a query sees only what stands to its left. */
  causal: boolean;
  window: AttentionWindow;
  timing: Timing;
}

/** Names attentions that the engine holds, and how they are to be shown. */
export interface ShapedParams {
  handle: number;
  /** Default: as the model computed them. */
  shaping?: Shaping;
}

/** What a matrix is made of: heads put together, or the rollout up to a layer (see `attentionRollout`). */
export type AttentionSource =
  { kind: 'heads'; heads: HeadIndex[]; combine: Combine } | { kind: 'rollout'; layer: number };

export interface AttentionMatrixParams extends ShapedParams {
  source: AttentionSource;
}

export interface AttentionMatrixResult {
  /** [queries, keys]: row i is what query i attends to; rows sum to 1. */
  weights: Float32Array;
}

export interface AttentionMapResult {
  /** The same as a picture: [queries, keys] as `round(255 * sqrt(p))`. */
  cells: Uint8Array;
}

export interface AttentionLinesParams extends AttentionMatrixParams {
  /** The row that is wanted, of the queries as they are shown. */
  query?: number;
  /** The column that is wanted, of the keys as they are shown. */
  key?: number;
}

/** Exact values of one row and one column of a matrix, without the rest of it. */
export interface AttentionLinesResult {
  /** [keys], what `query` attends to. */
  row?: Float32Array;
  /** [queries], by which `key` is attended to. */
  column?: Float32Array;
  /** How much of the row's attention is left beside the tokens that are taken out, in [0, 1]; mean of the heads. */
  left?: number;
}

/**
 * [layers * heads] by measure (see core/attention/measures); NaN where a measure has no meaning, as `duplicate` in a
 * text that doesn't repeat itself. Those of the spread are of the matrices as they are shown; `sink`, `special`,
 * `punctuation`, `duplicate` and `induction` are always of the attention as the model computed it.
 */
export interface AttentionMeasuresResult {
  measures: Record<MeasureName, Float32Array>;
}

export interface AttentionRolloutResult extends ThumbnailSize {
  /** One thumbnail a layer, [layers, rows, columns]; see {@link HeadPictures}. */
  thumbnails: Uint8Array;
}

export interface HeadClassesParams {
  model: string;
  /** Of an encoder-decoder: its encoder's heads, the default, or its decoder's; cross-attention has no classes. */
  part?: AttentionPart;
}

export interface HeadClassesResult {
  layers: number;
  heads: number;
  /** [layers * heads], seen from a random sequence of tokens that is read twice; kept with the model. */
  classes: HeadClass[];
  /** How many tokens the sequence has. */
  period: number;
}

export interface AttentionTokenParams {
  handle: number;
  /** Index in `tokens`. */
  token: number;
}

/**
 * What a model's output is about: the token after the one in question, the token in its place, or the label of the
 * whole text.
 */
export type Predicted = 'next' | 'here' | 'label';

export interface PredictionsResult {
  predicted: Predicted;
  /** The most probable first. Of labels, `text` is the label's name. */
  candidates: Candidate[];
  /** What stands there in the text; null for a label, for a mask, and behind the last token. */
  actual: Candidate | null;
}

export interface OcclusionPartial {
  /** Tokens hidden so far, and in all. */
  done: number;
  total: number;
  /** As in {@link OcclusionResult}, as far as it is known. */
  importance: Float32Array;
}

export interface OcclusionResult {
  predicted: Predicted;
  /** The output whose probability is watched: what stands there in the text, else the most probable. */
  target: Candidate;
  /**
   * [keyTokens], by how much the natural logarithm of the target's probability falls when a token is hidden: above 0 the
   * token speaks for it, below 0 against it. NaN where a token isn't hidden: special ones, the token in question of
   * a masked model, and what a causal model doesn't see.
   */
  importance: Float32Array;
  timing: Timing;
}

export interface PredictParams {
  model: string;
  text: string;
  /**
   * UTF-16 offset of the place. Without `end`, the word that stands there is hidden; where none begins or stands,
   * nothing is hidden and a word is predicted between what stands on both sides.
   */
  position: number;
  /** End of what is hidden, at least `position`. */
  end?: number;
  /** How many predictions; default 5. */
  top?: number;
}

/** A token as a model reads the text, with whether it is seen when the place is predicted. */
export interface SeenToken extends Span {
  text: string;
  seen: boolean;
}

export interface Prediction {
  /** What would be written at the place, without the space that stands before it. */
  text: string;
  /** In [0, 1]; of a model that writes several tokens for a gap, of all of them together. */
  probability: number;
}

/** What a model predicts at a place, and what of the text it sees there. */
export interface PredictResult {
  model: string;
  family: FamilyName;
  /** What is predicted: the hidden word, or an empty span between two. */
  hidden: Span;
  /** The parts of the text that the model sees, in order. */
  sees: Span[];
  /** The whole text in the model's own tokens; what is hidden is one of them unless it is empty. */
  tokens: SeenToken[];
  predictions: Prediction[];
  timing: Timing;
  /** Bytes by which the engine's resident memory grew when the model was opened, at least those of its weights. */
  memoryBytes: number;
}

export interface NextSentenceParams {
  model: string;
  /** Passages that follow each other, two by two. */
  pairs: readonly { first: string; second: string }[];
}

export interface NextSentencePartial {
  /** Pairs judged so far and in all. */
  done: number;
  total: number;
}

export interface NextSentenceResult {
  model: string;
  /**
   * What the head was trained to tell: whether the second follows the first in one text (BERT), or whether two that
   * belong together stand in the right order (ALBERT).
   */
  head: 'next-sentence' | 'sentence-order';
  /** For each pair the probability that the second follows the first. */
  isNext: number[];
  timing: Timing;
}

export interface AnswerParams {
  model: string;
  question: string;
  /** The text that the answer is looked for in. */
  text: string;
  /** How many answers; default 5. */
  top?: number;
  /**
   * Whether "there is no answer" may win. By default, where the model was trained for it: its name or its card's
   * data sets name SQuAD 2.
   */
  noAnswer?: boolean;
}

export interface AnswerPartial {
  /** Windows of the text read so far and in all. */
  done: number;
  total: number;
}

export interface Answer extends Span {
  text: string;
  /** Probability of its first token times that of its last, over all windows of the text; in [0, 1]. */
  score: number;
}

export interface AnswerResult {
  model: string;
  /** The best first; they don't overlap. */
  answers: Answer[];
  /** The score of "there is no answer", to be held against that of the first; null for a model that can't tell. */
  noAnswer: number | null;
  timing: Timing;
}

export interface RewriteParams {
  model: string;
  /** What is rewritten; what is longer than the model's window is cut at its end. */
  text: string;
  /** One of the model's tasks, as `InspectResult.rewrites` names them; by default the text is read as it is. */
  task?: string;
  options?: GenerationParameters;
}

/** As of a continuation: `prompt` is the text as the model read it, with what its task puts before it. */
export type RewriteResult = ContinueResult;

export interface InfillParams {
  model: string;
  /** Text with one or more gaps: the model's own mask or `[MASK]`. */
  text: string;
  /** How many fillings a gap; default 5. */
  top?: number;
  /** Most tokens of a filling; default 12. */
  maxNewTokens?: number;
}

export interface InfillResult {
  model: string;
  /** Each gap ranked for itself, the others still open. */
  gaps: (Span & { candidates: Prediction[] })[];
  timing: Timing;
}

export interface ModelStatus {
  model: string;
  file: string;
  /** Absolute path of the model's folder. */
  folder: string;
  /** Bytes by which the engine's resident memory grew when the model was opened, at least those of its weights. */
  memory: number;
}

export interface InspectParams {
  /** Absolute path of a model's folder, or of a .onnx file in it. */
  model: string;
}

/** What a model is, as far as its files tell without opening it. */
export interface InspectResult {
  model: string;
  /** The .onnx file, relative to the model's folder. */
  file: string;
  family: FamilyName;
  /** What it can do, with the heads that this file has. */
  tasks: Task[];
  /** Names of what an encoder-decoder was trained to do with a text that it is told (T5); empty for others. */
  rewrites: string[];
  /** Most tokens that it can read at once. */
  window: number;
  parameters: number;
  /** Whether the attention of its heads can be shown. */
  attention: boolean;
  noAttentionReason?: Message;
  /** Bytes of its weights in another layout, which Headlight keeps on disk to run faster; absent for none. */
  laidOutBytes?: number;
}

export interface StatusResult {
  /** Process id of the engine. */
  pid: number;
  /** Resident memory of the engine process in bytes. */
  rss: number;
  /** Processor time that the engine has used so far, in milliseconds. */
  cpuMs: number;
  models: ModelStatus[];
}

/** Every request: what is asked, what comes in between, what comes at the end. */
export interface EngineMethods {
  continue: { params: ContinueParams; partial: ContinuePartial; result: ContinueResult };
  choices: { params: ChoicesParams; partial: never; result: ChoicesResult };
  complete: { params: CompleteParams; partial: CompletePartial; result: CompleteResult };
  fill: { params: FillParams; partial: FillPartial; result: FillResult };
  sentiment: { params: SentimentParams; partial: SentimentPartial; result: SentimentResult };
  predict: { params: PredictParams; partial: never; result: PredictResult };
  nextSentence: { params: NextSentenceParams; partial: NextSentencePartial; result: NextSentenceResult };
  classify: { params: ClassifyParams; partial: ClassifyPartial; result: ClassifyResult };
  tippingWords: { params: TippingWordsParams; partial: never; result: TippingWordsResult };
  rewrite: { params: RewriteParams; partial: RewritePartial; result: RewriteResult };
  infill: { params: InfillParams; partial: never; result: InfillResult };
  score: { params: ScoreParams; partial: ScorePartial; result: ScoreResult };
  answer: { params: AnswerParams; partial: AnswerPartial; result: AnswerResult };
  attention: { params: AttentionParams; partial: never; result: AttentionResult };
  /** Pictures of all heads, shaped. */
  attentionPictures: { params: ShapedParams; partial: never; result: HeadPictures };
  attentionMeasures: { params: ShapedParams; partial: never; result: AttentionMeasuresResult };
  /** Computes the rollout, of a text's attention to itself; a source of the following from then on. */
  attentionRollout: { params: ShapedParams; partial: never; result: AttentionRolloutResult };
  attentionMap: { params: AttentionMatrixParams; partial: never; result: AttentionMapResult };
  attentionMatrix: { params: AttentionMatrixParams; partial: never; result: AttentionMatrixResult };
  attentionLines: { params: AttentionLinesParams; partial: never; result: AttentionLinesResult };
  /** What kind of head each is; doesn't depend on a text. */
  headClasses: { params: HeadClassesParams; partial: never; result: HeadClassesResult };
  /** What the model predicts at a token of a held text. */
  predictions: {
    params: AttentionTokenParams & { top?: number };
    partial: never;
    result: PredictionsResult;
  };
  /** What the output loses when a token of a held text is hidden, for each token. */
  occlusion: { params: AttentionTokenParams; partial: OcclusionPartial; result: OcclusionResult };
  closeAttention: { params: { handle: number }; partial: never; result: Record<string, never> };
  unload: { params: Record<string, never>; partial: never; result: { closed: string[] } };
  inspect: { params: InspectParams; partial: never; result: InspectResult };
  status: { params: Record<string, never>; partial: never; result: StatusResult };
}

export type EngineMethod = keyof EngineMethods;
export type Params<M extends EngineMethod> = EngineMethods[M]['params'];
export type PartialOf<M extends EngineMethod> = EngineMethods[M]['partial'];
export type Result<M extends EngineMethod> = EngineMethods[M]['result'];

export type EngineErrorCode =
  | 'cancelled'
  /** The model's family can't do the task; the message says why and which can. */
  | 'unsupported'
  /** The folder or a file in it is missing or can't be read as what it should be. */
  | 'model'
  /** An option is out of its range; the message names it. */
  | 'option'
  /** The text can't be worked on: it has no mask, or is empty. */
  | 'input'
  /** The engine no longer holds what a handle names: it has to be made again. */
  | 'gone'
  /** The exported graph has no attention probabilities to show. */
  | 'no-attention'
  /** The model doesn't fit into the memory that Headlight may use, or there is none left. */
  | 'memory'
  /** No ONNX Runtime for this platform. */
  | 'platform'
  /** The engine process ended by itself, or with its window. */
  | 'stopped'
  /** The engine process was ended so that a new one takes its place: nothing has failed, and it may be asked again. */
  | 'restarted'
  | 'internal';

export interface EngineErrorData {
  code: EngineErrorCode;
  said: Message | string;
  /** For the log: the stack of an unexpected error. */
  detail?: string;
  /** What the model can't do, of `unsupported`. */
  task?: Task;
}

/** An error with a code; the message is written for the user: what happened, where, what to do. */
export class EngineError extends SaidError {
  constructor(
    readonly code: EngineErrorCode,
    said: Message | string,
    readonly detail?: string,
    /** What the model can't do, of `unsupported`. */
    readonly task?: Task,
  ) {
    super(said);
    this.name = 'EngineError';
  }
}

export type ToEngine =
  | {
      type: 'request';
      id: number;
      method: EngineMethod;
      params: Params<EngineMethod>;
      priority: Priority;
    }
  | { type: 'cancel'; id: number };

/** What the engine is doing now, for the status bar. */
export interface EngineActivity {
  kind: 'loading' | 'running';
  /** The model's name, as on screen. */
  model: string;
}

export type FromEngine =
  | { type: 'ready' }
  /** The request `id` has the processor now, until it has ended or another one gets it. */
  | { type: 'turn'; id: number }
  | { type: 'partial'; id: number; value: unknown }
  | { type: 'result'; id: number; value: unknown }
  | { type: 'error'; id: number; error: EngineErrorData }
  /** `null` when idle. */
  | { type: 'activity'; activity: EngineActivity | null };
