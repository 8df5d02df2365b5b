import * as vscode from 'vscode';
import { shiftSpan, type Span } from '../../core/text/span';
import type { Priority, Timing } from '../../protocol/engine';
import { Hint } from '../errors';
import { proseIn } from '../prose';
import { JudgedDocument } from './judgedDocument';
import { readSentences } from './readSentences';
import type { SentimentMarks } from './sentimentMarks';
import type { Verdicts } from './verdicts';

/** A part this long is worth asking about as a whole: longer ones don't fit into a model's window of 512 tokens. */
const longestWhole = 10_000;

export interface Job {
  readonly document: vscode.TextDocument;
  /** The folder of the model. */
  readonly model: string;
  /** The part to judge; without one, the whole document, to be judged again by the caller when it changes. */
  readonly part?: Span;
  readonly priority: Priority;
  readonly signal: AbortSignal;
  readonly report?: (done: number, total: number) => void;
}

/**
 * Judges the sentences of a document, and marks them as the verdicts come: those known from before at once, then those
 * in sight, then the others. What was marked stays when it is cancelled.
 * @returns also how long the engine took, `undefined` when it had nothing to do
 */
export async function judge(
  { marks, verdicts }: { marks: SentimentMarks; verdicts: Verdicts },
  { document, model, part, priority, signal, report }: Job,
): Promise<{ judged: JudgedDocument; timing: Timing | undefined }> {
  const { text, spans } = await currentSentences(document, part, signal);
  const offset = part?.start ?? 0;
  const textOf = ({ start, end }: Span): string => text.slice(start, end);
  const sentences = spans.map((span) => ({
    ...shiftSpan(span, offset),
    verdict: verdicts.known(model, textOf(span)),
  }));
  const waiting = sentences
    .map((sentence, index) => ({ sentence, text: textOf(spans[index]!) }))
    .filter(({ sentence }) => !sentence.verdict);
  const judged = new JudgedDocument(document, model, sentences, part);
  const whole = part && text.length <= longestWhole ? text.trim() : undefined;
  const known = whole === undefined ? undefined : verdicts.known(model, whole);
  if (known && !known.isCut) judged.setVerdict(known);
  const first = firstInSight(
    document,
    waiting.map(({ sentence }) => sentence),
  );
  const ordered = [...waiting.slice(first), ...waiting.slice(0, first)];
  const texts = ordered.map((each) => each.text);
  if (whole !== undefined && !known) texts.push(whole);
  judged.isWaiting = texts.length > 0;
  // Live marks are those of the whole document already.
  if (!part || !marks.of(document)?.isLive) marks.show(judged);
  if (texts.length === 0) return { judged, timing: undefined };

  let done = sentences.length - ordered.length;
  try {
    const timing = await verdicts.judge(model, texts, {
      priority,
      signal: AbortSignal.any([signal, judged.signal]),
      onJudged: (index, verdict) => {
        const sentence = ordered[index]?.sentence;
        if (sentence) {
          sentence.verdict = verdict;
          report?.(++done, sentences.length);
        } else if (!verdict.isCut) judged.setVerdict(verdict);
        marks.refresh(judged);
      },
    });
    judged.isWaiting = false;
    marks.flush(judged);
    return { judged, timing };
  } catch (error) {
    judged.isWaiting = false;
    // Where there is nothing to see there is nothing to take away either.
    if (part && judged.verdict() === undefined) marks.forget(judged);
    else marks.refresh(judged);
    throw error;
  }
}

/** The sentences as they are; those of the whole document are read again where an edit came in between. */
async function currentSentences(
  document: vscode.TextDocument,
  part: Span | undefined,
  signal: AbortSignal,
): Promise<{ text: string; spans: Span[] }> {
  for (;;) {
    const { version } = document;
    const prose = proseIn(document).slice(part?.start, part?.end);
    // Someone who asks about nothing but comments gets them judged.
    const text = part && prose.trim() === '' ? document.getText().slice(part.start, part.end) : prose;
    const spans = await readSentences(text, signal);
    if (document.version === version) return { text, spans };
    if (part)
      throw new Hint(vscode.l10n.t('The text was changed meanwhile, so its sentences are not marked.'));
  }
}

/** Index of the first sentence that ends below the top of the editor that shows the document; 0 when none does. */
function firstInSight(document: vscode.TextDocument, sentences: readonly Span[]): number {
  const editor = vscode.window.visibleTextEditors.find((candidate) => candidate.document === document);
  const top = editor?.visibleRanges[0]?.start;
  if (!top) return 0;
  const offset = document.offsetAt(top);
  return Math.max(
    0,
    sentences.findIndex(({ end }) => end > offset),
  );
}
