import type { Bars } from "../market/mod.ts";
import { bestAchievable, wavePositions } from "./best_achievable.ts";
import { type SimulationOptions, unitMove, worldReturns } from "./simulate_bars.ts";
import { type CompleteWorld, completeWorld, waveMoves } from "./world.ts";

/**
 * Positions of the best policy on simulated bars, found from what a trader sees: the prices up to
 * each close, and the law of the world.
 *
 * @param bars from `simulateBars(options)`, from the first bar on
 * @param options the same options
 * @param costPerTurn per unit of |change of position|, in the world's unit
 * @returns −1, 0 or 1 per bar: decided at its close, held over the next bar
 * @example
 * ```ts
 * import { optimalPositions } from "./optimal_positions.ts";
 * import { simulateBars, worldReturns } from "./simulate_bars.ts";
 * import { findInstrument } from "../market/instruments.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * const options = {
 *   world: { kind: "ar1", phi: 0.2 }, instrument: findInstrument("MES"), bars: 100,
 *   intervalMs: 60_000, seed: 7, start: 0, startPrice: 5_000, volatilityTicks: 8,
 * } as const;
 * const bars = simulateBars(options);
 * assertEquals(optimalPositions(bars, options, 0)[9], Math.sign(worldReturns(bars, options)[9]!));
 * ```
 */
export function optimalPositions(
  bars: Bars,
  options: SimulationOptions,
  costPerTurn: number,
): Int8Array {
  const world = completeWorld(options.world);
  const positions = new Int8Array(bars.length);
  if (world.kind === "sinusoid") {
    const sides = wavePositions(waveMoves(world).moves, costPerTurn);
    return positions.map((_, i) => sides[(i + 1) % sides.length]!);
  }
  const signal = risingSignal(world, bars, options);
  if (signal === null) return positions.fill("drift" in world ? Math.sign(world.drift) : 0);
  const { threshold } = bestAchievable(world, costPerTurn);
  if (threshold === null) return positions;
  let side = 0;
  for (let i = 0; i < bars.length; i++) {
    if (signal[i]! > threshold) side = 1;
    else if (signal[i]! < -threshold) side = -1;
    positions[i] = side;
  }
  return positions;
}

/** The signal at each close, signed so that a positive one predicts a rise; null without one. */
function risingSignal(
  world: CompleteWorld,
  bars: Bars,
  options: SimulationOptions,
): Float64Array | null {
  switch (world.kind) {
    case "ar1":
      return worldReturns(bars, options).map((last) => Math.sign(world.phi) * last);
    case "ou":
      return bars.close.map((close) => (options.startPrice - close) / unitMove(options));
    case "regime":
      return filteredLogOdds(worldReturns(bars, options), world.drift, world.stay);
    default:
      return null;
  }
}

/** Log odds of the rising regime after each bar (Hamilton filter). */
function filteredLogOdds(returns: Float64Array, drift: number, stay: number): Float64Array {
  let logOdds = 0;
  return returns.map((value) => {
    const now = 1 / (1 + Math.exp(-logOdds));
    const up = stay * now + (1 - stay) * (1 - now);
    return logOdds = Math.log(up / (1 - up)) + 2 * drift * value;
  });
}
