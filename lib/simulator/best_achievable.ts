import { type ChainOptions, createChain, solveSwitching } from "./switching.ts";
import {
  type CompleteWorld,
  completeWorld,
  stationaryDeviation,
  type Wave,
  waveMoves,
  type World,
} from "./world.ts";

/** What no policy can beat in a simulated world, and the policy that gets there. */
export interface BestAchievable {
  /** The best policy in words. */
  readonly policy: string;
  /** Long-run average net reward per bar, positions in [−1, 1], in the world's unit. */
  readonly meanPerBar: number;
  /** `meanPerBar` over the standard deviation of the reward; null where nothing is held. */
  readonly sharpePerBar: number | null;
  /** Cost per unit of |change of position|, in the world's unit. */
  readonly costPerTurn: number;
  /** Average |change of position| per bar. */
  readonly turnoverPerBar: number;
  /**
   * The size of the signal from which on the position is turned: |last return| (ar1), |level|
   * (ou), |log odds of the rising regime| (regime); null for the other worlds and where no trade
   * pays.
   */
  readonly threshold: number | null;
  /** How the numbers were found. */
  readonly method: string;
}

/** √(2/π), the mean size of a standard normal number. */
const MEAN_SIZE = Math.sqrt(2 / Math.PI);

/**
 * The best average net reward per bar that any policy can earn in a world
 * (docs/methods.md#worlds-with-a-known-optimum), for a risk-neutral trader who knows the world's
 * law but sees only prices.
 *
 * @param world parameters left out take their defaults
 * @param costPerTurn per unit of |change of position|, in the world's unit; 0 for none
 * @throws {RangeError} when the cost is negative or not finite
 * @throws {InputError} when a parameter of the world is out of range
 * @example
 * ```ts
 * import { bestAchievable } from "./best_achievable.ts";
 * import { assertClose } from "../../tests/assert.ts";
 *
 * assertClose(bestAchievable({ kind: "ar1", phi: 0.2 }, 0).meanPerBar, 0.15958, 1e-5);
 * assertClose(bestAchievable({ kind: "ar1", phi: 0.2 }, 0.1).meanPerBar, 0.0901, 1e-4);
 * ```
 */
export function bestAchievable(world: World, costPerTurn: number): BestAchievable {
  if (!(costPerTurn >= 0 && Number.isFinite(costPerTurn))) {
    throw new RangeError(
      `Cannot charge a cost as it must be 0 or above: current value is ${costPerTurn}`,
    );
  }
  const complete = completeWorld(world);
  switch (complete.kind) {
    case "gbm":
    case "jump":
      return driftOnly(complete.drift, 1, costPerTurn);
    case "garch":
      return driftOnly(0, 1, costPerTurn);
    case "sinusoid":
      return knownWave(complete, costPerTurn);
    default:
      return bySignal(complete, costPerTurn);
  }
}

function driftOnly(drift: number, deviation: number, costPerTurn: number): BestAchievable {
  const common = { costPerTurn, turnoverPerBar: 0, threshold: null };
  if (drift === 0) {
    return {
      ...common,
      policy: "stay flat: returns cannot be foreseen",
      meanPerBar: 0,
      sharpePerBar: null,
      method: "martingale, section 8.5",
    };
  }
  return {
    ...common,
    policy: drift > 0 ? "buy and hold" : "sell short and hold",
    meanPerBar: Math.abs(drift),
    sharpePerBar: Math.abs(drift) / deviation,
    method: "formula, section 8.4 (the one entry costs nothing per bar in the long run)",
  };
}

/** Worlds whose next return depends on one signal that a trader can compute from prices. */
export type SignalWorld = Extract<CompleteWorld, { readonly kind: "ar1" | "ou" | "regime" }>;

const POLICIES: Readonly<Record<SignalWorld["kind"], string>> = {
  ar1: "hold the side the last return predicts",
  ou: "hold against the distance from the mean",
  regime: "hold the side the Bayes filter finds likelier",
};

function bySignal(world: SignalWorld, costPerTurn: number): BestAchievable {
  const { mean, variance, threshold, turnover } = solveSwitching(
    createChain(signalChain(world)),
    costPerTurn,
  );
  const exact = costPerTurn === 0 ? freeOfCost(world) : null;
  const meanPerBar = exact?.mean ?? mean;
  const rewardVariance = exact?.variance ?? variance;
  const isBanded = threshold !== null && threshold > 0;
  return {
    policy: threshold === null
      ? "stay flat: no signal is worth its cost"
      : isBanded
      ? `${POLICIES[world.kind]}, turn only beyond ${threshold.toFixed(3)}`
      : POLICIES[world.kind],
    meanPerBar,
    sharpePerBar: threshold === null ? null : meanPerBar / Math.sqrt(rewardVariance),
    costPerTurn,
    turnoverPerBar: turnover,
    threshold,
    method: exact === null
      ? `dynamic programming on 401 states, section ${SECTIONS[world.kind]}`
      : `formula, section ${SECTIONS[world.kind]}`,
  };
}

