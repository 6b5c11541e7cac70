import { drawdownFloor } from "./drawdown_floor.ts";
import type { RiskLimits, RiskRule } from "./risk_limits.ts";
import { stricterState, type TradingState } from "./trading_state.ts";

/** A restriction in force and the rule that set it. */
export interface Restriction {
  /** How strict. */
  readonly state: TradingState;
  /** Who set it; null while there is none. */
  readonly rule: RiskRule | null;
  /** What happened, for people; empty while there is none. */
  readonly reason: string;
}

/** All that the rules of risk remember. Plain data: JSON and back gives the same bits. */
export interface RiskState {
  /** Equity at the start of the account, micro-dollars. */
  readonly initialMicros: number;
  /** Highest equity seen at any moment. */
  readonly highMicros: number;
  /** Highest equity at the end of a trade day. */
  readonly dayEndHighMicros: number;
  /** Trade day now, days since 1970-01-01; null before the first look. */
  readonly tradeDay: number | null;
  /** Equity at the start of the trade day. */
  readonly dayStartMicros: number;
  /** Equity at the last look. */
  readonly equityMicros: number;
  /** Restriction that ends with the trade day. */
  readonly day: Restriction;
  /** Restriction that only a person lifts, with `releaseRisk`. */
  readonly latched: Restriction;
  /** Epoch milliseconds of the orders of the last minute, oldest first. */
  readonly orderTimes: readonly number[];
  /** Losing trades in a row. */
  readonly losses: number;
  /** Nothing is entered before this time; null without a rest. */
  readonly restsUntil: number | null;
}

/** What the account shows at one moment. */
export interface AccountSnapshot {
  /** Epoch milliseconds, UTC. */
  readonly time: number;
  /** Days since 1970-01-01 of the trade day. */
  readonly tradeDay: number;
  /** Cash plus open profit, micro-dollars. */
  readonly equityMicros: number;
}

const FREE: Restriction = { state: "ACTIVE", rule: null, reason: "" };

/** The state of a fresh account. */
export function initialRiskState(equityMicros: number): RiskState {
  return {
    initialMicros: equityMicros,
    highMicros: equityMicros,
    dayEndHighMicros: equityMicros,
    tradeDay: null,
    dayStartMicros: equityMicros,
    equityMicros,
    day: FREE,
    latched: FREE,
    orderTimes: [],
    losses: 0,
    restsUntil: null,
  };
}

/** How trading is restricted now. */
export function tradingState({ day, latched }: RiskState): TradingState {
  return stricterState(day.state, latched.state);
}

/**
 * Looks at the account: moves highs, begins trade days, sets restrictions. Within a trade day they
 * only ever become stricter, and a latched one stays for good.
 *
 * @example
 * ```ts
 * import { initialRiskState, observeAccount, tradingState } from "./risk_state.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * const limits = { dailyLossMicros: 1_000e6 };
 * const look = (equityUsd: number, tradeDay: number) =>
 *   ({ time: tradeDay * 86_400_000, tradeDay, equityMicros: equityUsd * 1e6 });
 * let state = observeAccount(initialRiskState(50_000e6), limits, look(50_000, 1));
 * state = observeAccount(state, limits, look(49_000, 1));
 * assertEquals(tradingState(state), "HALTED");
 * state = observeAccount(state, limits, look(49_000, 2));
 * assertEquals(tradingState(state), "ACTIVE");
 * ```
 */
export function observeAccount(
  state: RiskState,
  limits: RiskLimits,
  { equityMicros, tradeDay }: AccountSnapshot,
): RiskState {
  const begun = state.tradeDay === tradeDay ? state : beginDay(state, tradeDay);
  const seen: RiskState = {
    ...begun,
    equityMicros,
    highMicros: Math.max(begun.highMicros, equityMicros),
  };
  return withDailyLoss(withTrailingDrawdown(seen, limits), limits);
}

/**
 * Says that an order was sent; only the last minute is remembered.
 *
 * @param time epoch milliseconds, UTC
 */
export function countOrder(state: RiskState, time: number): RiskState {
  return { ...state, orderTimes: [...ordersInMinute(state, time), time] };
}

