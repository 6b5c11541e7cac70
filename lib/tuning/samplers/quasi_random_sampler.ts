import { createRandom, mixSeed } from "../../core/mod.ts";
import { NO_PARAMS, type Sampler, type SamplerKind } from "./sampler.ts";
import { fromUnit } from "./unit_interval.ts";

/** How the sequence is scrambled. */
export interface QuasiRandomOptions {
  /** Workers of one study have to use the same. @default {0} */
  readonly seed?: number;
}

/**
 * Spreads trials more evenly than chance: the Halton sequence, its digits permuted at random in
 * every place (Owen 2017). A trial's point follows from its number and the seed, so all workers go
 * along one sequence. The k-th parameter that a trial asks for has the k-th prime as its base.
 *
 * @example
 * ```ts
 * import { quasiRandomSampler } from "./quasi_random_sampler.ts";
 * import { assertEquals } from "../../../tests/assert.ts";
 *
 * assertEquals(quasiRandomSampler({ seed: 3 }).name, "quasi-random");
 * ```
 */
export function quasiRandomSampler({ seed = 0 }: QuasiRandomOptions = {}): Sampler {
  return {
    name: "quasi-random",
    propose({ trial }) {
      let dimension = 0;
      return {
        params: NO_PARAMS,
        attributes: {},
        draw: (_name, distribution) =>
          fromUnit(distribution, haltonPoint(trial.number, dimension++, seed)),
      };
    },
  };
}

/** Points that fill the space evenly, for a study that asks for it by name. */
export const QUASI_RANDOM_SAMPLER: SamplerKind = {
  name: "quasi-random",
  beginsWithDefaults: true,
  create: ({ seed }) => quasiRandomSampler({ seed }),
};

/** Digits after which a further one is less than what a number can hold. */
const SMALLEST = 2 ** -52;

/**
 * One coordinate of the scrambled Halton sequence, in [0, 1).
 *
 * @param index of the point, from 0
 * @param dimension from 0
 */
export function haltonPoint(index: number, dimension: number, seed: number): number {
  const base = primeAt(dimension);
  const stream = mixSeed(seed, dimension);
  let rest = index, scale = 1 / base, point = 0;
  // Leading zeros are permuted like other digits, so that not all points lie near one corner.
  for (let place = 0; scale > SMALLEST; place++, scale /= base) {
    point += scale * permutedDigit(rest % base, base, mixSeed(stream, place));
    rest = Math.floor(rest / base);
  }
  return Math.min(point, 1 - SMALLEST);
}

/** A digit after a permutation of all digits of the base (Fisher and Yates) made from a seed. */
function permutedDigit(digit: number, base: number, seed: number): number {
  const random = createRandom(seed);
  const digits = Array.from({ length: base }, (_, i) => i);
  for (let i = base - 1; i > 0; i--) {
    const j = random.integer(i + 1);
    [digits[i], digits[j]] = [digits[j]!, digits[i]!];
  }
  return digits[digit]!;
}

function primeAt(index: number): number {
  const primes: number[] = [];
  for (let candidate = 2; primes.length <= index; candidate++) {
    if (primes.every((prime) => candidate % prime !== 0)) primes.push(candidate);
  }
  return primes[index]!;
}
