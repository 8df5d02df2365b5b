import * as vscode from 'vscode';
import { joinOn } from '../core/completion/prompt';
import { samplingChoices, type SamplingName } from '../core/decoding/samplingChoices';
import type { Choice } from '../protocol/engine';
import { FollowedRegion } from '../views/followedRegion';
import type { Headlight } from './context';
import { pickContinuation } from './continueChoicesPick';
import { ContinuationPreview } from './continueChoicesPreview';
import { demandWritable, placesOf, tellShortened } from './continuePlaces';
import { Hint } from './errors';
import { maxNewTokens, modelFor, samplingName } from './settings';
import { activeEditor } from './target';
import { tickOff } from './walkthrough';

/** As many as can be looked over at once. */
const count = 5;

/**
 * **Continue Text…**: several continuations of the first selection, or of the text before the cursor, to choose from.
 * The focused one is previewed; the chosen one is written in one edit.
 */
export async function continueChoices(headlight: Headlight): Promise<void> {
  const { engine, log, root, languageHints } = headlight;
  const editor = activeEditor();
  const { document } = editor;
  await demandWritable(document);
  const { offset, prompt, selected } = placesOf(editor)[0]!;
  const model = modelFor('continue', root);

  // Once: others are drawn from the same text.
  let told = false;
  const draw = async (
    text: string,
    how: number,
    sampling: SamplingName,
    signal: AbortSignal,
  ): Promise<Choice[]> => {
    const options = {
      ...samplingChoices[sampling],
      doSample: true,
      numBeams: 1,
      maxNewTokens: maxNewTokens(),
    };
    const { choices, truncated, timing } = await engine.request(
      'choices',
      { model, text, count: how, options },
      { priority: 'interactive', signal },
    );
    log.info(
      `choices: ${how} (${sampling}), load ${timing.loadMs.toFixed(0)} ms, prompt ${timing.prefillMs.toFixed(0)} ms, ` +
        `decoding ${timing.decodeMs.toFixed(0)} ms, ${timing.tokensPerSecond.toFixed(1)} tokens/s`,
    );
    if (truncated && selected && !told) {
      told = true;
      tellShortened();
    }
    return choices;
  };

  const region = new FollowedRegion(document, { start: offset, end: offset });
  const preview = new ContinuationPreview(editor);
  let chosen: string | undefined;
  try {
    chosen = await pickContinuation({
      sampling: samplingName(),
      draw: (sampling, signal) => draw(prompt.text, count, sampling, signal),
      lengthen: async (choice, sampling, signal) => {
        const [more] = await draw(prompt.text + choice.text, 1, sampling, signal);
        return { ...more!, text: choice.text + more!.text, tokens: [...choice.tokens, ...more!.tokens] };
      },
      preview: (text) => preview.show(joinOn(prompt, text), region.span?.start ?? 0),
      onLost: region.onLost,
    });
    if (!region.span)
      throw new Hint(vscode.l10n.t('The text was changed at the cursor meanwhile; nothing was written.'));
    void languageHints.read('continue', prompt.text);
    if (chosen === undefined) return;
    await write(editor, region.span.start, joinOn(prompt, chosen));
    tickOff('write');
  } finally {
    preview.dispose();
    region.dispose();
  }
}

/** Writes the continuation as one undo step and puts the cursor behind it. */
async function write(editor: vscode.TextEditor, offset: number, text: string): Promise<void> {
  const { document } = editor;
  const { version } = document;
  const lines = document.eol === vscode.EndOfLine.CRLF ? text.replace(/\r?\n/g, '\r\n') : text;
  const written = await editor.edit((edit) => edit.insert(document.positionAt(offset), lines));
  // A read-only editor says yes and changes nothing.
  if (!written || document.version === version)
    throw new Hint(
      vscode.l10n.t('The continuation could not be written: the document is read-only or was changed.'),
    );
  const end = document.positionAt(offset + lines.length);
  editor.selection = new vscode.Selection(end, end);
}