/** How far the limits are from their breach, micro-dollars; null for one that does not apply. */
export function breachDistance(
  { dayEndHighMicros, dayStartMicros, equityMicros, highMicros, initialMicros }: RiskState,
  { dailyLossMicros, trailingDrawdown }: RiskLimits,
): { readonly dailyLossMicros: number | null; readonly floorMicros: number | null } {
  const floor = trailingDrawdown === undefined ? null : drawdownFloor(
    trailingDrawdown,
    trailingDrawdown.basis === "intraday" ? highMicros : dayEndHighMicros,
    initialMicros,
  );
  return {
    dailyLossMicros: dailyLossMicros === undefined
      ? null
      : equityMicros - (dayStartMicros - dailyLossMicros),
    floorMicros: floor === null ? null : equityMicros - floor,
  };
}

/** Times of the orders in the 60 seconds up to `time`. */
export function ordersInMinute({ orderTimes }: RiskState, time: number): readonly number[] {
  return orderTimes.filter((sent) => sent > time - 60_000);
}

/** Says how a closed trade ended, for the rest after losses. */
export function countTrade(
  state: RiskState,
  limits: RiskLimits,
  trade: { readonly time: number; readonly netMicros: number },
): RiskState {
  const losses = trade.netMicros < 0 ? state.losses + 1 : 0;
  const { coolDown } = limits;
  if (coolDown === undefined || losses < coolDown.losses) return { ...state, losses };
  const restsUntil = Math.max(state.restsUntil ?? -Infinity, trade.time + coolDown.restMs);
  return { ...state, losses: 0, restsUntil };
}

/** Halts for good: positions are closed and nothing is entered until `releaseRisk`. */
export function killTrading(state: RiskState, reason: string): RiskState {
  return { ...state, latched: stricter(state.latched, { state: "HALTED", rule: "kill", reason }) };
}

/**
 * Lifts the latched restriction, on a person's word alone. Highs start again from the equity now,
 * as otherwise a breached floor would latch at the next look.
 */
export function releaseRisk(state: RiskState): RiskState {
  const { equityMicros } = state;
  return {
    ...state,
    latched: FREE,
    initialMicros: equityMicros,
    highMicros: equityMicros,
    dayEndHighMicros: equityMicros,
  };
}

/** The same account without any breach, its highs kept. */
export function releasedRisk(state: RiskState): RiskState {
  return { ...state, day: FREE, latched: FREE };
}

/** The last equity of the day before is its end; restrictions of that day end with it. */
function beginDay(state: RiskState, tradeDay: number): RiskState {
  const { dayEndHighMicros, equityMicros } = state;
  return {
    ...state,
    tradeDay,
    day: FREE,
    dayStartMicros: equityMicros,
    dayEndHighMicros: Math.max(dayEndHighMicros, equityMicros),
  };
}

function withTrailingDrawdown(state: RiskState, { trailingDrawdown }: RiskLimits): RiskState {
  if (trailingDrawdown === undefined) return state;
  const { basis } = trailingDrawdown;
  const high = basis === "intraday" ? state.highMicros : state.dayEndHighMicros;
  const floor = drawdownFloor(trailingDrawdown, high, state.initialMicros);
  if (state.equityMicros > floor) return state;
  const reason = `equity ${usd(state.equityMicros)} reached the ${basis} floor of ${usd(floor)}`;
  const breach: Restriction = { state: "HALTED", rule: "trailing-drawdown", reason };
  return { ...state, latched: stricter(state.latched, breach) };
}

function withDailyLoss(state: RiskState, limits: RiskLimits): RiskState {
  const { dailyLossMicros, dailyLossWarning } = limits;
  if (dailyLossMicros === undefined) return state;
  const loss = state.dayStartMicros - state.equityMicros;
  const reason = `lost ${usd(loss)} today of ${usd(dailyLossMicros)} allowed`;
  if (loss >= dailyLossMicros) {
    return { ...state, day: stricter(state.day, { state: "HALTED", rule: "daily-loss", reason }) };
  }
  if (dailyLossWarning === undefined || loss < dailyLossWarning * dailyLossMicros) return state;
  const warning: Restriction = { state: "REDUCING", rule: "daily-loss-warning", reason };
  return { ...state, day: stricter(state.day, warning) };
}

/** Keeps the first reason of the strictest state. */
function stricter(now: Restriction, next: Restriction): Restriction {
  return stricterState(now.state, next.state) === now.state ? now : next;
}

function usd(micros: number): string {
  return `$${(micros / 1e6).toFixed(2)}`;
}
