import * as vscode from 'vscode';
import type { Headlight } from '../context';

/** **Estimate Memory for…**: the length and number of texts that the Models view estimates the memory for. */
export async function estimateForCommand({ models }: Headlight): Promise<void> {
  const { t } = vscode.l10n;
  const { length, batch } = models.estimatedText;
  const value = await vscode.window.showInputBox({
    title: t('Estimate the memory for how long a text?'),
    prompt: t('Tokens of a text; for several texts at once, tokens × texts, such as 128 × 8.'),
    value: batch === 1 ? String(length) : `${length} × ${batch}`,
    validateInput: (typed) =>
      parse(typed) ? undefined : t('Write a number of tokens above 0, or tokens × texts.'),
  });
  const text = value === undefined ? undefined : parse(value);
  if (text) models.estimateFor(text);
}

function parse(typed: string): { length: number; batch: number } | undefined {
  const [, length = '', batch = '1'] = /^\s*(\d{1,6})\s*(?:[×x*]\s*(\d{1,4}))?\s*$/i.exec(typed) ?? [];
  return Number(length) > 0 && Number(batch) > 0
    ? { length: Number(length), batch: Number(batch) }
    : undefined;
}
