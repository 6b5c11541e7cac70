import type { Random } from "../../core/mod.ts";
import { NO_PARAMS, type Proposal, type Sampler, type SamplerKind } from "./sampler.ts";
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

/** Random search, for a study that asks for it by name. */
export const RANDOM_SAMPLER: SamplerKind = {
  name: "random",
  beginsWithDefaults: true,
  create: () => randomSampler(),
};

/** Plans a trial whose parameters are all drawn at random; also how other samplers begin. */
export function randomProposal(random: Random): Proposal {
  return {
    params: NO_PARAMS,
    attributes: {},
    draw: (_name, distribution) => fromUnit(distribution, random.uniform()),
  };
}
