import { mean, standardDeviation } from "../statistics/moments.ts";
import { type ConfidenceCalibration, fitConfidence } from "./confidence_calibration.ts";
import type { BlendKind, BlendRule, WeightLearning } from "./blend_rule.ts";
import { type Signal, signalForecast } from "./signal.ts";
import { hedgeRate } from "./expert_weights.ts";
import { fitLogOddsPool } from "./log_odds_pool.ts";
import type { LogisticWeights } from "./logistic_weights.ts";
import { longProbability } from "./forecast.ts";
import { fitStacking } from "./stacking.ts";

/** Past rows that no part has learnt from, with what came of them. */
export interface BlendHistory {
  /** Of each part at each row; null where the part was vetoed: such rows are not acted on. */
  readonly signals: readonly ((row: number) => Signal | null)[];
  /** Return of a long position over the horizon after each row, as a fraction, before costs. */
  readonly moves: Float64Array;
  /** Cost of a round trip at each row, as a fraction of price. */
  readonly costs: Float64Array;
  /** Return of a long position over one bar after each row. */
  readonly barReturns: Float64Array;
}

/** All that a blend learns before it begins; plain data. */
export interface FittedBlend {
  /** Evidence to probability, one per part; null where there were too few rows. */
  readonly calibrations: readonly (ConfidenceCalibration | null)[];
  /** The blender with its settings. */
  readonly rule: BlendRule;
  /** Mean result of winning and of losing positions, as fractions of price, after costs. */
  readonly bet: { readonly win: number; readonly loss: number } | null;
}

/** A single part must be at least this sure, or the blend is flat. */
const MIN_CONFIDENCE = 0.02;
/** A return of so many deviations counts as the best that can happen to an expert. */
const BOUND_DEVIATIONS = 3;
/** Weight given back each bar: experts change places every few hundred bars. */
const SHARE = 0.002;
/** Share of the rows, the older, that fit the parts' confidence where a pool is fitted on the rest. */
const FIRST_STAGE = 0.6;

/**
 * Fits the parts' confidence, P(the position held over the horizon ends above its round trip), and
 * what the blender needs. A pool or a stack is fitted on newer rows than the confidence it reads,
 * so its inputs are out of fold.
 *
 * @param horizonBars rows that one outcome spans, left out between the two stages
 * @throws RangeError when the sizes differ.
 */
export function fitBlend(
  kind: BlendKind,
  history: BlendHistory,
  horizonBars: number,
): FittedBlend {
  const rows = history.moves.length;
  if (history.costs.length !== rows) {
    throw new RangeError(
      `Cannot fit a blend as ${rows} moves need as many costs: current value is ${history.costs.length}`,
    );
  }
  const isPooled = kind === "log-odds-pool" || kind === "stacking";
  const border = isPooled ? Math.floor(rows * FIRST_STAGE) : rows;
  const calibrations = history.signals.map((signals) =>
    fitPart(signals, history, isPooled ? border - horizonBars - 1 : rows)
  );
  const rule = blendRule(kind, history, calibrations, border);
  return { calibrations, rule, bet: meanBet(history) };
}

function fitPart(
  signalAt: (row: number) => Signal | null,
  { costs, moves }: BlendHistory,
  end: number,
): ConfidenceCalibration | null {
  const evidence = [], won: number[] = [];
  for (let row = 0; row < end; row++) {
    const signal = signalAt(row);
    const net = (signal?.position ?? 0) * moves[row]! -
      Math.abs(signal?.position ?? 0) * costs[row]!;
    if (signal?.evidence == null || signal.position === 0 || Number.isNaN(net)) continue;
    if (!Number.isFinite(signal.evidence.volatility)) continue;
    evidence.push(signal.evidence);
    won.push(net > 0 ? 1 : 0);
  }
  return fitConfidence(evidence, Uint8Array.from(won));
}

function blendRule(
  kind: BlendKind,
  history: BlendHistory,
  calibrations: FittedBlend["calibrations"],
  border: number,
): BlendRule {
  const finite = history.barReturns.filter(Number.isFinite);
  const spread = finite.length < 2 ? 0 : standardDeviation(finite);
  const returnBound = Math.max(1e-6, BOUND_DEVIATIONS * spread);
  const learning: WeightLearning = { returnBound, rate: null, share: 0 };
  switch (kind) {
    case "log-odds-pool": {
      const { fitted, minConfidence } = fitPooled(kind, history, calibrations, border);
      return { kind, pool: fitted, minConfidence };
    }
    case "stacking": {
      const { fitted, minConfidence } = fitPooled(kind, history, calibrations, border);
      return { kind, stack: fitted, minConfidence };
    }
    case "confidence-weighted":
      return { kind, minConfidence: MIN_CONFIDENCE, learning };
    case "hedge":
      return { kind, learning };
    case "fixed-share":
      return { kind, learning: { ...learning, share: SHARE } };
    case "exponentiated-gradient": {
      const experts = history.signals.length + 1;
      return { kind, rate: hedgeRate(experts, Math.max(1, finite.length)) / returnBound };
    }
    case "plain-rule":
      return { kind };
  }
}

/**
 * Pools on the rows in which a long or a short beat its costs, each taken from both sides, so that
 * a drift of these rows teaches nothing. Where the share q of rows belongs to neither side, a pooled
 * probability must exceed ½ / (1 - q) for the position to beat flat more often than not.
 */
function fitPooled(
  kind: "log-odds-pool" | "stacking",
  { signals, costs, moves }: BlendHistory,
  calibrations: FittedBlend["calibrations"],
  border: number,
): { readonly fitted: LogisticWeights; readonly minConfidence: number } {
  const inputs: number[] = [], outcomes: number[] = [];
  let neither = 0, known = 0;
  for (let row = border; row < moves.length; row++) {
    if (Number.isNaN(moves[row]!)) continue;
    known++;
    if (Math.abs(moves[row]!) <= costs[row]!) {
      neither++;
      continue;
    }
    const long = signals.map((signalAt, i) => partProbability(signalAt(row), calibrations[i]!));
    const rose = moves[row]! > 0 ? 1 : 0;
    inputs.push(...long, ...long.map((probability) => 1 - probability));
    outcomes.push(rose, 1 - rose);
  }
  const q = known === 0 ? 1 : neither / known;
  const width = signals.length;
  const weights = Array.from(
    { length: kind === "stacking" ? 2 * width + 1 : width },
    () => 0,
  );
  if (outcomes.length === 0) return { fitted: { intercept: 0, weights }, minConfidence: 0.99 };
  const fit = kind === "stacking" ? fitStacking : fitLogOddsPool;
  const fitted = fit(Float64Array.from(inputs), width, Uint8Array.from(outcomes));
  return {
    // Exactly 0 by the symmetry of the rows; what is left is rounding.
    fitted: { ...fitted, intercept: 0 },
    minConfidence: Math.min(0.99, q / Math.max(1e-9, 1 - q)),
  };
}

function partProbability(
  signal: Signal | null,
  calibration: ConfidenceCalibration | null,
): number {
  if (signal === null) return 0.5;
  return longProbability(
    signalForecast({ source: "", modelVersion: 0, calibration }, signal, null),
  );
}

function meanBet({ costs, moves }: BlendHistory): FittedBlend["bet"] {
  const sizes = moves.map(Math.abs).filter(Number.isFinite);
  const cost = costs.filter(Number.isFinite);
  if (sizes.length === 0 || cost.length === 0) return null;
  const size = mean(sizes), paid = mean(cost);
  return { win: size - paid, loss: size + paid };
}
