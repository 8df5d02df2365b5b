import type * as vscode from 'vscode';
import { paragraphAt } from '../../core/text/paragraph';
import { shiftSpan, type Span } from '../../core/text/span';
import type { Engine } from '../../client/engineClient';
import type { Candidate, FillResult, Priority } from '../../protocol/engine';
import { modelFor } from '../settings';
import type { MaskSpelling } from './maskSpelling';

/** How many candidates of a mask are asked for. */
const asked = 12;

/** How many texts' answers are kept. */
const kept = 50;

/** A mask in a document. */
export interface MaskInDocument {
  /** Where the mask stands. */
  readonly span: Span;
  /** The paragraph around it, which is what the model reads. */
  readonly paragraph: string;
  /** Which of the paragraph's masks it is, and how many there are. */
  readonly index: number;
  readonly count: number;
}

export interface RankedMask {
  readonly candidates: readonly Candidate[];
  readonly model: string;
  /** True when the paragraph is longer than the model's window. */
  readonly truncated: boolean;
}

/** What may stand at the masks of a document: asked when someone looks, and remembered for as long as the text is the same. */
export class MaskCandidates {
  private readonly known = new Map<string, FillResult>();

  /** @param root the extension's own folder */
  constructor(
    private readonly engine: Engine,
    private readonly spelling: MaskSpelling,
    private readonly root: string,
  ) {}

  /** The mask at `offset`, also right behind it. */
  async maskAt(document: vscode.TextDocument, offset: number): Promise<MaskInDocument | undefined> {
    await this.spelling.ready();
    const text = document.getText();
    const region = paragraphAt(text, offset);
    const paragraph = text.slice(region.start, region.end);
    const masks = this.spelling.find(paragraph).map((mask) => shiftSpan(mask, region.start));
    const touching = masks.filter(({ start, end }) => start <= offset && offset <= end);
    // Between two masks that touch, the one that begins there.
    const span = touching.at(-1);
    return span && { span, paragraph, index: masks.indexOf(span), count: masks.length };
  }

  /** What is known of a mask without asking. */
  knownAt({ paragraph, index }: MaskInDocument): RankedMask | undefined {
    const result = this.known.get(this.key(paragraph));
    return result && ranked(result, index);
  }

  /** Ranks what may stand at a mask. Rejects with an `EngineError`, `cancelled` when `token` is. */
  async at(
    { paragraph, index }: MaskInDocument,
    priority: Priority,
    token: vscode.CancellationToken,
  ): Promise<RankedMask> {
    const key = this.key(paragraph);
    let result = this.known.get(key);
    if (!result) {
      const controller = new AbortController();
      if (token.isCancellationRequested) controller.abort();
      const listener = token.onCancellationRequested(() => controller.abort());
      try {
        result = await this.engine.request(
          'fill',
          { model: modelFor('fill', this.root), text: paragraph, top: asked, wordsOnly: true },
          { priority, signal: controller.signal },
        );
      } finally {
        listener.dispose();
      }
    }
    // Used last: behind all others.
    this.known.delete(key);
    this.known.set(key, result);
    const [oldest] = this.known.keys();
    if (this.known.size > kept && oldest !== undefined) this.known.delete(oldest);
    return ranked(result, index);
  }

  private key(paragraph: string): string {
    return `${modelFor('fill', this.root)}\n${paragraph}`;
  }
}

function ranked({ masks, model, truncated }: FillResult, index: number): RankedMask {
  return { candidates: masks[index]?.candidates ?? [], model, truncated };
}
