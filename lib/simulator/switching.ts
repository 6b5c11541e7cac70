/**
 * A signal that follows a Markov chain on a grid symmetric about zero, and what the next bar
 * returns given the signal. Turning the signal's sign turns the drift's.
 */
export interface SignalChain {
  /** Grid points, ascending; the middle one is 0. */
  readonly states: Float64Array;
  /** Expected next return at each state. */
  readonly drift: Float64Array;
  /** Variance of the next return at each state. */
  readonly variance: Float64Array;
  /** Probabilities of the next state given each state, near-zero ends cut off. */
  readonly kernel: readonly Row[];
}

/** The non-zero part of one row of a transition matrix. */
export interface Row {
  /** Index of the first state in `probabilities`. */
  readonly first: number;
  /** Probabilities of the states from `first` on; they sum to 1. */
  readonly probabilities: Float64Array;
}

/** The best policy with positions in [−1, 1] and a proportional cost. */
export interface SwitchingSolution {
  /** Average net reward per bar. */
  readonly mean: number;
  /** Variance of one bar's net reward. */
  readonly variance: number;
  /** Average |change of position| per bar. */
  readonly turnover: number;
  /** |signal| from which on the position is turned with the drift; null where it never pays. */
  readonly threshold: number | null;
}

/** Iterations end when no value moves by more than this. */
const TOLERANCE = 1e-11;
const MOST_ITERATIONS = 50_000;

/**
 * Solves the average-reward problem: hold position a in [−1, 1], earn a·r' − cost·|Δa| per bar.
 *
 * Reward and cost are linear in the position, so each unit of it can be managed alone, and what
 * a unit is worth does not depend on the others. Its relative value obeys the dynamic-programming
 * equation q(x) = clip(μ(x) + E[q(x')|x], −cost, cost): above the cost it pays to buy, below −cost
 * to sell, between to wait (Dynkin-game form of optimal switching). The position is therefore
 * always −1 or 1 after the first trade, and its long-run law gives mean, variance and turnover.
 *
 * @param cost per unit of |Δa|, in the unit of the returns, not negative
 */
export function solveSwitching(chain: SignalChain, cost: number): SwitchingSolution {
  const value = marginalValue(chain, cost);
  const threshold = findThreshold(chain, value, cost);
  if (threshold === null) return { mean: 0, variance: 0, turnover: 0, threshold };
  return { ...longRun(chain, value, cost), threshold };
}

/** Value of one more unit of position at each state, before the cost limits it. */
function marginalValue(chain: SignalChain, cost: number): Float64Array {
  const { drift, kernel } = chain;
  let value = Float64Array.from(drift);
  for (let iteration = 0; iteration < MOST_ITERATIONS; iteration++) {
    const clipped = value.map((v) => Math.min(cost, Math.max(-cost, v)));
    const next = drift.map((mu, i) => mu + expectation(kernel[i]!, clipped));
    let change = 0;
    for (let i = 0; i < next.length; i++) change = Math.max(change, Math.abs(next[i]! - value[i]!));
    value = next;
    if (change < TOLERANCE) break;
  }
  return value;
}

function expectation(row: Row, values: Float64Array): number {
  let total = 0;
  for (let j = 0; j < row.probabilities.length; j++) {
    total += row.probabilities[j]! * values[row.first + j]!;
  }
  return total;
}

/** Where the value crosses the cost on the way out from zero, between grid points. */
function findThreshold(chain: SignalChain, value: Float64Array, cost: number): number | null {
  const { states } = chain;
  const middle = (states.length - 1) / 2;
  if (cost === 0) return 0;
  for (let i = middle + 1; i < states.length; i++) {
    const [before, after] = [Math.abs(value[i - 1]!), Math.abs(value[i]!)];
    if (after <= cost) continue;
    return states[i - 1]! + (states[i]! - states[i - 1]!) * (cost - before) / (after - before);
  }
  return null;
}

