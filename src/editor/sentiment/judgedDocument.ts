import type * as vscode from 'vscode';
import { meanVerdict, type Verdict } from '../../core/sentiment/verdict';
import { moveSpan, moveSpans } from '../../core/text/changes';
import type { Span } from '../../core/text/span';

/** A sentence where it stands now, with its verdict once it has one. */
export interface Sentence {
  start: number;
  end: number;
  verdict: Verdict | undefined;
}

export type JudgedSentence = Span & Verdict;

/** The sentences of a document, or of a part of it, and what is said of them; follows the document's edits. */
export class JudgedDocument {
  private readonly controller = new AbortController();
  private part: Span | undefined;
  private ofPart: Verdict | undefined;

  /**
   * @param sentences ascend and don't overlap
   * @param part the part that was asked about; without one it is the whole document, which is judged anew as it changes
   */
  constructor(
    readonly document: vscode.TextDocument,
    /** The folder of the model that judges it. */
    readonly model: string,
    private sentences: Sentence[],
    part: Span | undefined,
  ) {
    this.part = part;
    this.isLive = part === undefined;
  }

  /** Whether verdicts are still to come; where not, and some sentences have none, the work on them was ended. */
  isWaiting = false;

  /** Whether its sentences are judged again by themselves when they change. */
  readonly isLive: boolean;

  /** Aborted once nobody looks at it any more. */
  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** How many sentences there are, judged or not. */
  get size(): number {
    return this.sentences.length;
  }

  /** The sentences that have a verdict. */
  judged(): JudgedSentence[] {
    return this.sentences.flatMap(({ start, end, verdict }) => (verdict ? [{ start, end, ...verdict }] : []));
  }

  /** The verdict on all of it: its own where it was judged at once and stands as it was, else the sentences' mean. */
  verdict(): Verdict | undefined {
    return this.ofPart ?? meanVerdict(this.judged());
  }

  /** Whether the verdict is the sentences' mean. */
  get isMean(): boolean {
    return this.ofPart === undefined;
  }

  /** Sets the verdict on the part as a whole, unless it was changed meanwhile. */
  setVerdict(verdict: Verdict): void {
    if (this.part) this.ofPart = verdict;
  }

  /** Moves the sentences; one that was changed is lost, with its verdict. */
  follow(changes: vscode.TextDocumentChangeEvent['contentChanges']): void {
    this.sentences = moveSpans(this.sentences, changes);
    this.part &&= moveSpan(this.part, changes);
    if (!this.part) this.ofPart = undefined;
  }

  abandon(): void {
    this.controller.abort();
  }
}
