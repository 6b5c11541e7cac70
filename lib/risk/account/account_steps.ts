import { exactMicros } from "../../trading/mod.ts";
import { drawdownFloor } from "../drawdown_floor.ts";
import type { AccountTerms } from "./account_terms.ts";
import { dailyLossThreshold, isBreached } from "./daily_loss_threshold.ts";
import { moneyText } from "./money_text.ts";
import type { AccountMonitorState, AccountRule } from "./monitor_state.ts";

/** A day begins where the last equity ended; what ended the day before is over. */
export function beginDay(state: AccountMonitorState): AccountMonitorState {
  const { equityMicros } = state;
  return { ...state, dayStartMicros: equityMicros, dayHighMicros: equityMicros, halted: null };
}

/** The account is valued anew: highs, floor, then the tests. */
export function marked(
  state: AccountMonitorState,
  terms: AccountTerms,
  equityMicros: number,
  balanceMicros: number,
): AccountMonitorState {
  const seen = withFloor({
    ...{ ...state, equityMicros, balanceMicros },
    dayBegunAt: state.dayBegunAt ?? state.time,
    highMicros: Math.max(state.highMicros, equityMicros),
    dayHighMicros: Math.max(state.dayHighMicros, equityMicros),
  }, terms);
  const watched = terms.lossLimit?.watched === "live" ? testedFloor(seen, terms) : seen;
  return testedDailyLoss(watched, terms);
}

/** The close of the session becomes known; where none was, the session opened. */
export function told(state: AccountMonitorState, closesAt: number | null): AccountMonitorState {
  const isOpened = closesAt !== null && state.closesAt === null;
  return { ...state, closesAt, dayBegunAt: isOpened ? state.time : state.dayBegunAt };
}

/** A trade day ends with what was valued last. */
export function dayEnded(
  state: AccountMonitorState,
  terms: AccountTerms,
  beginsDay: boolean,
): AccountMonitorState {
  const { balanceMicros, initialMicros } = state;
  // A floor that is looked at once a day is looked at before the close moves it.
  const tested = terms.lossLimit?.watched === "close" ? testedFloor(state, terms) : state;
  const ended = withFloor({
    ...{ ...tested, dayBegunAt: null },
    dayEndHighMicros: Math.max(state.dayEndHighMicros, balanceMicros),
    closedProfitMicros: balanceMicros - initialMicros,
  }, terms);
  return beginsDay ? beginDay(ended) : ended;
}

/** @throws RangeError when the amount is not above 0 */
export function paidOut(
  state: AccountMonitorState,
  { lossLimit }: AccountTerms,
  amountMicros: number,
): AccountMonitorState {
  if (!(exactMicros(amountMicros) > 0)) {
    throw new RangeError(
      `Cannot pay out as the amount must be above 0: current value is ${amountMicros}`,
    );
  }
  const { floorMicros, initialMicros } = state;
  return {
    ...state,
    equityMicros: state.equityMicros - amountMicros,
    balanceMicros: state.balanceMicros - amountMicros,
    dayStartMicros: state.dayStartMicros - amountMicros,
    dayHighMicros: state.dayHighMicros - amountMicros,
    closedProfitMicros: state.closedProfitMicros - amountMicros,
    floorMicros: floorMicros !== null && lossLimit?.payoutMovesFloorToStart === true
      ? Math.max(floorMicros, initialMicros)
      : floorMicros,
  };
}

/** Positions after a fill. @throws RangeError when the lots are not whole */
export function traded(
  held: AccountMonitorState["held"],
  instrument: string,
  lots: number,
): AccountMonitorState["held"] {
  if (!Number.isSafeInteger(lots)) {
    throw new RangeError(`Cannot book a fill as lots must be whole: current value is ${lots}`);
  }
  const { [instrument]: before = 0, ...others } = held;
  const now = before + lots;
  return now === 0 ? others : { ...others, [instrument]: now };
}

/** The floor after its highs moved; it never falls. */
export function withFloor(
  state: AccountMonitorState,
  { lossLimit }: AccountTerms,
): AccountMonitorState {
  if (lossLimit === undefined) return state;
  const { drawdown } = lossLimit;
  const high = drawdown.basis === "intraday" ? state.highMicros : state.dayEndHighMicros;
  const floor = drawdownFloor(drawdown, high, state.initialMicros);
  return { ...state, floorMicros: Math.max(state.floorMicros ?? -Infinity, floor) };
}

function testedFloor(
  state: AccountMonitorState,
  { lossLimit }: AccountTerms,
): AccountMonitorState {
  const { equityMicros, floorMicros, lost } = state;
  if (lost !== null || lossLimit === undefined || floorMicros === null) return state;
  if (!isBreached(lossLimit.breach, equityMicros, floorMicros)) return state;
  const { basis } = lossLimit.drawdown;
  return stopped(
    state,
    "lost",
    "trailing-drawdown",
    `equity ${moneyText(equityMicros)} reached the ${basis} floor of ${moneyText(floorMicros)}`,
  );
}

function testedDailyLoss(state: AccountMonitorState, terms: AccountTerms): AccountMonitorState {
  const { dailyLoss } = terms;
  const { equityMicros, halted, lost } = state;
  const threshold = dailyLossThreshold(state, terms);
  if (halted !== null || lost !== null || dailyLoss === undefined || threshold === null) {
    return state;
  }
  if (!isBreached(dailyLoss.breach, equityMicros, threshold)) return state;
  return stopped(
    state,
    dailyLoss.ends === "account" ? "lost" : "halted",
    "daily-loss",
    `equity ${moneyText(equityMicros)} reached the daily limit at ${moneyText(threshold)}`,
  );
}

function stopped(
  state: AccountMonitorState,
  how: "lost" | "halted",
  rule: AccountRule,
  reason: string,
): AccountMonitorState {
  return { ...state, [how]: { rule, reason, time: state.time! } };
}
