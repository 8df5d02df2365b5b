import * as vscode from 'vscode';
import { paragraphAt } from '../../core/text/paragraph';
import { replaced, type Replacement } from '../../core/text/replace';
import type { FillResult, Filling } from '../../protocol/engine';
import { FollowedRegion } from '../../views/followedRegion';
import type { Headlight } from '../context';
import { Hint } from '../errors';
import { withProgressOn } from '../progress';
import { maskTokens, modelFor } from '../settings';
import { selectionOrParagraph, type Target } from '../target';
import { tickOff } from '../walkthrough';
import { FillingPreview } from './fillingPreview';
import { pickFilling } from './pickFilling';
import { pickMaskByMask, readAround } from './pickMaskByMask';
import { revealBelowPick } from '../revealBelowPick';
import { editorAsSeen, writeFillings, type SeenMask } from './writeFillings';

const shown = 12;

/**
 * **Fill Mask**: ranks whole fillings of the masks in the selection or paragraph, previews the focused one in place,
 * and writes the chosen one in one edit. Several masks can also be chosen for one after the other.
 */
export async function fillMask(headlight: Headlight): Promise<void> {
  await fillMasksOf(headlight, selectionOrParagraph(vscode.l10n.t('fill its masks')));
}

/** The command behind the link in the hover of one of several masks. */
export const fillMasksAroundCommand = 'headlight.fillMasksAround';

/** **Fill Mask** of the paragraph around a mask that was hovered over, wherever the cursor is. */
export async function fillMasksAround(headlight: Headlight, ...seen: SeenMask): Promise<void> {
  const editor = editorAsSeen(seen);
  const { document } = editor;
  const text = document.getText();
  const span = paragraphAt(text, seen[2].start);
  await fillMasksOf(headlight, { editor, document, span, text: text.slice(span.start, span.end) });
}

async function fillMasksOf(headlight: Headlight, target: Target): Promise<void> {
  const { engine, log, root, languageHints } = headlight;
  const model = modelFor('fill', root);
  const region = new FollowedRegion(target.document, target.span);
  const preview = new FillingPreview(target.editor);
  const show = (replacements: readonly Replacement[]): void => {
    const offset = region.span?.start ?? 0;
    preview.show(replacements, offset);
    const last = replacements.at(-1);
    if (last) revealBelowPick(target.editor, last.start + offset);
  };
  try {
    const result = await withProgressOn(
      engine,
      vscode.l10n.t('Headlight: reading the text'),
      { region, changed: changedMeanwhile },
      (signal, report) =>
        engine.request(
          'fill',
          {
            model,
            text: target.text,
            top: 1,
            fillings: shown,
            maxTokens: maskTokens(),
          },
          {
            priority: 'interactive',
            signal,
            onPartial: ({ done, total }) => report(vscode.l10n.t('step {0} of {1}', done, total)),
          },
        ),
    );
    const { masks, timing } = result;
    void languageHints.read('fill', target.text);
    tickOff('look');
    log.info(
      `fill: ${masks.length} masks, load ${timing.loadMs.toFixed(0)} ms, run ${timing.runMs.toFixed(0)} ms`,
    );
    const title = vscode.l10n.t('Fill Mask with {0}', result.model);
    const filling = await pickFilling({
      title,
      placeholder: placeholder(result),
      fillings: result.fillings ?? [],
      preview: (focused) => show(focused ? replacementsOf(masks, focused) : []),
      region,
    });
    let chosen: readonly Replacement[] | undefined;
    if (filling === 'one by one')
      chosen = await pickMaskByMask({
        title,
        masks,
        candidatesAfter: async (chosen, signal) => {
          const text = replaced(target.text, chosen);
          const { fillings, truncated } = await engine.request(
            'fill',
            { model, text, top: 1, fillings: shown, maxTokens: maskTokens(), only: 0 },
            { priority: 'interactive', signal },
          );
          const words = (fillings ?? []).map((each) => ({
            text: each.masks[0]!.text,
            probability: Math.exp(each.logprob),
          }));
          return { words, truncated };
        },
        preview: show,
        region,
      });
    else if (filling) chosen = replacementsOf(masks, filling);
    preview.show([], 0);
    if (!region.span) throw changedMeanwhile();
    if (chosen) await writeFillings(target.editor, region.span, target.text, chosen);
  } finally {
    preview.dispose();
    region.dispose();
  }
}

function replacementsOf(masks: FillResult['masks'], filling: Filling): Replacement[] {
  return masks.map(({ start, end }, index) => ({ start, end, text: filling.masks[index]?.text ?? '' }));
}

function placeholder({ masks, truncated }: FillResult): string {
  const { t } = vscode.l10n;
  const what =
    masks.length === 1
      ? t('Choose what stands at the mask')
      : t('Choose what stands at the {0} masks together', masks.length);
  return truncated ? `${what} · ${readAround()}` : what;
}

function changedMeanwhile(): Hint {
  return new Hint(vscode.l10n.t('The text with the mask was changed meanwhile; nothing was written.'));
}
