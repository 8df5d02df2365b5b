/** How probabilities are written out. */

/** A probability in percent with as many digits as tell something: `>99%`, `97%`, `4.2%`, `0.31%`, `<0.01%`. */
export function percent(probability: number): string {
  const value = 100 * probability;
  if (value >= 99.5 && value < 100) return '>99%';
  if (value >= 9.95) return `${Math.round(value)}%`;
  if (value >= 0.995) return `${value.toFixed(1)}%`;
  if (value >= 0.01) return `${value.toFixed(2)}%`;
  return value === 0 ? '0%' : '<0.01%';
}

const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/** A bar of block characters, as long as `probability` of `width` characters, to an eighth of a character. */
export function bar(probability: number, width: number): string {
  const units = Math.round(Math.min(Math.max(probability, 0), 1) * width * 8);
  return '█'.repeat(Math.floor(units / 8)) + (eighths[units % 8] ?? '');
}