const SECTIONS: Readonly<Record<SignalWorld["kind"], string>> = {
  ar1: "8.1",
  ou: "8.2",
  regime: "8.3",
};

/** Closed forms without cost; none for the filter. */
function freeOfCost(world: SignalWorld): { mean: number; variance: number } | null {
  switch (world.kind) {
    case "ar1": {
      const mean = Math.abs(world.phi) * MEAN_SIZE;
      return { mean, variance: 1 - mean ** 2 };
    }
    case "ou": {
      const drift = world.kappa * stationaryDeviation(world.kappa);
      const mean = drift * MEAN_SIZE;
      return { mean, variance: drift ** 2 + 1 - mean ** 2 };
    }
    case "regime":
      return null;
  }
}

function signalChain(world: SignalWorld): ChainOptions {
  switch (world.kind) {
    case "ar1": {
      const { phi } = world;
      return {
        limit: 6,
        deviation: Math.sqrt(1 - phi ** 2),
        next: (last) => [[phi * last, 1]],
        drift: (last) => phi * last,
        variance: () => 1 - phi ** 2,
      };
    }
    case "ou": {
      const { kappa } = world;
      return {
        limit: 6 * stationaryDeviation(kappa),
        deviation: 1,
        next: (level) => [[(1 - kappa) * level, 1]],
        drift: (level) => -kappa * level,
        variance: () => 1,
      };
    }
    case "regime":
      return regimeChain(world.drift, world.stay);
  }
}

/**
 * The Hamilton filter's log odds as a chain: predict through the regime's own chain, then add the
 * log likelihood ratio 2·drift·r of the next return (Hamilton 1989).
 */
function regimeChain(drift: number, stay: number): ChainOptions {
  const rising = (logOdds: number): number => {
    const now = 1 / (1 + Math.exp(-logOdds));
    return stay * now + (1 - stay) * (1 - now);
  };
  const expected = (logOdds: number): number => drift * (2 * rising(logOdds) - 1);
  const deviation = 2 * drift;
  return {
    limit: Math.log(stay / (1 - stay)) + 2 * drift ** 2 + 5 * deviation,
    deviation,
    next: (logOdds) => {
      const up = rising(logOdds);
      const predicted = Math.log(up / (1 - up));
      return [[predicted + 2 * drift ** 2, up], [predicted - 2 * drift ** 2, 1 - up]];
    },
    drift: expected,
    variance: (logOdds) => 1 + drift ** 2 - expected(logOdds) ** 2,
  };
}

function knownWave(world: Wave, costPerTurn: number): BestAchievable {
  const { moves } = waveMoves(world);
  const sides = wavePositions(moves, costPerTurn);
  const variance = 1 - moves.reduce((total, move) => total + move ** 2, 0) / world.period;
  let [mean, square, turnover] = [0, 0, 0];
  moves.forEach((move, bar) => {
    const turn = Math.abs(sides[bar]! - sides.at(bar - 1)!);
    const reward = sides[bar]! * move - costPerTurn * turn;
    mean += reward / world.period;
    square += (reward ** 2 + sides[bar]! ** 2 * variance) / world.period;
    turnover += turn / world.period;
  });
  const isFlat = sides[0] === 0;
  return {
    policy: isFlat ? "stay flat: the swing is not worth its cost" : "hold the side of the wave",
    meanPerBar: mean,
    sharpePerBar: isFlat ? null : mean / Math.sqrt(square - mean ** 2),
    costPerTurn,
    turnoverPerBar: turnover,
    threshold: null,
    method: "dynamic programming over one period, section 8.4",
  };
}

/**
 * Best side for each bar of a period, by the same equation as `solveSwitching` with a known
 * future; 0 throughout where no trade pays.
 *
 * @param moves expected move of each bar of one period
 */
export function wavePositions(moves: Float64Array, costPerTurn: number): Int8Array {
  const period = moves.length;
  const value = new Float64Array(period);
  // Clipping forgets the start within two periods; a third settles the last digits.
  for (let bar = 4 * period - 1; bar >= 0; bar--) {
    const later = value[(bar + 1) % period]!;
    const clipped = Math.min(costPerTurn, Math.max(-costPerTurn, later));
    value[bar % period] = moves[bar % period]! + clipped;
  }
  const sides = new Int8Array(period);
  let side = 0;
  for (let bar = 0; bar < 2 * period; bar++) {
    if (value[bar % period]! > costPerTurn) side = 1;
    if (value[bar % period]! < -costPerTurn) side = -1;
    sides[bar % period] = side;
  }
  return sides;
}
