import { InputError } from "../../core/mod.ts";
import { GRID_SAMPLER } from "./grid_sampler.ts";
import { QUASI_RANDOM_SAMPLER } from "./quasi_random_sampler.ts";
import { RANDOM_SAMPLER } from "./random_sampler.ts";
import type { SamplerKind } from "./sampler.ts";
import { TPE_SAMPLER } from "./tpe/tpe_sampler.ts";

/** What proposes parameters, in the order of help and pages. */
export const SAMPLERS: readonly SamplerKind[] = [
  TPE_SAMPLER,
  RANDOM_SAMPLER,
  QUASI_RANDOM_SAMPLER,
  GRID_SAMPLER,
];

/**
 * The sampler of a name.
 *
 * @throws {InputError} when there is none
 */
export function samplerOf(name: string): SamplerKind {
  const kind = SAMPLERS.find((one) => one.name === name);
  if (kind !== undefined) return kind;
  throw new InputError(`Cannot sample by '${name}'`, {
    remedy: `the samplers are ${SAMPLERS.map((one) => one.name).join(", ")}`,
  });
}
