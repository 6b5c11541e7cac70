import type { Random } from "../../core/random.ts";
import { NO_PARAMS, type Proposal, type Sampler } from "./sampler.ts";
import { fromUnit } from "./unit_interval.ts";

/**
 * Draws every parameter by itself, each value as likely as the other.
 *
 * @example
 * ```ts
 * import { randomSampler } from "./random_sampler.ts";
 * import { assertEquals } from "../../../tests/assert.ts";
 *
 * assertEquals(randomSampler().name, "random");
 * ```
 */
export function randomSampler(): Sampler {
  return { name: "random", propose: ({ random }) => randomProposal(random) };
}

/** Plans a trial whose parameters are all drawn at random; also how other samplers begin. */
export function randomProposal(random: Random): Proposal {
  return {
    params: NO_PARAMS,
    attributes: {},
    draw: (_name, distribution) => fromUnit(distribution, random.uniform()),
  };
}
