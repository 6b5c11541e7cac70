import {
  type Category,
  type Clock,
  createRandom,
  InputError,
  type JsonValue,
  mixSeed,
} from "../core/mod.ts";
import { ActiveTrial, FIXED_PARAMS_KEY } from "./active_trial.ts";
import { violationOf } from "./constraints.ts";
import { KnownDistributions } from "./known_distributions.ts";
import {
  type Objective,
  type OptimizeOptions,
  type OptimizeSummary,
  runTrials,
} from "./optimize.ts";
import { medianPruner } from "./pruners/percentile_pruner.ts";
import { noPruner, type Pruner } from "./pruners/pruner.ts";
import { nsga2Sampler } from "./samplers/nsga2_sampler.ts";
import { dominates, toLosses } from "./samplers/pareto.ts";
import type { Sampler } from "./samplers/sampler.ts";
import { tpeSampler } from "./samplers/tpe/tpe_sampler.ts";
import type { Direction, StudyStorage, TrialKey } from "./storage/storage.ts";
import {
  type Attributes,
  FAIL_REASON_KEY,
  lastStep,
  type Outcome,
  type Trial,
  type TrialTemplate,
} from "./trial.ts";

/** What a study is worked on with. */
export interface StudyTools {
  /** Where the study lies. */
  readonly storage: StudyStorage;
  /** Tells when the time is up. */
  readonly clock: Clock;
  /** Proposes parameters. @default TPE for one objective, NSGA-II for several */
  readonly sampler?: Sampler;
  /** Ends trials early. @default the median pruner for one objective, none for several */
  readonly pruner?: Pruner;
  /**
   * All that is random in a trial follows from this seed and the number of the trial, so several
   * workers may use the same seed.
   *
   * @default {0}
   */
  readonly seed?: number;
}

/** A study to be made. */
export interface NewStudy extends StudyTools {
  /** At most 512 characters. */
  readonly name: string;
  /** One for each objective. @default {["minimize"]} */
  readonly directions?: readonly Direction[];
  /** Goes on with a study of that name and these directions, when there is one. @default {false} */
  readonly resume?: boolean;
}

/** A search for the best parameters: its trials, and the means to run more of them. */
export class Study {
  /** Key in its storage. */
  readonly id: number;
  /** Unique in its storage. */
  readonly name: string;
  /** One for each objective. */
  readonly directions: readonly Direction[];
  /** Where it lies. */
  readonly storage: StudyStorage;
  /** Proposes parameters. */
  readonly sampler: Sampler;
  /** Ends trials early. */
  readonly pruner: Pruner;
  /** Tells when the time is up. */
  readonly clock: Clock;
  readonly #seed: number;
  readonly #known = new KnownDistributions();

  /** Use {@linkcode createStudy} or {@linkcode loadStudy}. */
  constructor(id: number, name: string, directions: readonly Direction[], tools: StudyTools) {
    const several = directions.length > 1;
    this.id = id;
    this.name = name;
    this.directions = directions;
    this.storage = tools.storage;
    this.clock = tools.clock;
    this.sampler = tools.sampler ?? (several ? nsga2Sampler() : tpeSampler());
    this.pruner = tools.pruner ?? (several ? noPruner() : medianPruner());
    this.#seed = tools.seed ?? 0;
  }

