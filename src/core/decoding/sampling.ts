/** From logits to probabilities and to the next token. */
import { notANumber } from './largest';

/** A stream of numbers evenly spread over [0, 1). */
export type Random = () => number;

/**
 * A random stream; the same seed gives the same numbers everywhere. Without a seed, one is drawn by chance.
 *
 * xoshiro128** 1.1 (Blackman and Vigna, "Scrambled linear pseudorandom number generators", 2021), its four words
 * filled from the seed by splitmix32 (the finaliser of MurmurHash3 on a Weyl sequence); two outputs make the 53
 * bits of a number.
 *
 * @param seed a whole number from 0 to 2^53 - 1
 */
export function randomStream(seed: number = Math.floor(Math.random() * 2 ** 53)): Random {
  let weyl = (seed % 2 ** 32) ^ Math.imul(Math.floor(seed / 2 ** 32), 0x85ebca6b);
  const word = () => {
    weyl = (weyl + 0x9e3779b9) | 0;
    let z = weyl ^ (weyl >>> 16);
    z = Math.imul(z, 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    return z ^ (z >>> 16);
  };
  const next = xoshiro128starstar([word(), word(), word(), word()]);
  return () => ((next() >>> 5) * 2 ** 26 + (next() >>> 6)) / 2 ** 53;
}

/** The generator itself: 32-bit outputs from a state of four 32-bit words that are not all 0. */
export function xoshiro128starstar([a, b, c, d]: [number, number, number, number]): () => number {
  const rotate = (x: number, by: number) => (x << by) | (x >>> (32 - by));
  return () => {
    const result = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotate(d, 11);
    return result;
  };
}

/** The index of the largest value, the first of equals. Throws an Error if a value is NaN or there is none. */
export function argmax(values: Float32Array): number {
  let best = -1;
  let max = -Infinity;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (value <= max) continue;
    if (Number.isNaN(value)) throw notANumber(i);
    max = value;
    best = i;
  }
  if (best < 0) throw new Error('No token is left to choose from.');
  return best;
}

/** ln of the sum of e^x over all values: what turns logits into log probabilities by subtraction. */
export function logSumExp(logits: Float32Array): number {
  const max = logits[argmax(logits)]!;
  let sum = 0;
  for (let i = 0; i < logits.length; i++) sum += Math.exp(logits[i]! - max);
  return max + Math.log(sum);
}

/** The natural logarithm of one token's softmax probability. */
export function logProbability(logits: Float32Array, id: number): number {
  return logits[id]! - logSumExp(logits);
}

/** The natural logarithms of all softmax probabilities, as a new array. */
export function logSoftmax(logits: Float32Array): Float32Array {
  const total = logSumExp(logits);
  const result = new Float32Array(logits.length);
  for (let i = 0; i < logits.length; i++) result[i] = logits[i]! - total;
  return result;
}

/** The softmax probabilities, as a new array. */
export function softmax(logits: Float32Array): Float32Array {
  const total = logSumExp(logits);
  return logits.map((logit) => Math.exp(logit - total));
}

/** Draws a token with the softmax probabilities of `logits`; -Infinity is never drawn. Takes one number of `random`. */
export function sample(logits: Float32Array, random: Random): number {
  const first = argmax(logits);
  const max = logits[first]!;
  let total = 0;
  // Most are ruled out by top-k or top-p, and an exponential takes longer than a comparison.
  for (let i = 0; i < logits.length; i++) if (logits[i] !== -Infinity) total += Math.exp(logits[i]! - max);
  let rest = random() * total;
  for (let i = 0; i < logits.length; i++) {
    if (logits[i] === -Infinity) continue;
    rest -= Math.exp(logits[i]! - max);
    if (rest < 0) return i;
  }
  // Rounding left a crumb over.
  return first;
}
