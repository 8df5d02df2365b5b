import * as vscode from 'vscode';
import { commonMask } from '../../core/text/masks';
import { paragraphAt } from '../../core/text/paragraph';
import { replaced } from '../../core/text/replace';
import { shiftSpan, type Span } from '../../core/text/span';
import type { FillResult } from '../../protocol/engine';
import { FollowedRegion } from '../../views/followedRegion';
import type { Headlight } from '../context';
import { Hint } from '../errors';
import { withProgressOn } from '../progress';
import { maskTokens, modelFor } from '../settings';
import { FillingPreview } from './fillingPreview';
import { pickWord, type FittingWord, type WordGroup } from './pickWord';
import { revealBelowPick } from '../revealBelowPick';
import { writeFillings } from './writeFillings';

/** How many words are asked for; more than are shown, as some don't read as words. */
const asked = 60;

/** A place in a document for which a word is looked for. */
export interface WordPlace {
  readonly editor: vscode.TextEditor;
  /** What the word takes the place of; empty for one that is inserted. */
  readonly span: Span;
  /** What is written with the word, on both sides. */
  readonly before: string;
  readonly after: string;
  /** The word whose own probability is wanted too. */
  readonly weigh?: string;
}

export interface WordChoice {
  readonly title: (model: string) => string;
  readonly placeholder: (result: FillResult) => string;
  readonly groups: (words: readonly FittingWord[]) => WordGroup[];
}

/**
 * Hides what stands at a place behind a mask, ranks the words that would fit, lets the user choose one, previewed in
 * place, and writes it as one undo step.
 */
export async function chooseWordAt(
  { engine, log, root, masks, languageHints }: Headlight,
  place: WordPlace,
  choice: WordChoice,
): Promise<void> {
  const { editor, span, before, after } = place;
  const { document } = editor;
  const whole = document.getText();
  const around = paragraphAt(whole, span.start);
  // The place may be at the end of a line, behind where the paragraph's text ends.
  const paragraph = { start: Math.min(around.start, span.start), end: Math.max(around.end, span.end) };
  const text = whole.slice(paragraph.start, paragraph.end);
  const gap = shiftSpan(span, -paragraph.start);
  const masked = replaced(text, [{ ...gap, text: before + commonMask + after }]);
  await masks.spelling.ready();
  const start = gap.start + before.length;
  const mask = masks.spelling.find(masked).findIndex((other) => other.start === start);

  const region = new FollowedRegion(document, paragraph);
  const preview = new FillingPreview(editor);
  try {
    const result = await withProgressOn(
      engine,
      vscode.l10n.t('Headlight: reading the text'),
      { region, changed: changedMeanwhile },
      (signal) =>
        engine.request(
          'fill',
          {
            model: modelFor('fill', root),
            text: masked,
            top: 1,
            fillings: asked,
            maxTokens: maskTokens(),
            only: mask,
            ...(place.weigh !== undefined && { weigh: { mask, word: place.weigh } }),
          },
          { priority: 'interactive', signal },
        ),
    );
    void languageHints.read('fill', text);
    log.info(`fill: one word, run ${result.timing.runMs.toFixed(0)} ms`);
    const groups = choice.groups(wordsOf(result)).filter(({ words }) => words.length > 0);
    if (groups.length === 0) throw new Hint(vscode.l10n.t('{0} knows no word for this place.', result.model));
    const word = await pickWord({
      title: choice.title(result.model),
      placeholder: choice.placeholder(result),
      groups,
      preview: (focused) => {
        const offset = region.span?.start ?? 0;
        preview.show(focused ? [{ ...gap, text: before + focused.text + after }] : [], offset);
        revealBelowPick(editor, gap.start + offset);
      },
      region,
    });
    preview.show([], 0);
    if (!region.span) throw changedMeanwhile();
    if (word) await writeFillings(editor, region.span, text, [{ ...gap, text: before + word.text + after }]);
  } finally {
    preview.dispose();
    region.dispose();
  }
}

/** What reads as a word, most probable first. */
function wordsOf({ fillings }: FillResult): FittingWord[] {
  return (fillings ?? []).flatMap(({ masks, logprob }) => {
    const text = masks[0]!.text.trim();
    return /^[\p{L}\p{M}\p{N}][\p{L}\p{M}\p{N}'’-]*$/u.test(text)
      ? [{ text, probability: Math.exp(logprob) }]
      : [];
  });
}

function changedMeanwhile(): Hint {
  return new Hint(vscode.l10n.t('The text around the word was changed meanwhile; nothing was written.'));
}