  /**
   * Starts a trial: the oldest waiting one, or else a new one. Nobody else gets it.
   *
   * @param signal handed to the objective
   */
  async ask(signal: AbortSignal = new AbortController().signal): Promise<ActiveTrial> {
    const { storage, id: studyId, name: studyName, directions, pruner } = this;
    const key = await storage.claimWaitingTrial(studyId) ?? await storage.createTrial(studyId);
    const all = await storage.trials(studyId);
    const place = all.findLastIndex(({ id }) => id === key.id);
    const trial = all[place];
    if (trial === undefined) throw new InputError(`Cannot go on: study ${studyName} was deleted`);
    this.#known.read(all);
    const others = all.toSpliced(place, 1);
    const seed = mixSeed(this.#seed, key.number);
    const proposal = this.sampler.propose({
      directions,
      trial,
      trials: pruner.peersOf?.(studyName, key.number, others) ?? others,
      random: createRandom(seed),
    });
    for (const [name, value] of Object.entries(proposal.attributes)) {
      await storage.setTrialAttribute("system", key.id, name, value);
    }
    return new ActiveTrial({
      trial,
      studyId,
      studyName,
      directions,
      storage,
      proposal,
      pruner,
      known: this.#known,
      seed: mixSeed(seed, 1),
      signal,
    });
  }

  /**
   * Ends a trial. A value that is NaN fails it; a pruned trial gets its last report as its value.
   *
   * @returns false when somebody else has ended it, which changes nothing
   * @throws {InputError} when there are not as many values as objectives; the trial goes on
   */
  async tell(trial: Pick<TrialKey, "id">, outcome: Outcome): Promise<boolean> {
    const { storage } = this;
    if (typeof outcome === "object" && "state" in outcome) {
      if (outcome.state === "PRUNED") {
        return await storage.finishTrial(trial.id, "PRUNED", await this.#lastReport(trial.id));
      }
      await storage.setTrialAttribute("system", trial.id, FAIL_REASON_KEY, outcome.reason);
      return await storage.finishTrial(trial.id, "FAIL", null);
    }
    // An objective without a return gives undefined, whatever its type says.
    const values = typeof outcome === "object" ? outcome : [outcome];
    if (values.some((value) => typeof value !== "number" || Number.isNaN(value))) {
      return await this.tell(trial, {
        state: "FAIL",
        reason: `the objective gave ${values.map(String).join(", ")}`,
      });
    }
    if (values.length !== this.directions.length) {
      throw new InputError(
        `Cannot take ${values.length} values for ${this.directions.length} objectives`,
        { where: `study ${this.name}`, remedy: "return one value for each direction" },
      );
    }
    return await storage.finishTrial(trial.id, "COMPLETE", values);
  }

  /**
   * Runs trials one after the other, or several at a time, until an end that the options set.
   *
   * @throws {InputError} when the options set no end
   * @throws what the objective throws, after its trial is marked failed, unless `onError` is
   * "continue"
   */
  optimize(objective: Objective, options: OptimizeOptions): Promise<OptimizeSummary> {
    return runTrials(this, objective, options);
  }

  /** Has a trial with these parameters run next; parameters left out are drawn. */
  async enqueue(
    params: Readonly<Record<string, Category>>,
    userAttributes: Attributes = {},
  ): Promise<TrialKey> {
    return await this.storage.createTrial(this.id, {
      state: "WAITING",
      userAttributes,
      systemAttributes: { [FIXED_PARAMS_KEY]: params },
    });
  }

  /** Adds a trial that was run elsewhere. */
  async addTrial(template: TrialTemplate): Promise<TrialKey> {
    return await this.storage.createTrial(this.id, template);
  }

  /** All trials by number. */
  async trials(): Promise<readonly Trial[]> {
    return await this.storage.trials(this.id);
  }

  /** The best complete trial that breaks no constraint, the first of equals; null for none. */
  async bestTrial(): Promise<Trial | null> {
    if (this.directions.length > 1) {
      throw new RangeError(
        "Cannot name the best trial as several objectives have a front: use bestTrials()",
      );
    }
    return (await this.bestTrials())[0] ?? null;
  }

  /** The complete trials that break no constraint and that none is better than in all objectives. */
  async bestTrials(): Promise<readonly Trial[]> {
    const candidates = (await this.trials())
      .filter((trial) => trial.state === "COMPLETE" && violationOf(trial) === 0);
    const losses = candidates.map(({ values }) => toLosses(values!, this.directions));
    return candidates.filter((_, i) => !losses.some((other) => dominates(other, losses[i]!)));
  }

  /** Attributes that {@linkcode Study.setUserAttribute} has set. */
  async userAttributes(): Promise<Attributes> {
    return await this.storage.studyAttributes("user", this.id);
  }

  /** Keeps a value with the study, for people and reports. */
  async setUserAttribute(key: string, value: JsonValue): Promise<void> {
    await this.storage.setStudyAttribute("user", this.id, key, value);
  }

  async #lastReport(trialId: number): Promise<readonly number[] | null> {
    const trial = (await this.trials()).find(({ id }) => id === trialId);
    const step = trial === undefined ? null : lastStep(trial);
    const value = step === null ? NaN : trial!.intermediateValues.get(step)!;
    return Number.isNaN(value) ? null : [value];
  }
}

/**
 * Makes a study, or goes on with one.
 *
 * @throws {InputError} when one of that name exists and is not to be resumed, or has other
 * directions, or the name is unfit
 * @example
 * ```ts
 * import { createStudy } from "./study.ts";
 * import { MemoryStorage } from "./storage/memory_storage.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * const clock = { now: () => 0 };
 * const study = await createStudy({ name: "demo", storage: new MemoryStorage(clock), clock });
 * const summary = await study.optimize(async (trial) => {
 *   const x = await trial.suggestFloat("x", -1, 1);
 *   return x * x;
 * }, { trials: 20 });
 * assertEquals(summary.complete, 20);
 * ```
 */
export async function createStudy(options: NewStudy): Promise<Study> {
  const { name, storage, directions = ["minimize"], resume = false } = options;
  if (name === "" || name.length > 512) {
    throw new InputError("Cannot name a study like this", { remedy: "use 1 to 512 characters" });
  }
  if (directions.length === 0) {
    throw new InputError("Cannot run a study without an objective", { where: `study ${name}` });
  }
  const created = await storage.createStudy(name, directions);
  if (created !== null) return new Study(created, name, directions, options);
  if (!resume) {
    throw new InputError("Cannot make a study: one of that name exists", {
      where: `study ${name}`,
      remedy: "resume it or choose another name",
    });
  }
  const study = await loadStudy(name, options);
  if (study.directions.join() !== directions.join()) {
    throw new InputError(
      `Cannot resume a study that is to ${study.directions.join(", ")} as ${directions.join(", ")}`,
      { where: `study ${name}`, remedy: "choose another name" },
    );
  }
  return study;
}

/**
 * Opens a study.
 *
 * @throws {InputError} when there is none of that name
 */
export async function loadStudy(name: string, tools: StudyTools): Promise<Study> {
  const id = await tools.storage.findStudy(name);
  if (id === null) {
    const names = (await tools.storage.studies()).map((study) => study.name);
    throw new InputError("Cannot find a study of that name", {
      where: `study ${name}`,
      remedy: names.length === 0
        ? "the storage is empty"
        : `there are: ${names.slice(-10).join(", ")}`,
    });
  }
  return new Study(id, name, await tools.storage.directions(id), tools);
}
