import type { AccountTerms } from "./account/account_terms.ts";
import type { TrailingDrawdown } from "./drawdown_floor.ts";
import { isInSession, type NewsWindow, type SessionWindow } from "./time_windows.ts";

/** Rules of risk that can change or refuse a target, in the order applied. */
export const RISK_RULES = [
  "kill",
  "trailing-drawdown",
  "daily-loss",
  "daily-loss-warning",
  "max-contracts",
  "session-window",
  "news-window",
  "cool-down",
  "price-band",
  "order-rate",
  "flat-by",
  "instrument-blocked",
] as const;

/** Name of a rule of risk. */
export type RiskRule = typeof RISK_RULES[number];

/** Rest after a run of losing trades. */
export interface CoolDown {
  /** Losing trades in a row that start it. */
  readonly losses: number;
  /** How long nothing is entered, milliseconds. */
  readonly restMs: number;
}

/** Exits that go with every entry, in whole ticks from the price of its first fill. */
export interface BracketLimits {
  /** Where a stop closes it. */
  readonly stopLossTicks: number;
  /** Where a limit takes its profit; none when absent. */
  readonly takeProfitTicks?: number;
}

/** Limits shared by backtest, paper and live; a rule that is absent does not apply. */
export interface RiskLimits {
  /** Largest position in either direction, whole lots. */
  readonly maxContracts?: number;
  /** Loss since the start of the trade day at which it halts until the next, micro-dollars. */
  readonly dailyLossMicros?: number;
  /** Share of the daily loss from which positions may only become smaller that day. */
  readonly dailyLossWarning?: number;
  /** Floor that follows the account up; a breach halts for good. */
  readonly trailingDrawdown?: TrailingDrawdown;
  /** Orders in any 60 seconds; entries beyond it are refused, exits are counted and pass. */
  readonly maxOrdersPerMinute?: number;
  /** Hours in which entries are allowed; outside all of them none are. */
  readonly sessionWindows?: readonly SessionWindow[];
  /** Times at which nothing is entered. */
  readonly newsWindows?: readonly NewsWindow[];
  /** Largest distance of an entry's price from the reference price, as a fraction of it. */
  readonly priceBand?: number;
  /** Rest after losing trades. */
  readonly coolDown?: CoolDown;
  /** Every entry brings these exits; a position is closed before the other side is entered. */
  readonly bracket?: BracketLimits;
  /** Rules of the account that is traded, applied after all others. */
  readonly account?: AccountTerms;
}

/**
 * Checks what the type system cannot.
 *
 * @throws RangeError when a limit is outside its range.
 */
export function checkRiskLimits(limits: RiskLimits): void {
  const require = (holds: boolean, rule: string, value: unknown): void => {
    if (!holds) throw new RangeError(`Cannot limit risk as ${rule}: current value is ${value}`);
  };
  const positive = (name: string, value: number | undefined): void =>
    require(value === undefined || value > 0, `${name} must be positive`, value);
  const whole = (name: string, value: number | undefined, least: number): void =>
    require(
      value === undefined || (Number.isInteger(value) && value >= least),
      `${name} must be whole, at least ${least}`,
      value,
    );
  const { coolDown, dailyLossWarning, newsWindows = [], trailingDrawdown } = limits;
  whole("maxContracts", limits.maxContracts, 0);
  whole("maxOrdersPerMinute", limits.maxOrdersPerMinute, 1);
  whole("coolDown.losses", coolDown?.losses, 1);
  positive("coolDown.restMs", coolDown?.restMs);
  whole("bracket.stopLossTicks", limits.bracket?.stopLossTicks, 1);
  whole("bracket.takeProfitTicks", limits.bracket?.takeProfitTicks, 1);
  positive("dailyLossMicros", limits.dailyLossMicros);
  positive("priceBand", limits.priceBand);
  positive("trailingDrawdown.amountMicros", trailingDrawdown?.amountMicros);
  require(
    dailyLossWarning === undefined || (dailyLossWarning > 0 && dailyLossWarning < 1),
    "dailyLossWarning must be above 0 and below 1",
    dailyLossWarning,
  );
  require(
    dailyLossWarning === undefined || limits.dailyLossMicros !== undefined,
    "dailyLossWarning needs dailyLossMicros",
    limits.dailyLossMicros,
  );
  for (const { event, from, until } of newsWindows) {
    require(from < until, `the news window of ${event} must end after it begins`, until);
  }
  for (const window of limits.sessionWindows ?? []) {
    for (const minute of [window.fromMinute, window.untilMinute]) {
      require(minute >= 0 && minute <= 1_440, "minutes of the day are in 0 … 1440", minute);
    }
    // Throws when the zone is unknown.
    isInSession(window, 0);
  }
}
