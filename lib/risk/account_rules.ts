import { drawdownFloor, type TrailingDrawdown } from "./drawdown_floor.ts";

/** Loss since the start of the day at which trading stops. */
export interface DailyLoss {
  /** Size of the loss, micro-dollars, above 0. */
  readonly amountMicros: number;
  /** `day`: flat until tomorrow; `account`: the account is lost. */
  readonly ends: "day" | "account";
}

/** Rules of an account, such as the evaluation of a prop firm; what is absent does not apply. */
export interface AccountRules {
  /** Equity at the start, micro-dollars. */
  readonly initialMicros: number;
  /** Profit at which the account is passed, at the end of a day. */
  readonly profitTargetMicros?: number;
  /** Floor that follows the account up; one that stops at minus its amount never moves. */
  readonly trailingDrawdown?: TrailingDrawdown;
  /** Loss allowed in a day. */
  readonly dailyLoss?: DailyLoss;
  /** Days with trades needed before the account can be passed. @default {0} */
  readonly minimumDays?: number;
  /** Largest share of the profit that the best day may have when the account is passed. */
  readonly bestDayShare?: number;
}

/** Ways in which an account is lost. */
export const BREACHES = ["trailing-drawdown", "daily-loss", "ruin"] as const;

/** Name of a broken rule; `ruin` is equity of 0 or less. */
export type Breach = typeof BREACHES[number];

/** How an account ended. */
export interface AccountOutcome {
  /** `open`: neither passed nor lost in the days given. */
  readonly kind: "passed" | "open" | Breach;
  /** Days until then. */
  readonly days: number;
  /** Equity then, micro-dollars. */
  readonly equityMicros: number;
}

/**
 * Profit since the start of the day at each look at the account, micro-dollars; the last is the
 * day's result. One look a day is too kind to rules that watch all the time.
 */
export type DayPath = Float64Array;

/**
 * Follows an account day by day. Meaning of the rules as in live trading: every look moves the
 * intraday high first, and equity at the floor is a breach; a daily loss that ends the day closes
 * it at that look.
 *
 * @param days in order; days without trades are empty
 * @example
 * ```ts
 * import { followAccount } from "./account_rules.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * const rules = {
 *   initialMicros: 50_000e6,
 *   profitTargetMicros: 1_000e6,
 *   trailingDrawdown: { basis: "intraday", amountMicros: 500e6, stopsAtMicros: null },
 * } as const;
 * // A profit that was open and given back breaches an account that trails intraday.
 * const day = Float64Array.of(700e6, 200e6);
 * assertEquals(followAccount([day], rules).kind, "trailing-drawdown");
 * assertEquals(followAccount([day.subarray(0, 1), day.subarray(1)], rules).days, 2);
 * ```
 */
export function followAccount(days: readonly DayPath[], rules: AccountRules): AccountOutcome {
  const { initialMicros, profitTargetMicros = Infinity, minimumDays = 0 } = rules;
  const account: Account = {
    equity: initialMicros,
    high: initialMicros,
    dayEndHigh: initialMicros,
  };
  let traded = 0, bestDay = 0;
  for (let day = 0; day < days.length; day++) {
    const path = days[day]!;
    if (path.length === 0) continue;
    const start = account.equity;
    const breach = followDay(account, path, rules);
    if (breach !== null) return { kind: breach, days: day + 1, equityMicros: account.equity };
    account.dayEndHigh = Math.max(account.dayEndHigh, account.equity);
    traded++;
    bestDay = Math.max(bestDay, account.equity - start);
    const profit = account.equity - initialMicros;
    const isEven = rules.bestDayShare === undefined || bestDay <= rules.bestDayShare * profit;
    if (profit >= profitTargetMicros && traded >= minimumDays && isEven) {
      return { kind: "passed", days: day + 1, equityMicros: account.equity };
    }
  }
  return { kind: "open", days: days.length, equityMicros: account.equity };
}

/**
 * Cuts equity per bar into days for `followAccount`.
 *
 * @param equityMicros equity at each close
 * @param tradeDay trade day of each bar, ascending, as long as `equityMicros`
 * @param initialMicros equity before the first bar
 */
export function dayPaths(
  equityMicros: Float64Array,
  tradeDay: Int32Array,
  initialMicros: number,
): readonly DayPath[] {
  const days: DayPath[] = [];
  let start = initialMicros;
  for (let from = 0, bar = 1; bar <= equityMicros.length; bar++) {
    if (bar < equityMicros.length && tradeDay[bar] === tradeDay[from]) continue;
    days.push(equityMicros.slice(from, bar).map((equity) => equity - start));
    start = equityMicros[bar - 1]!;
    from = bar;
  }
  return days;
}

interface Account {
  equity: number;
  /** Highest equity seen at any look. */
  high: number;
  /** Highest equity at the end of a day. */
  dayEndHigh: number;
}

/** Moves the account through a day; says which rule lost it, if one did. */
function followDay(
  account: Account,
  path: DayPath,
  { initialMicros, trailingDrawdown, dailyLoss }: AccountRules,
): Breach | null {
  const start = account.equity;
  for (const profit of path) {
    account.equity = start + profit;
    account.high = Math.max(account.high, account.equity);
    if (trailingDrawdown !== undefined) {
      const high = trailingDrawdown.basis === "intraday" ? account.high : account.dayEndHigh;
      const floor = drawdownFloor(trailingDrawdown, high, initialMicros);
      if (account.equity <= floor) return "trailing-drawdown";
    }
    if (account.equity <= 0) return "ruin";
    if (dailyLoss !== undefined && profit <= -dailyLoss.amountMicros) {
      return dailyLoss.ends === "account" ? "daily-loss" : null;
    }
  }
  return null;
}
