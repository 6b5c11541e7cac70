import {
  categorical,
  type Category,
  describeDistribution,
  type Distribution,
  float,
  InputError,
  int,
  type JsonValue,
  ownValue,
  type SearchSpace,
  singleInternal,
  toExternal,
  toInternal,
  type ValuesOf,
} from "../core/mod.ts";
import { CONSTRAINTS_KEY } from "./constraints.ts";
import type { KnownDistributions } from "./known_distributions.ts";
import type { Pruner } from "./pruners/pruner.ts";
import type { Proposal } from "./samplers/sampler.ts";
import type { Direction, StudyStorage } from "./storage/storage.ts";
import type { Trial } from "./trial.ts";

/** Attribute of a trial that was enqueued: values by name. */
export const FIXED_PARAMS_KEY = "fixed_params";

/** Thrown by an objective to end its trial early; the trial counts as PRUNED. */
export class TrialPruned extends Error {
  /** Name of the class, for logs. */
  override readonly name = "TrialPruned";
}

/**
 * The trial was ended by somebody else, most often because this worker gave no sign of life for too
 * long. What it computes has no place any more.
 */
export class TrialLost extends Error {
  /** Name of the class, for logs. */
  override readonly name = "TrialLost";
}

/**
 * The trial waited in line with a value that its parameter cannot have. It fails; the search goes
 * on, as whoever enqueued it may be somebody else.
 */
export class UnfitTrial extends InputError {}

/** What a trial needs from its study. */
export interface TrialParts {
  /** As it was when it started. */
  readonly trial: Trial;
  /** The study it is part of. */
  readonly studyId: number;
  /** Its name. */
  readonly studyName: string;
  /** One for each objective. */
  readonly directions: readonly Direction[];
  /** Where it lies. */
  readonly storage: StudyStorage;
  /** What the sampler planned. */
  readonly proposal: Proposal;
  /** Asked by {@linkcode ActiveTrial.shouldPrune}. */
  readonly pruner: Pruner;
  /** What the study has searched so far. */
  readonly known: KnownDistributions;
  /** Seed for the objective. */
  readonly seed: number;
  /** Aborted when the work is to end. */
  readonly signal: AbortSignal;
}

/** A trial that runs: asks for parameters and reports how it goes. Each answer is stored first. */
export class ActiveTrial {
  /** Key in the storage. */
  readonly id: number;
  /** From 0 in its study. */
  readonly number: number;
  /** A function of the study's seed and the trial's number, for all that is random in it. */
  readonly seed: number;
  /** Aborted when the work is to end; long objectives should watch it. */
  readonly signal: AbortSignal;
  readonly #parts: TrialParts;
  readonly #params = new Map<string, Category>();
  readonly #steps: Set<number>;

  /** Made by `Study.ask()`. */
  constructor(parts: TrialParts) {
    this.id = parts.trial.id;
    this.number = parts.trial.number;
    this.seed = parts.seed;
    this.signal = parts.signal;
    this.#parts = parts;
    this.#steps = new Set(parts.trial.intermediateValues.keys());
  }

