import { affordLots } from "../../risk/mod.ts";
import { SWEEP_EVENT, type SweepMarket } from "./sweep_market.ts";

/** When one parameter set is long, short or flat. */
export interface ScoreRule {
  /** Column of scores it reads. */
  readonly column: number;
  /** A score above it goes long, one below its negative goes short; at least 0. */
  readonly enter: number;
  /** A held side stays while the score times the side is above it; at most `enter`. */
  readonly exit: number;
}

/** One row per parameter set, as shared columns of length `sets`. */
export interface SweepColumns {
  /** Equity at the last close, everything closed. */
  readonly finalMicros: Float64Array;
  /** Commission and fees. */
  readonly feesMicros: Float64Array;
  /** Already inside the fill prices. */
  readonly slippageMicros: Float64Array;
  /** Lots bought plus lots sold. */
  readonly lotsTraded: Float64Array;
  /** Deepest fall of the equity at closes below its running peak; a fraction, at most 0. */
  readonly maxDrawdown: Float64Array;
  /** Mean of the daily returns. */
  readonly dailyMean: Float64Array;
  /** Sample standard deviation of the daily returns; NaN for fewer than two days. */
  readonly dailyDeviation: Float64Array;
  /** Row at whose close equity was used up; -1 when it never was. */
  readonly ruinedAt: Float64Array;
}

/** Elements of the running sums. */
const CASH = 0, FEES = 1, SLIPPAGE = 2, LOTS = 3, DAYS = 4, MEAN = 5, SQUARES = 6, BEFORE = 7;

/**
 * The side a score rule holds after a bar.
 *
 * @param side held before: -1, 0 or 1
 * @param score NaN while there is none, which means flat
 */
export function nextSide(side: number, score: number, enter: number, exit: number): number {
  if (score > enter) return 1;
  if (score < -enter) return -1;
  return side * score > exit ? side : 0;
}

/** The sides of a whole run, for the engine's `fixedPositions`. */
export function sidesOf(scores: Float32Array, rule: Omit<ScoreRule, "column">): Int8Array {
  const sides = new Int8Array(scores.length);
  let side = 0;
  scores.forEach((score, bar) => sides[bar] = side = nextSide(side, score, rule.enter, rule.exit));
  return sides;
}

/**
 * Runs one parameter set over the bars by the engine's rules: fill at the next open, rolls,
 * session closes, margin before entries, ruin.
 *
 * @param scores of the rule's column, at least `to` long
 * @param out takes the result
 * @param set which element of `out`
 */
export function sweepAccount(
  market: SweepMarket,
  scores: Float32Array,
  rule: ScoreRule,
  out: SweepColumns,
  set: number,
): void {
  const { closeTicks, events, from, to, tickValueMicros, lots } = market;
  const { enter, exit } = rule;
  const sums = new Float64Array(8);
  sums[CASH] = sums[BEFORE] = market.initialMicros;
  let side = 0, position = 0, pending = 0, ruinedAt = -1;
  let peak = market.initialMicros, deepest = 0;
  for (let bar = 0; bar < from; bar++) side = nextSide(side, scores[bar]!, enter, exit);
  for (let bar = from; bar < to; bar++) {
    const event = events[bar]!;
    if (pending !== 0 || (event !== 0 && position !== 0)) {
      position = fillAtOpen(market, sums, bar, position, pending);
      pending = 0;
    }
    const close = closeTicks[bar]!;
    let equity = sums[CASH]! + position * close * tickValueMicros;
    const isClose = (event & SWEEP_EVENT.close) !== 0;
    if (position !== 0 && (isClose || equity <= 0)) {
      trade(market, sums, -position, close);
      position = 0;
      equity = sums[CASH]!;
    }
    if (equity <= 0 && ruinedAt < 0) ruinedAt = bar;
    if (position !== 0 && bar + 1 === to) {
      trade(market, sums, -position, close);
      equity = sums[CASH]!;
    }
    if (equity > peak) peak = equity;
    else if (equity - peak < deepest * peak) deepest = equity / peak - 1;
    if ((event & SWEEP_EVENT.dayEnd) !== 0) addDay(sums, equity);

    side = nextSide(side, scores[bar]!, enter, exit);
    if (isClose || ruinedAt >= 0 || bar + 1 === to) continue;
    const target = side * lots;
    if (target !== position) {
      pending = affordable(market, target, position, equity, close) - position;
    }
  }
  out.finalMicros[set] = sums[CASH]!;
  out.feesMicros[set] = sums[FEES]!;
  out.slippageMicros[set] = sums[SLIPPAGE]!;
  out.lotsTraded[set] = sums[LOTS]!;
  out.maxDrawdown[set] = deepest;
  out.dailyMean[set] = sums[MEAN]!;
  out.dailyDeviation[set] = Math.sqrt(sums[SQUARES]! / (sums[DAYS]! - 1));
  out.ruinedAt[set] = ruinedAt;
}

/** Rolls, then fills what was decided, then closes what a missed session close left open. */
function fillAtOpen(
  market: SweepMarket,
  sums: Float64Array,
  bar: number,
  position: number,
  pending: number,
): number {
  const event = market.events[bar]!;
  const open = market.openTicks[bar]!;
  if (position !== 0 && (event & SWEEP_EVENT.roll) !== 0) {
    trade(market, sums, -position, market.expiringTicks[bar]!);
    trade(market, sums, position, open);
  }
  if (pending !== 0) trade(market, sums, pending, open);
  const held = position + pending;
  if (held === 0 || (event & SWEEP_EVENT.newDay) === 0) return held;
  trade(market, sums, -held, open);
  return 0;
}

function trade(market: SweepMarket, sums: Float64Array, lots: number, priceTicks: number): void {
  const { feeMicros, slippageTicks, tickValueMicros } = market;
  const count = Math.abs(lots);
  const fee = count * feeMicros;
  const price = priceTicks + Math.sign(lots) * slippageTicks;
  sums[CASH] = sums[CASH]! - lots * price * tickValueMicros - fee;
  sums[FEES] = sums[FEES]! + fee;
  sums[SLIPPAGE] = sums[SLIPPAGE]! + count * slippageTicks * tickValueMicros;
  sums[LOTS] = sums[LOTS]! + count;
}

/** Welford's update; once equity is used up a day returns 0. */
function addDay(sums: Float64Array, equity: number): void {
  const before = sums[BEFORE]!;
  const dayReturn = before > 0 ? equity / before - 1 : 0;
  const days = sums[DAYS]! + 1;
  const deviation = dayReturn - sums[MEAN]!;
  sums[DAYS] = days;
  sums[MEAN] = sums[MEAN]! + deviation / days;
  sums[SQUARES] = sums[SQUARES]! + deviation * (dayReturn - sums[MEAN]!);
  sums[BEFORE] = equity;
}

function affordable(
  market: SweepMarket,
  targetLots: number,
  positionLots: number,
  equityMicros: number,
  closeTicks: number,
): number {
  const { feeMicros, marginMicros, slippageTicks, tickValueMicros } = market;
  const backing = marginMicros < 0 ? Math.abs(closeTicks) * tickValueMicros : marginMicros;
  const requirement = backing + feeMicros + slippageTicks * tickValueMicros;
  return affordLots(targetLots, positionLots, equityMicros, requirement);
}
