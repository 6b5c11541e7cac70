import { createRandom } from "../core/mod.ts";
import {
  type Interval,
  normalQuantile,
  politisWhiteBlockLength,
  requireResampling,
  stationaryBootstrapIndices,
} from "../statistics/mod.ts";
import {
  type AccountOutcome,
  type AccountRules,
  type Breach,
  BREACHES,
  type DayPath,
  followAccount,
} from "../risk/mod.ts";

/** Settings of `simulateAccount`. */
export interface AccountSimulationOptions {
  /** Seed of the resampling. */
  readonly seed: number;
  /** Simulated accounts. @default {2000} */
  readonly samples?: number;
  /** Days that each account has. */
  readonly days: number;
  /** Mean block length in days; chosen from the daily results when absent. */
  readonly blockLength?: number;
}

/** How often an account with such days is passed or lost. */
export interface AccountSimulation {
  /** Share of the accounts that are passed. */
  readonly passed: number;
  /** 95 % interval of that share for the number of samples; not for the days being few. */
  readonly passedInterval: Interval;
  /** Share of the accounts lost, by the rule that ended them. */
  readonly breached: Readonly<Record<Breach, number>>;
  /** Share that neither passed nor was lost. */
  readonly open: number;
  /** Days until passed, ascending; one for each account that was. */
  readonly daysToPass: Float64Array;
  /** Days until lost, ascending; one for each account that was. */
  readonly daysToBreach: Float64Array;
  /** Equity at the end of each account, micro-dollars, ascending. */
  readonly finalMicros: Float64Array;
  /** Mean block length used, days. */
  readonly blockLength: number;
}

/**
 * Monte Carlo of an account under its rules: whole days, with what happened inside them, are drawn
 * by the stationary bootstrap and added to the account until it is passed, lost or out of days.
 * Profits are in money, so that the size of the positions stays what it was.
 *
 * @param days at least 8; see `dayPaths`
 * @throws RangeError when there are fewer or the settings are none.
 * @example
 * ```ts
 * import { simulateAccount } from "./account_simulation.ts";
 * import { assertClose } from "../../tests/assert.ts";
 *
 * // A fair coin for $100 that may win $200 before it loses $100 passes once in three times.
 * const days = Array.from({ length: 10 }, (_, day) => Float64Array.of(day % 2 ? 100e6 : -100e6));
 * const { passed } = simulateAccount(days, {
 *   initialMicros: 1_000e6,
 *   profitTargetMicros: 200e6,
 *   trailingDrawdown: { basis: "end-of-day", amountMicros: 100e6, stopsAtMicros: -100e6 },
 * }, { seed: 1, days: 100, blockLength: 1 });
 * assertClose(passed, 1 / 3, 0.04);
 * ```
 */
export function simulateAccount(
  days: readonly DayPath[],
  rules: AccountRules,
  options: AccountSimulationOptions,
): AccountSimulation {
  const { seed, samples = 2_000 } = options;
  requireResampling({ ...options, samples });
  if (!(Number.isInteger(options.days) && options.days >= 1)) {
    throw new RangeError(
      `Cannot simulate an account as its days are a whole number from 1: current value is ${options.days}`,
    );
  }
  const results = Float64Array.from(days, (path) => path.at(-1) ?? 0);
  const blockLength = options.blockLength ?? politisWhiteBlockLength(results).stationary;
  const random = createRandom(seed);
  const indices = new Int32Array(options.days);
  const outcomes = Array.from({ length: samples }, () => {
    stationaryBootstrapIndices(random, blockLength, indices, days.length);
    return followAccount(Array.from(indices, (day) => days[day]!), rules);
  });
  const passed = outcomes.filter(({ kind }) => kind === "passed");
  const lost = outcomes.filter(({ kind }) => kind !== "passed" && kind !== "open");
  const breached = Object.fromEntries(
    BREACHES.map((rule) => [rule, lost.filter(({ kind }) => kind === rule).length / samples]),
  ) as Record<Breach, number>;
  return {
    passed: passed.length / samples,
    passedInterval: wilsonInterval(passed.length, samples),
    breached,
    open: (samples - passed.length - lost.length) / samples,
    daysToPass: column(passed, "days"),
    daysToBreach: column(lost, "days"),
    finalMicros: column(outcomes, "equityMicros"),
    blockLength,
  };
}

function column(
  outcomes: readonly AccountOutcome[],
  name: "days" | "equityMicros",
): Float64Array {
  return Float64Array.from(outcomes, (outcome) => outcome[name]).sort();
}

/** 95 % interval of a share (Wilson 1927). */
function wilsonInterval(hits: number, count: number): Interval {
  const z = normalQuantile(0.975);
  const middle = (hits + z * z / 2) / (count + z * z);
  const reach = z / (count + z * z) * Math.sqrt(hits * (count - hits) / count + z * z / 4);
  return [Math.max(0, middle - reach), Math.min(1, middle + reach)];
}