  /** What has been suggested so far. */
  get params(): Readonly<Record<string, Category>> {
    return Object.fromEntries(this.#params);
  }

  /**
   * Asks for a value of each parameter. May be called again for others, so that a choice decides
   * what else there is to search; a parameter that was asked for keeps its value.
   *
   * @throws {UnfitTrial} when an enqueued value does not fit
   * @throws {InputError} when the study has searched one in another way
   */
  async suggest<const Space extends SearchSpace>(space: Space): Promise<ValuesOf<Space>> {
    const values: [name: string, value: Category][] = [];
    for (const [name, distribution] of Object.entries(space)) {
      values.push([name, await this.#suggest(name, distribution)]);
    }
    return Object.fromEntries(values) as ValuesOf<Space>;
  }

  /** Asks for a real number; see `float()`. */
  async suggestFloat(
    name: string,
    low: number,
    high: number,
    options: { readonly log?: boolean; readonly step?: number } = {},
  ): Promise<number> {
    return await this.#suggest(name, float(low, high, options)) as number;
  }

  /** Asks for a whole number; see `int()`. */
  async suggestInt(
    name: string,
    low: number,
    high: number,
    options: { readonly log?: boolean; readonly step?: number } = {},
  ): Promise<number> {
    return await this.#suggest(name, int(low, high, options)) as number;
  }

  /** Asks for one of several choices; see `categorical()`. */
  async suggestCategorical<const Choice extends Category>(
    name: string,
    choices: readonly Choice[],
  ): Promise<Choice> {
    return await this.#suggest(name, categorical(choices)) as Choice;
  }

  /**
   * Reports how good the trial is after a step, such as a fold or an epoch. A second report of a
   * step is ignored.
   *
   * @param step a whole number from 0
   * @throws RangeError when the step is none, or the study has several objectives
   */
  async report(value: number, step: number): Promise<void> {
    if (!Number.isSafeInteger(step) || step < 0) {
      throw new RangeError(
        `Cannot report as steps are whole numbers from 0: current value is ${step}`,
      );
    }
    if (this.#parts.directions.length > 1) {
      throw new RangeError("Cannot report as a study of several objectives has no single value");
    }
    if (this.#steps.has(step)) return;
    this.#steps.add(step);
    await this.#held(this.#parts.storage.setIntermediateValue(this.id, step, value));
  }

  /** Whether the pruner gives the trial up at its last report; then throw {@linkcode TrialPruned}. */
  async shouldPrune(): Promise<boolean> {
    const { storage, studyId, studyName, directions, pruner } = this.#parts;
    if (directions.length > 1 || this.#steps.size === 0) return false;
    const trials = await storage.trials(studyId);
    const trial = trials.find(({ id }) => id === this.id)!;
    const decision = pruner.decide({ studyName, direction: directions[0]!, trial, trials });
    for (const [key, value] of Object.entries(decision.attributes ?? {})) {
      await this.#held(storage.setTrialAttribute("system", this.id, key, value));
    }
    return decision.prune;
  }

  /** Keeps a value with the trial, for people and reports. */
  async setUserAttribute(key: string, value: JsonValue): Promise<void> {
    await this.#held(this.#parts.storage.setTrialAttribute("user", this.id, key, value));
  }

  /**
   * Says how far the trial breaks each constraint: 0 or less where it holds. Samplers prefer trials
   * that hold all, and the best trial is one of them.
   */
  async setConstraints(violations: readonly number[]): Promise<void> {
    if (violations.some(Number.isNaN)) {
      throw new RangeError("Cannot use as constraints: one of them is NaN");
    }
    await this.#held(
      this.#parts.storage.setTrialAttribute("system", this.id, CONSTRAINTS_KEY, violations),
    );
  }

  async #suggest(name: string, distribution: Distribution): Promise<Category> {
    const { trial, known, storage } = this.#parts;
    known.add(name, distribution);
    // A null is a value too; a retried trial comes with the values it had.
    const asked = this.#params.has(name) ? this.#params.get(name) : ownValue(trial.params, name);
    const isStored = asked !== undefined;
    const internal = isStored
      ? this.#given(name, distribution, asked)
      : this.#enqueued(name, distribution) ?? singleInternal(distribution) ??
        this.#proposed(name, distribution);
    const value = toExternal(distribution, internal);
    this.#params.set(name, value);
    if (!isStored) await this.#held(storage.setParameter(this.id, name, distribution, internal));
    return value;
  }

  #enqueued(name: string, distribution: Distribution): number | null {
    const fixed = this.#parts.trial.systemAttributes[FIXED_PARAMS_KEY] as
      | Readonly<Record<string, Category>>
      | undefined;
    const value = ownValue(fixed ?? {}, name);
    return value === undefined ? null : this.#given(name, distribution, value);
  }

  /** A joint draw may be from before the range was narrowed. */
  #proposed(name: string, distribution: Distribution): number {
    const { proposal } = this.#parts;
    const drawn = proposal.params.get(name);
    const fits = drawn !== undefined &&
      toInternal(distribution, toExternal(distribution, drawn)) !== null;
    return fits ? drawn : proposal.draw(name, distribution);
  }

  #given(name: string, distribution: Distribution, value: Category): number {
    const internal = toInternal(distribution, value);
    if (internal !== null) return internal;
    throw new UnfitTrial(
      `Cannot use ${JSON.stringify(value)} as ${describeDistribution(distribution)}`,
      {
        where: `trial ${this.number}, parameter ${name}`,
        remedy: "enqueue a value inside the search space",
      },
    );
  }

  async #held(stored: boolean | Promise<boolean>): Promise<void> {
    if (await stored) return;
    throw new TrialLost(`Trial ${this.number} was ended by another worker`);
  }
}
