import * as vscode from 'vscode';
import { joinOn } from '../core/completion/prompt';
import type { ContinueResult } from '../protocol/engine';
import type { Headlight } from './context';
import { demandWritable, placesOf, tellShortened, type Place } from './continuePlaces';
import { isCancellation } from './errors';
import { whileGenerating } from './generating';
import { maxNewTokens, modelFor } from './settings';
import { StreamedText, type StopReason } from './streamedText';
import { activeEditor } from './target';
import { tickOff } from './walkthrough';

/** **Continue Text**: writes on after each selection, or at each cursor from the text before it. */
export async function continueText(headlight: Headlight): Promise<void> {
  const editor = activeEditor();
  await demandWritable(editor.document);
  const places = placesOf(editor);
  const model = modelFor('continue', headlight.root);
  const limit = maxNewTokens();
  const title = vscode.l10n.t('Headlight: continuing the text');

  await whileGenerating(headlight.engine, title, async (signal, report) => {
    const text = new StreamedText(
      editor,
      places.map((place) => place.offset),
    );
    let moved = false;
    const moving = vscode.window.onDidChangeTextEditorSelection(({ textEditor, kind }) => {
      // Edits move selections too, but of no kind.
      if (textEditor === editor && kind !== undefined) moved = true;
    });
    try {
      for (const [index, place] of places.entries()) {
        if (signal.aborted) break;
        if (text.stopped(index) !== undefined) continue;
        const which = places.length > 1 ? vscode.l10n.t('{0} of {1}: ', index + 1, places.length) : '';
        const result = await continuePlace(
          headlight,
          { model, limit, place, index, text, signal },
          (tokens) => report(which + vscode.l10n.t('{0} of {1} tokens', tokens, limit)),
        );
        if (result) tell(headlight, place, result);
      }
    } finally {
      text.dispose();
      moving.dispose();
    }
    if (text.anything()) tickOff('write');
    // A selection would have grown by what was written, for the next key to replace it all.
    if (text.anything() && !moved && places.length === editor.selections.length)
      editor.selections = places.map((_, index) => new vscode.Selection(text.end(index), text.end(index)));
    const reason = places.map((_, index) => text.stopped(index)).find((stopped) => stopped !== undefined);
    if (reason) void tellStop(reason, text.anything());
  });
}

interface Run {
  model: string;
  limit: number;
  place: Place;
  index: number;
  text: StreamedText;
  signal: AbortSignal;
}

/** One place's continuation; `undefined` when it was stopped on the way. */
async function continuePlace(
  { engine }: Headlight,
  { model, limit, place, index, text, signal }: Run,
  report: (tokens: number) => void,
): Promise<ContinueResult | undefined> {
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  signal.addEventListener('abort', abort);
  text.onStop = (stopped) => {
    if (stopped === index) abort();
  };
  let received = '';
  let joined = '';
  let writing = Promise.resolve();
  let waiting = '';
  // What arrives during an edit is written with the next one.
  const write = (piece: string): void => {
    received += piece;
    const whole = joinOn(place.prompt, received);
    waiting += whole.slice(joined.length);
    joined = whole;
    writing = writing.then(async () => {
      const next = waiting;
      waiting = '';
      if (!signal.aborted) await text.write(index, next);
    });
  };
  try {
    const result = await engine.request(
      'continue',
      { model, text: place.prompt.text, options: { maxNewTokens: limit } },
      {
        priority: 'interactive',
        signal: controller.signal,
        onPartial: ({ text: piece, tokens }) => {
          report(tokens);
          write(piece);
        },
      },
    );
    // Beam search has nothing to show before it ends.
    if (result.text.startsWith(received)) write(result.text.slice(received.length));
    return result;
  } catch (error) {
    if (isCancellation(error) && (signal.aborted || text.stopped(index) !== undefined)) return undefined;
    throw error;
  } finally {
    signal.removeEventListener('abort', abort);
    await writing;
    text.onStop = undefined;
  }
}

function tell({ log, languageHints }: Headlight, place: Place, result: ContinueResult): void {
  const { prefillMs, decodeMs, loadMs, tokensPerSecond } = result.timing;
  log.info(
    `continue: ${result.tokens.length} tokens (${result.finish}), load ${loadMs.toFixed(0)} ms, ` +
      `prompt ${prefillMs.toFixed(0)} ms, decoding ${decodeMs.toFixed(0)} ms, ${tokensPerSecond.toFixed(1)} tokens/s`,
  );
  void languageHints.read('continue', place.prompt.text);
  if (result.text.trim() === '')
    void vscode.window.showInformationMessage(
      vscode.l10n.t('The model sees the text as finished here and adds nothing.'),
    );
  else if (result.truncated && place.selected) tellShortened();
}

async function tellStop(reason: StopReason, anything: boolean): Promise<void> {
  const { t } = vscode.l10n;
  const stays = anything ? ' ' + t('What was written stays.') : '';
  switch (reason) {
    case 'edited':
      await vscode.window.showInformationMessage(
        t('The text was changed where Headlight was writing, so it stopped.') + stays,
      );
      return;
    case 'undone':
      await vscode.window.showInformationMessage(t('Headlight stopped writing, as its text was undone.'));
      return;
    case 'closed':
      await vscode.window.showInformationMessage(t('The document was closed, so Headlight stopped writing.'));
      return;
    case 'hidden':
      await vscode.window.showInformationMessage(
        t('The document went out of sight, so Headlight stopped writing.') + stays,
      );
      return;
    case 'read-only':
      await vscode.window.showWarningMessage(t('This document is read-only: there is nowhere to write to.'));
      return;
  }
}
