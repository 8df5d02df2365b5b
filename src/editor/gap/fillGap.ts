import * as vscode from 'vscode';
import { askedPlace, type AskedPlace } from '../../core/comparison/place';
import { english, saidOf } from '../../core/message';
import { spacesAround } from '../../core/text/insertion';
import { commonMask } from '../../core/text/masks';
import { paragraphAt, trimmed } from '../../core/text/paragraph';
import { replaced } from '../../core/text/replace';
import { shiftSpan, type Span } from '../../core/text/span';
import { FollowedRegion } from '../../views/followedRegion';
import type { Headlight } from '../context';
import { Hint, isCancellation } from '../errors';
import { FillingPreview } from '../masks/fillingPreview';
import { pickWord, type FittingWord, type WordGroup } from '../masks/pickWord';
import { revealBelowPick } from '../revealBelowPick';
import { writeFillings } from '../masks/writeFillings';
import { modelForTask } from '../models/taskModel';
import { withProgressOn } from '../progress';
import { modelFor } from '../settings';
import { activeEditor } from '../target';

const SHOWN = 8;

/**
 * **Fill a Gap**: ranks what one or several words an encoder-decoder would write at a mask, at the cursor or in place
 * of the selection, beside the masked model's answers of one token; the chosen one is written as one undo step.
 */
export async function fillGap(headlight: Headlight): Promise<void> {
  const editor = activeEditor();
  const { document } = editor;
  const { region, text, place } = gapIn(editor);
  const model = await modelForTask(headlight, 'infill');
  if (model === undefined) return;
  const isInserted = place.start === place.end;
  const { before, after } = isInserted ? spacesAround(text, place.start) : { before: '', after: '' };
  const masked = replaced(text, [{ ...place, text: before + commonMask + after }]);
  const followed = new FollowedRegion(document, region);
  const preview = new FillingPreview(editor);
  const replacement = (word: FittingWord) => [{ ...place, text: before + word.text + after }];
  try {
    const groups = await withProgressOn(
      headlight.engine,
      vscode.l10n.t('Headlight: filling the gap'),
      { region: followed, changed: changedMeanwhile },
      (signal) => rank(headlight, model, { text: masked, start: place.start + before.length }, signal),
    );
    const word = await pickWord({
      title: vscode.l10n.t('Fill the gap'),
      placeholder: vscode.l10n.t('Choose what stands in the gap'),
      groups,
      preview: (focused) => {
        const offset = followed.span?.start ?? 0;
        preview.show(focused ? replacement(focused) : [], offset);
        revealBelowPick(editor, place.start + offset);
      },
      region: followed,
    });
    preview.show([], 0);
    if (!followed.span) throw changedMeanwhile();
    if (word) await writeFillings(editor, followed.span, text, replacement(word));
  } finally {
    preview.dispose();
    followed.dispose();
  }
}

/** The selected words in their paragraph, else the mask or the gap that `askedPlace` finds. */
function gapIn({ document, selection }: vscode.TextEditor): AskedPlace {
  const whole = document.getText();
  const span = { start: document.offsetAt(selection.start), end: document.offsetAt(selection.end) };
  const asked = askedPlace(whole, span);
  if (!asked) throw new Hint(vscode.l10n.t('There is no text here that could have a gap.'));
  const selected = trimmed(whole, span);
  const words = whole.slice(selected.start, selected.end);
  if (!/\s/.test(words) || asked.place.start < asked.place.end) return asked;
  const region = paragraphAt(whole, selected.start);
  if (selected.end > region.end)
    throw new Hint(
      vscode.l10n.t('Select words of one paragraph: a gap is filled from what stands around it.'),
    );
  return {
    region,
    text: whole.slice(region.start, region.end),
    place: shiftSpan(selected, -region.start),
  };
}

/** A text with a mask in it, and where that mask stands; there may be others. */
interface MaskedText {
  readonly text: string;
  readonly start: number;
}

/** What both kinds of model would write, each under its own heading. */
async function rank(
  { engine, log, root }: Headlight,
  model: string,
  { text, start }: MaskedText,
  signal: AbortSignal,
): Promise<WordGroup[]> {
  const { t } = vscode.l10n;
  const options = { priority: 'interactive' as const, signal };
  const several = await engine.request('infill', { model, text, top: SHOWN }, options);
  log.info(`gap: load ${several.timing.loadMs.toFixed(0)} ms, run ${several.timing.runMs.toFixed(0)} ms`);
  const groups = [
    {
      heading: t('{0}: one or several words', several.model),
      words: at(several.gaps, start)?.candidates ?? [],
    },
  ];
  try {
    const one = await engine.request('fill', { model: modelFor('fill', root), text, top: SHOWN }, options);
    groups.push({ heading: t('{0}: one token', one.model), words: at(one.masks, start)?.candidates ?? [] });
  } catch (error) {
    // The gap can be filled without the other kind of answer.
    if (isCancellation(error)) throw error;
    log.warn(`gap: ${english(saidOf(error))}`);
  }
  return groups.filter(({ words }) => words.length > 0);
}

function at<T extends Span>(spans: readonly T[], start: number): T | undefined {
  return spans.find((span) => span.start === start);
}

function changedMeanwhile(): Hint {
  return new Hint(vscode.l10n.t('The text around the gap was changed meanwhile; nothing was written.'));
}
