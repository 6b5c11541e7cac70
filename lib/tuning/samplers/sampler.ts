import type { Distribution, Grid, Random } from "../../core/mod.ts";
import type { Direction } from "../storage/storage.ts";
import type { Attributes, Trial } from "../trial.ts";

/** What a sampler knows when a trial starts. */
export interface SamplerContext {
  /** One for each objective. */
  readonly directions: readonly Direction[];
  /** The trial that starts; one that was enqueued or is retried has attributes already. */
  readonly trial: Trial;
  /** The trials that count as its past, by number; the trial itself is not among them. */
  readonly trials: readonly Trial[];
  /** Of this trial alone: a function of the study's seed and the trial's number. */
  readonly random: Random;
}

/** What a sampler plans for one trial. Values are as `toInternal()` gives them. */
export interface Proposal {
  /** Parameters drawn together before the trial asks for any. */
  readonly params: ReadonlyMap<string, number>;
  /** System attributes to store with the trial. */
  readonly attributes: Attributes;
  /** Draws a parameter that is not among `params`. */
  draw(name: string, distribution: Distribution): number;
}

/** Proposes parameters. Keeps no state: what it knows is in the trials. */
export interface Sampler {
  /** For messages and reports. */
  readonly name: string;
  /** Plans a trial. */
  propose(context: SamplerContext): Proposal;
  /** Whether there is nothing left to try. */
  isExhausted?(trials: readonly Trial[]): boolean;
}

/** What a sampler of a study is made for. */
export interface SamplerSettings {
  /** The values to try of each parameter. */
  readonly grid: Grid;
  /** Of the study. */
  readonly seed: number;
}

/** A sampler that a study can name. One object in its own file, and one line in `SAMPLERS`. */
export interface SamplerKind {
  /** Name in flags, `name` of the samplers it makes. */
  readonly name: string;
  /** Whether a study begins with the defaults; a grid has them among its points, or leaves them out. */
  readonly beginsWithDefaults: boolean;
  /** Makes one for a study. */
  create(settings: SamplerSettings): Sampler;
}

/** No parameters. */
export const NO_PARAMS: ReadonlyMap<string, number> = new Map();
