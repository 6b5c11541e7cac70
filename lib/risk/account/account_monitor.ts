import { exactMicros } from "../../trading/mod.ts";
import { beginDay, dayEnded, marked, paidOut, told, traded, withFloor } from "./account_steps.ts";
import type { AccountTerms } from "./account_terms.ts";
import {
  type AccountVerdict,
  type BreachDistance,
  createJudge,
  type JudgeQuestion,
} from "./account_verdict.ts";
import type { AccountEvent, AccountMonitorState, AccountStanding } from "./monitor_state.ts";
import { createDailyClock } from "./daily_clock.ts";

/**
 * The rules of one account, followed in time. It keeps no state of its own and reads no clock: the
 * same state and event give the same next state.
 */
export interface AccountMonitor {
  /** What the rules enforce. */
  readonly terms: AccountTerms;
  /** The state of an account that is taken up. @throws RangeError when an amount is not whole */
  begin(standing: AccountStanding): AccountMonitorState;
  /**
   * Takes an event in.
   *
   * @throws RangeError when time goes back or an amount is not whole micro-dollars
   */
  step(state: AccountMonitorState, event: AccountEvent): AccountMonitorState;
  /** What may be held in an instrument at the last event, and what must go. */
  judge(state: AccountMonitorState, question: JudgeQuestion): AccountVerdict;
  /** How far each rule is from its breach at the last event. */
  distance(state: AccountMonitorState, instrument: string): BreachDistance;
}

/**
 * Follows an account under its rules. Order at each mark: highs, then the floor, then the test of
 * the floor, then that of the daily loss. An `end-of-day` floor rises with the cash at the end of a
 * day and is tested at every mark of the next one.
 *
 * @example
 * ```ts
 * import { createAccountMonitor } from "./account_monitor.ts";
 * import { assertEquals } from "../../../tests/assert.ts";
 *
 * const monitor = createAccountMonitor({
 *   rules: "mine",
 *   automation: "allowed",
 *   lossLimit: {
 *     drawdown: { basis: "intraday", amountMicros: 2_000e6, stopsAtMicros: 100e6 },
 *     watched: "live",
 *     breach: "touch",
 *   },
 * });
 * let state = monitor.begin({ initialMicros: 50_000e6 });
 * for (const [time, usd] of [[1, 51_500], [2, 49_600]] as const) {
 *   state = monitor.step(state, { kind: "mark", time, equityMicros: usd * 1e6 });
 * }
 * assertEquals(monitor.distance(state, "MES").floorMicros, 100e6);
 * state = monitor.step(state, { kind: "mark", time: 3, equityMicros: 49_500e6 });
 * assertEquals(state.lost?.reason, "equity $49500.00 reached the intraday floor of $49500.00");
 * assertEquals(monitor.judge(state, { instrument: "MES" }).mostLots, 0);
 * ```
 */
export function createAccountMonitor(terms: AccountTerms): AccountMonitor {
  const { dailyLoss } = terms;
  const reset = dailyLoss?.reset === undefined ? null : createDailyClock(dailyLoss.reset);

  const pass = (state: AccountMonitorState, time: number): AccountMonitorState => {
    if (!Number.isFinite(time) || (state.time !== null && time < state.time)) {
      throw new RangeError(
        `Cannot follow an account as time goes back from ${state.time}: current value is ${time}`,
      );
    }
    const closesAt = state.closesAt !== null && time >= state.closesAt ? null : state.closesAt;
    const passed: AccountMonitorState = { ...state, time, closesAt };
    if (reset === null) return passed;
    const resetAt = reset.lastAt(time);
    if (resetAt === state.resetAt) return passed;
    return state.resetAt === null ? { ...passed, resetAt } : beginDay({ ...passed, resetAt });
  };

  return {
    terms,
    begin(standing) {
      const { equityMicros = standing.initialMicros, initialMicros } = standing;
      const { balanceMicros = equityMicros, dayStartMicros = equityMicros } = standing;
      const {
        dayEndHighMicros = initialMicros,
        floorMicros: shown = -Infinity,
        highMicros = Math.max(initialMicros, equityMicros, dayEndHighMicros),
      } = standing;
      for (const amount of Object.values(standing)) exactMicros(amount);
      const begun: AccountMonitorState = {
        ...{ time: null, initialMicros, equityMicros, balanceMicros, highMicros, dayEndHighMicros },
        ...{ floorMicros: null, dayStartMicros, resetAt: null },
        dayHighMicros: Math.max(dayStartMicros, equityMicros),
        closedProfitMicros: balanceMicros - initialMicros,
        ...{ dayBegunAt: null, closesAt: null, held: {}, lost: null, halted: null },
      };
      const { floorMicros } = withFloor(begun, terms);
      return { ...begun, floorMicros: floorMicros === null ? null : Math.max(floorMicros, shown) };
    },
    step(before, event) {
      const state = pass(before, event.time);
      switch (event.kind) {
        case "mark": {
          const { balanceMicros = event.equityMicros, equityMicros } = event;
          return marked(state, terms, exactMicros(equityMicros), exactMicros(balanceMicros));
        }
        case "fill":
          return {
            ...state,
            held: traded(state.held, event.instrument, event.lots),
            dayBegunAt: state.dayBegunAt ?? event.time,
          };
        case "day-end":
          return dayEnded(state, terms, reset === null);
        case "clock":
          return event.closesAt === undefined ? state : told(state, event.closesAt);
        case "payout":
          return paidOut(state, terms, event.amountMicros);
      }
    },
    ...createJudge(terms),
  };
}
