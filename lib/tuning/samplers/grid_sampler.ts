import {
  type Category,
  describeDistribution,
  type Grid,
  InputError,
  ownValue,
  toInternal,
} from "../../core/mod.ts";
import { FIXED_PARAMS_KEY } from "../active_trial.ts";
import { isFinished, type Trial } from "../trial.ts";
import { NO_PARAMS, type Sampler, type SamplerKind } from "./sampler.ts";

/** Attributes of a trial that has a point of the grid, as Optuna names them. */
const GRID_ID_KEY = "grid_id";
const GRID_KEY = "search_space";

/**
 * Tries every combination once, the last parameter changing fastest, and then ends the study. Any
 * number of workers may share the grid: a trial takes the free point whose place in line is the
 * trial's own among those that have not chosen yet.
 *
 * @throws {InputError} when a parameter has no values
 * @example
 * ```ts
 * import { createStudy } from "../study.ts";
 * import { MemoryStorage } from "../storage/memory_storage.ts";
 * import { gridSampler } from "./grid_sampler.ts";
 * import { assertEquals } from "../../../tests/assert.ts";
 *
 * const clock = { now: () => 0 };
 * const study = await createStudy({
 *   name: "sweep",
 *   storage: new MemoryStorage(clock),
 *   clock,
 *   sampler: gridSampler({ fast: [5, 10], slow: [20, 50, 100] }),
 * });
 * const summary = await study.optimize(async (trial) => {
 *   const fast = await trial.suggestInt("fast", 1, 50);
 *   return fast / await trial.suggestInt("slow", 1, 200);
 * }, {});
 * assertEquals([summary.complete, summary.reason], [6, "exhausted"]);
 * ```
 */
export function gridSampler(grid: Grid): Sampler {
  const names = Object.keys(grid);
  const empty = names.find((name) => grid[name]!.length === 0);
  if (empty !== undefined) {
    throw new InputError("Cannot try no values", { where: `grid, parameter ${empty}` });
  }
  const size = names.reduce((product, name) => product * grid[name]!.length, 1);
  return {
    name: "grid",
    propose({ trial, trials, random }) {
      const free = freePoints(trials, size);
      const ahead = trials.filter((other) => isUndecided(other) && other.number < trial.number);
      const point = isUndecided(trial) ? free[ahead.length] : undefined;
      return {
        params: NO_PARAMS,
        attributes: point === undefined ? {} : { [GRID_ID_KEY]: point, [GRID_KEY]: grid },
        draw(name, distribution) {
          const values = ownValue(grid, name);
          if (values === undefined) {
            throw new InputError("Cannot draw a parameter that is not in the grid", {
              where: `grid, parameter ${name}`,
              remedy: `the grid has ${names.join(", ")}`,
            });
          }
          const value = point === undefined
            ? values[random.integer(values.length)]!
            : valueAt(grid, point, name);
          const internal = toInternal(distribution, value);
          if (internal !== null) return internal;
          throw new InputError(
            `Cannot use ${JSON.stringify(value)} as ${describeDistribution(distribution)}`,
            { where: `grid, parameter ${name}`, remedy: "keep the grid inside the search space" },
          );
        },
      };
    },
    isExhausted: (trials) => freePoints(trials, size).length === 0,
  };
}

/** Every point of a grid, for a study that asks for it by name. */
export const GRID_SAMPLER: SamplerKind = {
  name: "grid",
  beginsWithDefaults: false,
  create: ({ grid }) => gridSampler(grid),
};

function freePoints(trials: readonly Trial[], size: number): number[] {
  const taken = new Set(trials.map(({ systemAttributes }) => systemAttributes[GRID_ID_KEY]));
  return Array.from({ length: size }, (_, point) => point).filter((point) => !taken.has(point));
}

/** Whether it runs and has still to take a point: no enqueued, no retried trial. */
function isUndecided({ state, systemAttributes }: Trial): boolean {
  return !isFinished(state) && !(GRID_ID_KEY in systemAttributes) &&
    !(FIXED_PARAMS_KEY in systemAttributes);
}

function valueAt(grid: Grid, point: number, name: string): Category {
  let rest = point;
  for (const other of Object.keys(grid).reverse()) {
    const values = grid[other]!;
    if (other === name) return values[rest % values.length]!;
    rest = Math.floor(rest / values.length);
  }
  throw new RangeError(`Cannot find ${name} in the grid`);
}
