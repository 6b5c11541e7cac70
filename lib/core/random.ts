/** A seeded source of random numbers; the only randomness used in the library. */
export interface Random {
  /** Uniform in [0, 1), 32 bits of resolution. */
  uniform(): number;
  /** Standard normal. */
  normal(): number;
  /** Uniform integer in [0, limit). */
  integer(limit: number): number;
  /** Raw 32 unsigned bits. */
  bits(): number;
}

/** Mixes a seed and a stream number into one well-spread 32-bit seed (finaliser of MurmurHash3). */
export function mixSeed(seed: number, stream: number): number {
  let h = (seed ^ Math.imul(stream + 0x9e3779b9, 0x85ebca6b)) >>> 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/**
 * Makes a generator: xoshiro128** (Blackman & Vigna 2018) seeded through SplitMix32.
 * The same seed gives the same numbers on every machine.
 *
 * @param seed any integer
 * @example
 * ```ts
 * import { createRandom } from "./random.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * assertEquals(createRandom(7).uniform(), createRandom(7).uniform());
 * ```
 */
export function createRandom(seed: number): Random {
  let mixer = seed >>> 0;
  const splitMix = (): number => {
    mixer = (mixer + 0x9e3779b9) >>> 0;
    let z = mixer;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return (z ^ (z >>> 15)) >>> 0;
  };
  let a = splitMix(), b = splitMix(), c = splitMix(), d = splitMix();
  let spare = NaN;

  const bits = (): number => {
    const x = Math.imul(b, 5);
    const result = Math.imul((x << 7) | (x >>> 25), 9) >>> 0;
    const t = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= t;
    d = (d << 11) | (d >>> 21);
    return result;
  };
  const uniform = (): number => bits() / 4294967296;
  const normal = (): number => {
    if (!Number.isNaN(spare)) {
      const value = spare;
      spare = NaN;
      return value;
    }
    // Box-Muller; 1 - u keeps the logarithm finite.
    const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
    const angle = 2 * Math.PI * uniform();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
  return { uniform, normal, bits, integer: (limit) => Math.floor(uniform() * limit) };
}