/** Follows the law of (state, long) to its limit; (state, short) is its mirror image. */
function longRun(
  chain: SignalChain,
  value: Float64Array,
  cost: number,
): Pick<SwitchingSolution, "mean" | "variance" | "turnover"> {
  const { drift, kernel, variance } = chain;
  const size = drift.length;
  const mirror = (i: number): number => size - 1 - i;
  let long = new Float64Array(size).fill(0.5 / size);
  let bought = new Float64Array(size);
  for (let iteration = 0; iteration < MOST_ITERATIONS; iteration++) {
    const arriving = push(kernel, long);
    const next = new Float64Array(size);
    bought = new Float64Array(size);
    let change = 0;
    for (let i = 0; i < size; i++) {
      if (value[i]! > cost) bought[i] = arriving[mirror(i)]!;
      next[i] = value[i]! < -cost ? 0 : arriving[i]! + bought[i]!;
      change += Math.abs(next[i]! - long[i]!);
    }
    long = next;
    if (change < TOLERANCE) break;
  }
  // A turn from −1 to 1 is a change of 2; longs and shorts contribute alike.
  const fee = 2 * cost;
  let [mean, square, turns] = [0, 0, 0];
  for (let i = 0; i < size; i++) {
    const [mass, turned, mu] = [long[i]!, bought[i]!, drift[i]!];
    mean += 2 * (mass * mu - turned * fee);
    square += 2 * (mass * (mu ** 2 + variance[i]!) + turned * (fee ** 2 - 2 * fee * mu));
    turns += 2 * turned;
  }
  return { mean, variance: square - mean ** 2, turnover: 2 * turns };
}

function push(kernel: readonly Row[], mass: Float64Array): Float64Array {
  const next = new Float64Array(mass.length);
  for (let i = 0; i < mass.length; i++) {
    const { first, probabilities } = kernel[i]!;
    const here = mass[i]!;
    if (here === 0) continue;
    for (let j = 0; j < probabilities.length; j++) next[first + j]! += here * probabilities[j]!;
  }
  return next;
}

/**
 * States of one chain; enough for the tables of docs/methods.md#worlds-with-a-known-optimum to
 * their last digit.
 */
const STATES = 401;

/** Tails further out than this many standard deviations are cut off. */
const TAIL = 6.5;

/** Describes a chain whose next state is normal, or a mixture of normals of one deviation. */
export interface ChainOptions {
  /** The grid runs from −limit to limit. */
  readonly limit: number;
  /** Standard deviation of each normal. */
  readonly deviation: number;
  /** Means and weights of the next state given the state. */
  readonly next: (state: number) => readonly (readonly [mean: number, weight: number])[];
  /** Expected next return at a state. */
  readonly drift: (state: number) => number;
  /** Variance of the next return at a state. */
  readonly variance: (state: number) => number;
}

/**
 * Puts a chain on a grid. Probabilities are the normal density at the grid points, normalised:
 * the trapezoidal rule, which for a normal density on an even grid is exact to many digits.
 */
export function createChain(options: ChainOptions): SignalChain {
  const { deviation, limit } = options;
  const step = 2 * limit / (STATES - 1);
  const states = Float64Array.from({ length: STATES }, (_, i) => (i - (STATES - 1) / 2) * step);
  const reach = TAIL * deviation;
  const index = (state: number): number => Math.round(state / step) + (STATES - 1) / 2;
  const kernel = Array.from(states, (state): Row => {
    const parts = options.next(state);
    const means = parts.map(([mean]) => mean);
    const first = Math.max(0, Math.min(STATES - 1, index(Math.min(...means) - reach)));
    const last = Math.max(first, Math.min(STATES - 1, index(Math.max(...means) + reach)));
    const density = Float64Array.from({ length: last - first + 1 }, (_, j) => {
      let total = 0;
      for (const [mean, weight] of parts) {
        total += weight * Math.exp(-0.5 * ((states[first + j]! - mean) / deviation) ** 2);
      }
      return total;
    });
    const sum = density.reduce((total, p) => total + p, 0);
    return { first, probabilities: density.map((p) => p / sum) };
  });
  return {
    states,
    drift: states.map(options.drift),
    variance: states.map(options.variance),
    kernel,
  };
}
