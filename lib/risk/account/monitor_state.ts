/** Something that happened to an account. Times are epoch milliseconds and never go back. */
export type AccountEvent =
  | {
    /** The account is valued: at a price, a bar's close, a report of the broker. */
    readonly kind: "mark";
    readonly time: number;
    /** Cash plus open profit, micro-dollars. */
    readonly equityMicros: number;
    /** Cash alone, with what is closed; the equity when absent, as of a flat account. */
    readonly balanceMicros?: number;
  }
  | {
    /** An order traded. */
    readonly kind: "fill";
    readonly time: number;
    /** Symbol: a root or a contract. */
    readonly instrument: string;
    /** Signed lots traded. */
    readonly lots: number;
  }
  | {
    /** The trade day ended; what was valued last is its result. */
    readonly kind: "day-end";
    readonly time: number;
  }
  | {
    /** Time passed. */
    readonly kind: "clock";
    readonly time: number;
    /** When the session that is open closes, early closes included; null for none. */
    readonly closesAt?: number | null;
  }
  | {
    /** Money was paid out: no loss, and no floor moves for it, but see the terms. */
    readonly kind: "payout";
    readonly time: number;
    /** Above 0, micro-dollars. */
    readonly amountMicros: number;
  };

/** Rules that can stop an account. */
export const ACCOUNT_RULES = [
  "trailing-drawdown",
  "daily-loss",
  "flat-by",
  "news-window",
  "instrument-blocked",
  "max-contracts",
] as const;

/** Name of a rule that can stop an account. */
export type AccountRule = typeof ACCOUNT_RULES[number];

/** A rule that stopped the account, and why. */
export interface AccountStop {
  /** Which rule. */
  readonly rule: AccountRule;
  /** What happened, in words. */
  readonly reason: string;
  /** When, epoch milliseconds. */
  readonly time: number;
}

/** All that the rules of an account remember. Plain data: JSON and back gives the same bits. */
export interface AccountMonitorState {
  /** Time of the last event; null before the first. */
  readonly time: number | null;
  /** Equity that the rules count from, micro-dollars. */
  readonly initialMicros: number;
  /** Equity at the last mark. */
  readonly equityMicros: number;
  /** Cash at the last mark. */
  readonly balanceMicros: number;
  /** Highest equity of all marks. */
  readonly highMicros: number;
  /** Highest cash at the end of a day. */
  readonly dayEndHighMicros: number;
  /** The floor; it never falls. Null without a loss limit. */
  readonly floorMicros: number | null;
  /** Equity that today's loss is measured from. */
  readonly dayStartMicros: number;
  /** Highest equity of the day. */
  readonly dayHighMicros: number;
  /** When the day began by the reset of the daily loss; null before the first event. */
  readonly resetAt: number | null;
  /** Cash above the first equity at the last end of a day. */
  readonly closedProfitMicros: number;
  /**
   * When the trade day began to be watched: at the first mark or fill after an end of a day, and
   * where a clock event says that a session opened; null until then.
   */
  readonly dayBegunAt: number | null;
  /** When the open session closes, as a clock event said; null where none did. */
  readonly closesAt: number | null;
  /** Signed lots held by symbol; none of 0. */
  readonly held: Readonly<Record<string, number>>;
  /** The rule that lost the account for good; null while it lives. */
  readonly lost: AccountStop | null;
  /** The rule that ended the day; null while it trades. */
  readonly halted: AccountStop | null;
}

/** Where an account stands when the rules take it up. */
export interface AccountStanding {
  /** Equity that the rules count from. */
  readonly initialMicros: number;
  /** Equity now; the first one when absent. */
  readonly equityMicros?: number;
  /** Cash now; the equity when absent. */
  readonly balanceMicros?: number;
  /** Highest equity ever; the highest of the others when absent. */
  readonly highMicros?: number;
  /** Highest cash at the end of a day; the first equity when absent. */
  readonly dayEndHighMicros?: number;
  /** Floor that the firm shows; counted from the highs when absent. It counts where it is higher. */
  readonly floorMicros?: number;
  /** Equity at the start of today; the equity now when absent. */
  readonly dayStartMicros?: number;
}
