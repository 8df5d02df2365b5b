/** Random numbers that a seed repeats. */

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
