import { createRandom } from "../core/mod.ts";
import { politisWhiteBlockLength } from "./block_length.ts";
import { stationaryBootstrapIndices } from "./bootstrap.ts";
import { requireResampling } from "./resampling_options.ts";
import { requireFinite } from "./same_periods.ts";

/** Settings of `simulateDrawdowns`. */
export interface DrawdownSimulationOptions {
  /** Seed of the resampling. */
  readonly seed: number;
  /** Resampled histories. @default {2000} */
  readonly samples?: number;
  /** Length of each history; that of the returns when absent. */
  readonly periods?: number;
  /** Mean block length; chosen by `politisWhiteBlockLength` when absent. */
  readonly blockLength?: number;
}

/** What could have happened with the same returns in another order; all columns ascending. */
export interface DrawdownSimulation {
  /** Deepest loss from a high, negative fraction of that high: the worst history first. */
  readonly maxDrawdown: Float64Array;
  /** Longest run of periods below the last high. */
  readonly underWater: Float64Array;
  /** Return over the whole history, fraction. */
  readonly totalReturn: Float64Array;
  /** Share of the histories that end below their start. */
  readonly lossProbability: number;
  /** Mean block length used. */
  readonly blockLength: number;
}

/** The figures of one history. */
export interface DrawdownPath {
  /** Deepest loss from a high, the start included; negative fraction, 0 for none. */
  readonly maxDrawdown: number;
  /** Longest run of periods below the last high. */
  readonly underWater: number;
  /** Return over the whole history, fraction. */
  readonly totalReturn: number;
}

/**
 * Distribution of drawdown by block-bootstrap Monte Carlo: histories are drawn from the returns by
 * the stationary bootstrap, which keeps runs of losses as long as they were. One backtest shows one
 * drawdown, seldom the worst that its own returns allow.
 *
 * @param returns simple returns per period, at least 8
 * @throws RangeError when there are fewer, a return is not finite or the settings are none.
 * @example
 * ```ts
 * import { simulateDrawdowns } from "./drawdown_simulation.ts";
 * import { percentile } from "./moments.ts";
 * import { createRandom } from "../core/random.ts";
 * import { assert } from "../../tests/assert.ts";
 *
 * const random = createRandom(1);
 * const returns = Float64Array.from({ length: 250 }, () => 0.01 * random.normal());
 * const { maxDrawdown } = simulateDrawdowns(returns, { seed: 2, samples: 200 });
 * // One history in twenty is worse than this.
 * assert(percentile(maxDrawdown, 0.05) < -0.1);
 * ```
 */
export function simulateDrawdowns(
  returns: Float64Array,
  options: DrawdownSimulationOptions,
): DrawdownSimulation {
  const { seed, samples = 2_000, periods = returns.length } = options;
  requireFinite(returns);
  requireResampling({ ...options, samples });
  if (!(Number.isInteger(periods) && periods >= 1)) {
    throw new RangeError(
      `Cannot draw a history as its periods are a whole number from 1: current value is ${periods}`,
    );
  }
  const blockLength = options.blockLength ?? politisWhiteBlockLength(returns).stationary;
  const random = createRandom(seed);
  const indices = new Int32Array(periods);
  const maxDrawdown = new Float64Array(samples);
  const underWater = new Float64Array(samples);
  const totalReturn = new Float64Array(samples);
  for (let sample = 0; sample < samples; sample++) {
    stationaryBootstrapIndices(random, blockLength, indices, returns.length);
    const path = drawdownPath(Float64Array.from(indices, (row) => returns[row]!));
    maxDrawdown[sample] = path.maxDrawdown;
    underWater[sample] = path.underWater;
    totalReturn[sample] = path.totalReturn;
  }
  return {
    maxDrawdown: maxDrawdown.sort(),
    underWater: underWater.sort(),
    totalReturn: totalReturn.sort(),
    lossProbability: totalReturn.filter((value) => value < 0).length / samples,
    blockLength,
  };
}

/** Drawdown of one history of simple returns; what is lost entirely stays lost. */
export function drawdownPath(returns: Float64Array): DrawdownPath {
  let wealth = 1, high = 1, deepest = 0, run = 0, longest = 0;
  for (const value of returns) {
    wealth = Math.max(0, wealth * (1 + value));
    if (wealth >= high) {
      high = wealth;
      run = 0;
    } else {
      longest = Math.max(longest, ++run);
      deepest = Math.min(deepest, wealth / high - 1);
    }
  }
  return { maxDrawdown: deepest, underWater: longest, totalReturn: wealth - 1 };
}
