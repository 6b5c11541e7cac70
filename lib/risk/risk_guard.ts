import type { JsonValue } from "../core/mod.ts";
import { type AccountMonitor, createAccountMonitor } from "./account/account_monitor.ts";
import type { AccountMonitorState } from "./account/monitor_state.ts";
import { checkRiskLimits, type RiskLimits } from "./risk_limits.ts";
import { reviewTarget, type RiskVerdict, underAccount } from "./risk_review.ts";
import {
  countOrder,
  countTrade,
  initialRiskState,
  observeAccount,
  type RiskState,
} from "./risk_state.ts";

/** What limits remember from close to close; plain data. */
export interface GuardState {
  /** The rules' own memory. */
  readonly risk: RiskState;
  /** The open position: its side and the equity before it; null when flat. */
  readonly held: { readonly side: number; readonly startMicros: number } | null;
  /** Memory of the account's rules; absent without any. */
  readonly account?: AccountMonitorState;
}

/** Account and market at a close. */
export interface GuardedClose {
  /** Symbol of what is traded. */
  readonly instrument: string;
  /** Time to the next close, milliseconds. */
  readonly intervalMs: number;
  /** When the session closes, for the rules of an account; null between sessions. */
  readonly closesAt?: number | null;
  /** Epoch milliseconds of the close. */
  readonly time: number;
  /** Days since 1970-01-01. */
  readonly tradeDay: number;
  /** Cash plus open profit, micro-dollars. */
  readonly equityMicros: number;
  /** Signed lots held. */
  readonly positionLots: number;
  /** The close. */
  readonly price: number;
  /** The close a surprise is measured from: that of the bar before. */
  readonly referencePrice: number;
}

/** Limits of risk between a target and its orders. */
export interface RiskGuard {
  /** Looks at the account, then at the target. Closes come in order. */
  review(close: GuardedClose, targetLots: number): RiskVerdict;
  /** All that it remembers; null before the first close. */
  save(): JsonValue;
}

/**
 * Puts targets under limits. The account is looked at every close at which a target is reviewed;
 * a rule can act from the next open on, not inside a bar.
 *
 * @param state what `save` gave, to go on from there
 * @throws RangeError when a limit is outside its range.
 */
export function createRiskGuard(limits: RiskLimits, state: JsonValue = null): RiskGuard {
  checkRiskLimits(limits);
  let known = state as GuardState | null;
  const monitor = limits.account === undefined ? null : createAccountMonitor(limits.account);
  return {
    review(close, targetLots) {
      const before = known ?? { risk: initialRiskState(close.equityMicros), held: null };
      const seen = look(before, limits, close);
      const { positionLots, price, referencePrice, time } = close;
      const reviewed = reviewTarget(seen.risk, limits, {
        ...{ time, targetLots, positionLots, price, referencePrice },
      });
      const account = monitor === null ? null : follow(monitor, before, close);
      const { instrument, intervalMs: untilNextMs } = close;
      const verdict = account === null ? reviewed : underAccount(
        reviewed,
        monitor!.judge(account, { instrument, untilNextMs }),
        positionLots,
      );
      const sent = verdict.targetLots !== positionLots;
      known = {
        ...(sent ? { ...seen, risk: countOrder(seen.risk, time) } : seen),
        ...(account === null ? {} : { account }),
      };
      return verdict;
    },
    save: () => known as JsonValue,
  };
}

function look(before: GuardState, limits: RiskLimits, close: GuardedClose): GuardState {
  const { equityMicros, positionLots, time, tradeDay } = close;
  const side = Math.sign(positionLots);
  let { held, risk } = before;
  const startMicros = risk.equityMicros;
  // Flat at the first look of a day: what was closed at the session's end belongs to the day before.
  if (risk.tradeDay !== tradeDay && risk.tradeDay !== null && side === 0) {
    risk = observeAccount(risk, limits, { time, tradeDay: risk.tradeDay, equityMicros });
  }
  risk = observeAccount(risk, limits, { time, tradeDay, equityMicros });
  if (held !== null && held.side !== side) {
    risk = countTrade(risk, limits, { time, netMicros: equityMicros - held.startMicros });
    held = null;
  }
  if (held === null && side !== 0) held = { side, startMicros };
  return { risk, held };
}

/** The account's rules after a close. */
function follow(
  monitor: AccountMonitor,
  { account, risk }: GuardState,
  { closesAt = null, equityMicros, instrument, positionLots, time, tradeDay }: GuardedClose,
): AccountMonitorState {
  let state = account ?? monitor.begin({ initialMicros: equityMicros });
  if (risk.tradeDay !== null && risk.tradeDay !== tradeDay) {
    // Flat at the first look of a day: what was closed at the session's end belongs to the day before.
    if (positionLots === 0) {
      state = monitor.step(state, { kind: "mark", time: state.time!, equityMicros });
    }
    state = monitor.step(state, { kind: "day-end", time });
  }
  if (closesAt !== state.closesAt) state = monitor.step(state, { kind: "clock", time, closesAt });
  const lots = positionLots - (state.held[instrument] ?? 0);
  if (lots !== 0) state = monitor.step(state, { kind: "fill", time, instrument, lots });
  return monitor.step(state, { kind: "mark", time, equityMicros });
}
