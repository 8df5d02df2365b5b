import * as vscode from 'vscode';
import { replaced, type Replacement } from '../../core/text/replace';
import type { Span } from '../../core/text/span';
import { editorInSight } from '../../views/editorInSight';
import { Hint } from '../errors';
import { rangeOf } from '../target';

/** The command behind a word in the hover. */
export const writeMaskCommand = 'headlight.writeMask';

/** URI and version of the document in which a mask was seen, and where it stands in it. */
export type SeenMask = [uri: string, version: number, span: Span];

/** A mask, and what takes its place. */
export type WriteMaskArguments = [...SeenMask, text: string];

/**
 * Writes `replacements` into a part of a document as one undo step.
 * @param replacements in the coordinates of `text`
 * @param region where `text` stands in the document
 */
export async function writeFillings(
  editor: vscode.TextEditor,
  region: Span,
  text: string,
  replacements: readonly Replacement[],
): Promise<void> {
  const { document } = editor;
  const written = await editor.edit((edit) => {
    for (const { start, end, text: word } of replacements)
      edit.replace(rangeOf(document, { start: start + region.start, end: end + region.start }), word);
  });
  const wanted = replaced(text, replacements);
  const after = rangeOf(document, { start: region.start, end: region.start + wanted.length });
  // A read-only editor says yes and changes nothing.
  if (!written || document.getText(after) !== wanted)
    throw new Hint(vscode.l10n.t('The text could not be written: the document is read-only or was changed.'));
}

/** An editor of the document in which a mask was seen; throws a hint when the mask may stand elsewhere by now. */
export function editorAsSeen([uri, version]: SeenMask): vscode.TextEditor {
  const editor = editorInSight((document) => document.uri.toString() === uri);
  if (editor?.document.version !== version)
    throw new Hint(vscode.l10n.t('The text with the mask was changed meanwhile; nothing was written.'));
  return editor;
}

/** Writes a word that was clicked in the hover of a mask. */
export async function writeMask(...[uri, version, span, text]: WriteMaskArguments): Promise<void> {
  const editor = editorAsSeen([uri, version, span]);
  const mask = editor.document.getText(rangeOf(editor.document, span));
  await writeFillings(editor, span, mask, [{ start: 0, end: mask.length, text }]);
}
