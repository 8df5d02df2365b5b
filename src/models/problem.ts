import { SaidError, type Message } from '../core/message';

/** What can go wrong with a model on its way to this machine, each with its own message. */
export type ModelProblemCode =
  | 'bad-name'
  | 'offline'
  | 'missing'
  | 'gated'
  | 'token'
  | 'renamed'
  | 'rate-limited'
  | 'hub'
  | 'damaged'
  | 'pointer'
  | 'web-page'
  | 'disk-full'
  | 'busy'
  | 'unusable'
  | 'no-onnx'
  | 'unsafe'
  | 'not-installed';

/** An error with a code; the message is written for the user: what happened, where, what to do. */
export class ModelProblem extends SaidError {
  constructor(
    readonly code: ModelProblemCode,
    said: Message | string,
    readonly details: {
      /** Seconds after which the Hub wants to be asked again. */
      readonly retryAfter?: number;
      /** The repository's new name. */
      readonly newName?: string;
      /** A command of a shell that helps. */
      readonly command?: string;
      readonly cause?: unknown;
    } = {},
  ) {
    super(said, { cause: details.cause });
    this.name = 'ModelProblem';
  }
}
