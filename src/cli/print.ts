/** How results read in a terminal; scripts use --json. */
import type { HeadClass } from '../core/attention/classes';
import { measureNames, type MeasureName } from '../core/attention/measures';
import type { AttentionTensor } from '../core/attention/tensor';
import { percent } from '../core/text/figures';
import type { Token } from '../core/text/token';
import type { FillResult, ScoreResult, SentimentResult, Verdict } from '../protocol/engine';

export const percentOf = (probability: number): string => `${(100 * probability).toFixed(1)}%`.padStart(6);

export function printFill({ masks, fillings }: FillResult, text: string): string {
  const lists = masks.map(({ start, end, candidates }) => {
    const rows = candidates.map(({ text: word, probability }) => `${percentOf(probability)}  ${word}`);
    return [`${text.slice(start, end)} at ${start}`, ...rows].join('\n');
  });
  if (fillings) {
    const rows = fillings.map((filling) => {
      const words = filling.masks.map(({ text: word }) => word).join(' … ');
      return `${percent(Math.exp(filling.logprob)).padStart(6)}  ${words}`;
    });
    lists.push([masks.length > 1 ? 'all masks together' : 'fillings', ...rows].join('\n'));
  }
  return lists.join('\n\n');
}

export function printSentiment(result: SentimentResult, text: string): string {
  const verdict = ({ label, scores }: Verdict): string => `${percentOf(scores[label]!)}  ${label}`;
  const sentences = result.sentences.map(
    (sentence) => `${verdict(sentence)}  ${text.slice(sentence.start, sentence.end).replace(/\s+/g, ' ')}`,
  );
  return [verdict(result), ...(sentences.length > 1 ? sentences : [])].join('\n');
}

export function printScore(result: ScoreResult): string {
  const rows = result.tokens.map(
    ({ text, logprob }) =>
      `${(logprob === null ? '-' : logprob.toFixed(3)).padStart(9)}  ${JSON.stringify(text)}`,
  );
  return [...rows, `${result.sum.toFixed(3).padStart(9)}  in all`].join('\n');
}

/** For each token what it attends to most, in the mean of all heads. */
export function printAttention(
  queries: readonly Token[],
  keys: readonly Token[],
  { layers, heads }: AttentionTensor,
): string {
  const rows = queries.map((token, query) => {
    const mean = new Float64Array(keys.length);
    for (const layer of layers)
      for (let head = 0; head < heads; head++) {
        const from = (head * queries.length + query) * keys.length;
        for (let key = 0; key < keys.length; key++) mean[key]! += layer[from + key]! / heads / layers.length;
      }
    const top = [...mean.keys()].sort((a, b) => mean[b]! - mean[a]!).slice(0, 3);
    const seen = top.map((key) => `${JSON.stringify(keys[key]!.text)} ${percentOf(mean[key]!).trim()}`);
    return `${JSON.stringify(token.text).padEnd(16)} ${seen.join('  ')}`;
  });
  return rows.join('\n');
}

/** A line a head: its class with the figure behind it, then its measures. */
export function printHeads(
  heads: number,
  measures: Record<MeasureName, Float32Array> | undefined,
  classes: readonly HeadClass[] | undefined,
): string {
  const count = measures ? measures.entropy.length : classes!.length;
  const columns = measures ? measureNames.map((name) => name.padStart(Math.max(name.length, 6))) : [];
  const header = ['head ', ...(classes ? ['class'.padEnd(18)] : []), ...columns].join('  ');
  const rows = Array.from({ length: count }, (_, index) => {
    const name = `${Math.floor(index / heads)}.${index % heads}`.padEnd(5);
    const found = classes?.[index];
    const figures = columns.map((column, at) => {
      const value = measures![measureNames[at]!][index]!;
      return (Number.isNaN(value) ? '-' : value.toFixed(3)).padStart(column.length);
    });
    return [name, ...(found ? [className(found).padEnd(18)] : []), ...figures].join('  ');
  });
  return [header, ...rows].join('\n');
}

function className({ kind, offset, figure }: HeadClass): string {
  return `${kind}${offset === null ? '' : ` ${offset}`} ${figure.toFixed(2)}`;
}
