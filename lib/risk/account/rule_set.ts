import type { DailyTime } from "./daily_clock.ts";

/** Whether something may be done; `unclear` where pages disagree. */
export type Permission = "allowed" | "forbidden" | "unclear";

/** How well a figure is known: the firm's own page, others' pages only, or pages that disagree. */
export type FigureConfidence = "firm-page" | "third-party" | "disagreeing";

/**
 * Rules of one firm, programme, phase and size, as its pages state them: dollars, shares in 0 … 1,
 * wall times. What is absent was not sourced, which is not the same as `none`.
 */
export interface AccountRuleSet {
  /** Name of the set, for example `topstep_combine_50k`. */
  readonly id: string;
  /** Who sets the rules. */
  readonly firm: string;
  /** The firm's name of the product. */
  readonly program: string;
  /** What the account is in. */
  readonly phase: "evaluation" | "sim-funded" | "live-funded" | "own-broker-account";
  /** Superseded sets stay: accounts keep the rules they were bought under. */
  readonly status: "current-at-source-date" | "superseded" | "unknown";
  /** First day in force, ISO date. */
  readonly validFrom?: string;
  /** Last day in force, ISO date. */
  readonly validTo?: string;
  /** Nominal size. */
  readonly accountSizeUsd?: number;
  /** Balance at the start; 0 in funded accounts that count profit only. */
  readonly startBalanceUsd?: number;
  /** Profit at which the account is passed. */
  readonly profitTarget?: {
    readonly amountUsd?: number;
    readonly fractionOfSize?: number;
    readonly basis?: "closed-balance" | "equity" | "unclear";
    readonly mustBeFlat?: boolean;
  };
  /** The floor: how it follows the account, where it stops, when it is tested. */
  readonly lossLimit?: {
    readonly amountUsd?: number;
    readonly fractionOfSize?: number;
    readonly trail?: "static" | "end-of-day" | "intraday" | "none";
    readonly peakBasis?:
      | "equity-with-open-profit"
      | "closed-balance-live"
      | "closing-balance"
      | "none";
    readonly watched?: "equity-live" | "close-only" | "unclear";
    readonly breachTest?: "touch-or-below" | "below" | "unclear";
    /** The floor stops at the start balance plus `offsetUsd`. */
    readonly stop?: {
      readonly kind?: "never" | "floor-cap" | "profit-target" | "static";
      readonly offsetUsd?: number;
      readonly trigger?:
        | "floor-reaches-cap"
        | "closing-balance-reaches"
        | "realised-profit-reaches"
        | "unclear";
      readonly triggerAmountUsd?: number;
    };
    readonly effect?: "account-failed" | "liquidate-then-restrict";
    readonly afterFirstPayout?: {
      readonly floorMovesTo: "start-balance" | "unchanged" | "unclear";
    };
    readonly ratchetUpdateTime?: DailyTime;
  };
  /** Loss allowed in a day: `soft` ends the day, `hard` the account. */
  readonly dailyLoss?: {
    readonly kind?: "none" | "soft" | "hard" | "optional-by-trader" | "unclear";
    readonly amountUsd?: number;
    readonly fractionOfSize?: number;
    readonly fractionOfHighestClosingProfit?: number;
    readonly basis?: "day-start-balance" | "fixed-from-initial" | "day-peak-equity" | "unclear";
    readonly includesOpenProfit?: boolean;
    readonly includesCosts?: boolean;
    readonly breachTest?: "touch-or-below" | "below" | "unclear";
    /** When a new day begins. */
    readonly reset?: DailyTime;
    readonly steps?: readonly {
      readonly closingBalanceAtLeastUsd: number;
      readonly amountUsd: number;
      readonly effective?: "next-session" | "at-once";
    }[];
    readonly effect?: "flatten-and-lock-until-reset" | "account-failed" | "orders-only-blocked";
  };
  /** Contracts that may be held. */
  readonly sizeLimit?: {
    readonly minis?: number;
    readonly micros?: number;
    readonly microsPerMini?: number;
    readonly counting?:
      | "weighted"
      | "micro-counts-as-mini"
      | "separate"
      | "one-kind-only"
      | "margin-based"
      | "unclear";
    readonly scope?: "all-products-net" | "all-products-gross" | "unclear";
    readonly steps?: readonly {
      readonly profitFromUsd: number;
      readonly minis: number;
      readonly micros?: number;
    }[];
    readonly stepsEvaluated?: "at-close-for-next-session" | "live-equity" | "unclear";
    readonly halfUntilFloorLocked?: boolean;
    readonly overLimit?: "order-rejected" | "account-failed" | "unclear";
  };
  /** How evenly the profit has to be made; a fact, no order hangs on it. */
  readonly consistency?: {
    readonly kind?: "none" | "best-day-share";
    readonly maxShare?: number;
    readonly denominator?: "total-profit" | "profit-target" | "unclear";
    readonly when?: "to-pass" | "at-payout" | "both" | "unclear";
    readonly effect?:
      | "delays-pass"
      | "raises-target-by-division"
      | "raises-target-by-excess"
      | "blocks-payout"
      | "unclear";
    readonly shareByPayout?: readonly number[];
  };
  /** Days of trading needed; a fact. */
  readonly minDays?: {
    readonly count?: number;
    readonly profitableDayMinUsd?: number;
    readonly per?: "evaluation" | "payout" | "phase";
  };
  /** Calendar days that the account has; a fact. */
  readonly maxCalendarDays?: number;
  /** When positions may be held. */
  readonly session?: {
    readonly open?: DailyTime;
    readonly flatBy?: DailyTime;
    /** The firm's desk begins to close positions. */
    readonly autoFlattenFrom?: DailyTime;
    /** The rule follows each product's own close. */
    readonly minutesBeforeProductClose?: number;
    readonly late?:
      | "auto-flattened-no-penalty"
      | "account-failed"
      | "flattened-and-profit-void"
      | "unclear";
    readonly workingOrdersMustBeCancelled?: boolean;
    readonly overDailyBreak?: Permission;
    readonly overWeekend?: Permission;
    readonly earlierProducts?: readonly {
      readonly symbols: readonly string[];
      readonly flatBy: DailyTime;
    }[];
  };
  /** What early closes change. */
  readonly holiday?: {
    readonly earlyCloseFlatBy?: DailyTime;
    readonly autoFlattenOnEarlyClose?: "yes" | "no" | "unclear";
    readonly late?: "auto-flattened-no-penalty" | "account-failed" | "unclear";
    readonly halfDayCountsAsTradingDay?: boolean;
    readonly note?: string;
  };
  /** What may not be done around news; dated events come from the user. */
  readonly news?: {
    readonly policy?: "allowed" | "blackout" | "no-execution-window" | "no-straddle" | "unclear";
    readonly secondsBefore?: number;
    readonly secondsAfter?: number;
    readonly action?: "auto-flatten" | "violation" | "profit-void" | "unclear";
    readonly events?: readonly {
      readonly name: string;
      readonly products?: string;
      readonly time?: DailyTime;
    }[];
  };
  /** How the account may be traded; facts but for `stopOrder` and `blockedInstruments`. */
  readonly conduct?: {
    readonly oppositeSameProduct?: Permission;
    readonly oppositeMiniAndMicro?: Permission;
    readonly oppositeAcrossAccounts?: Permission;
    readonly oppositeCorrelated?: Permission;
    readonly averagingDown?: Permission;
    readonly martingale?: Permission;
    readonly grid?: Permission;
    readonly stopOrder?: "not-required" | "pending-or-mental" | "bracket-required" | "unclear";
    readonly maxStopToTargetRatio?: number;
    readonly minHold?: {
      readonly seconds?: number;
      readonly shareOfTrades?: number;
      readonly shareOfProfit?: number;
      readonly effect?: "payout-denied" | "profit-void" | "unclear";
    };
    readonly maxTradesPerDay?: number;
    readonly maxExecutionsPerDay?: number;
    readonly priceLimitDistanceFraction?: number;
    readonly highFrequency?: Permission;
    readonly blockedInstruments?: readonly string[];
  };
  /** Whether a program may trade the account. */
  readonly automation?: {
    readonly policy?:
      | "allowed"
      | "attended-only"
      | "own-code-only"
      | "platform-native-only"
      | "forbidden"
      | "unclear";
    readonly hosting?: "personal-device-only" | "any" | "unclear";
    readonly soleOwnerRequired?: boolean;
    readonly exclusiveToFirm?: boolean;
    readonly orderFlagRequired?: boolean;
    readonly interfaces?: readonly string[];
    readonly disagreement?: boolean;
  };
  /** Whether trades may be copied; facts. */
  readonly copying?: {
    readonly betweenOwnAccounts?: Permission;
    readonly fromOwnAccountsElsewhere?: Permission;
    readonly fromOtherPeople?: Permission;
    readonly maxAccounts?: number;
    readonly note?: string;
  };
  /** What happens to an account that is not traded; a fact. */
  readonly inactivity?: {
    readonly days?: number;
    readonly effect?: "closed" | "flagged" | "unclear";
  };
  /** Where it can be traded. */
  readonly platforms?: readonly string[];
  /** What else has to be known. */
  readonly notes?: readonly string[];
  /** Amounts that pages state but that do not ship, as no page of the firm alone stands behind them. */
  readonly leftOut?: readonly string[];
  /** Pages and confidence by dotted field; a group covers its fields. */
  readonly provenance: Readonly<Record<string, FigureEvidence>>;
}

/** What stands behind a field of a rule set. */
export interface FigureEvidence {
  /** Names of pages in the shipped list; of one's own set, anything. */
  readonly sources: readonly string[];
  /** How well it is known. */
  readonly confidence: FigureConfidence;
  /** What else has to be known about it. */
  readonly remark?: string;
}
