import { l10n } from 'vscode';
import type { ViewWords } from '../protocol/view';

/** The attention view's strings; a webview can't translate by itself. Layers and heads count from 0, as in papers. */
export function attentionWords(): ViewWords {
  return {
    reading: l10n.t('Reading the text…'),
    title: l10n.t('Attention of {0}'),
    size: l10n.t('{0} layers × {1} heads · {2} tokens'),
    causal: l10n.t('causal: each token sees what stands to its left'),
    bidirectional: l10n.t('bidirectional: each token sees the whole text'),
    truncated: l10n.t(
      "The text is longer than the model's window: only its beginning, {0} tokens, was read.",
    ),
    text: l10n.t('Text'),
    textHelp: l10n.t('Choose a token: the others are tinted by how much it attends to them.'),
    overview: l10n.t('All heads'),
    overviewHelp: l10n.t('Rows are layers, columns are heads, counted from 0.'),
    layer: l10n.t('Layer {0}'),
    layerAndHead: l10n.t('Layer {0}, head {1}'),
    map: l10n.t('Attention map of layer {0}, head {1}'),
    mapHelp: l10n.t('Each row is what one token attends to; it sums to 1. Arrow keys move through it.'),
    from: l10n.t('attends'),
    to: l10n.t('is attended to'),
    weight: l10n.t('{0} → {1}: {2}'),
    attendedBy: l10n.t('{0}, attended to by {1} with {2}'),
    legend: l10n.t('Attention from 0 to 1; the shades follow its square root'),
  };
}
