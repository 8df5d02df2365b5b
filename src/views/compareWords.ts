import { l10n } from 'vscode';
import { familyNames, type Family } from '../core/families';
import type { Guess, Reason } from '../core/comparison/reasons';
import type { CompareWords } from '../protocol/compareView';
import { localized } from './localized';

/** The comparison's strings; a webview can't translate by itself. */
export function compareWords(): CompareWords {
  return {
    title: l10n.t('What stands at ▢?'),
    table: l10n.t('What each model sees and predicts'),
    why: l10n.t('Why they differ'),
    copy: l10n.t('Copy as Markdown'),
    stop: l10n.t('Stop'),
    again: l10n.t('Compare Again'),
    model: l10n.t('Model'),
    sees: l10n.t('What it sees'),
    predictions: l10n.t('What it predicts'),
    time: l10n.t('Time'),
    memory: l10n.t('Memory'),
    place: l10n.t('the place'),
    hidden: l10n.t('hidden: {0}'),
    waiting: l10n.t('waits for its turn'),
    running: l10n.t('is being asked…'),
    done: l10n.t('{0} of {1} models have answered'),
    probability: l10n.t('{0}, probability {1}'),
  };
}

/** A family and what it sees, in a few words. */
export function familyWords({ name, sees }: Family): string {
  const sight = {
    left: l10n.t('sees only what stands to the left'),
    both: l10n.t('sees both sides'),
    'reads-both-writes-left': l10n.t('reads both sides, then writes'),
  }[sees];
  return `${localized(familyNames[name])}: ${sight}`;
}

/** How many tokens a model sees on which side. */
export function sidesWords({ left, right }: { left: number; right: number }): string {
  return l10n.t('tokens seen on the left: {0}, on the right: {1}', left, right);
}

/** Why models differ, in sentences. */
export function whyWords(reasons: readonly Reason[]): string {
  return reasons.map(sentenceOf).join(' ');
}

function sentenceOf(reason: Reason): string {
  const { t } = l10n;
  switch (reason.kind) {
    case 'left': {
      const { models, texts, several } = named(reason.guesses);
      return several
        ? t('{0} see only what stands to the left and guess how the text goes on: {1}.', models, texts)
        : t('{0} sees only what stands to the left and guesses how the text goes on: {1}.', models, texts);
    }
    case 'both': {
      const { models, texts, several } = named(reason.guesses);
      return several
        ? t('{0} see both sides and guess what fits between them: {1}.', models, texts)
        : t('{0} sees both sides and guesses what fits between them: {1}.', models, texts);
    }
    case 'writes': {
      const { models, texts, several } = named(reason.guesses);
      return several
        ? t('{0} read both sides and then write what is missing, one word or several: {1}.', models, texts)
        : t('{0} reads both sides and then writes what is missing, one word or several: {1}.', models, texts);
    }
    case 'nothing-right':
      return t(
        'Nothing stands to the right here, so they all see the same words; what differs is how they were trained.',
      );
    case 'same-sight':
      return t(
        'They all see the same sides; what differs is their size, their vocabulary and what they were trained on.',
      );
    case 'agree':
      return t('All have “{0}” first.', reason.best);
  }
}

/** The models and their best texts, each as a list in words. */
function named(guesses: readonly Guess[]): { models: string; texts: string; several: boolean } {
  const texts = guesses.map(({ best }) => `“${best?.replace(/\n/g, '⏎').trim() || '␣'}”`);
  return { models: list(guesses.map(({ model }) => model)), texts: list(texts), several: guesses.length > 1 };
}

function list(parts: readonly string[]): string {
  if (parts.length < 2) return parts[0] ?? '';
  return l10n.t('{0} and {1}', parts.slice(0, -1).join(', '), parts.at(-1)!);
}
