/** What keeps a strategy from the trades that it wants, the first to act first. */
export const HELD_BACK_BY = ["warm-up", "sizing", "risk", "max-lots", "margin"] as const;

/** Why a strategy that wanted to trade did not. */
export interface HeldBack {
  /** What acted. */
  readonly by: typeof HELD_BACK_BY[number];
  /** Bars at which it did. */
  readonly bars: number;
  /** The rule of risk, in words; of `risk` alone. */
  readonly rule?: string;
}

/** The facts that findings are made of; money in dollars, shares as fractions. */
export interface FindingFacts {
  /** Name of the strategy judged. */
  readonly strategy: string;
  /** It blends several models. */
  readonly isBlend?: boolean;
  /** No tested row was used in training. */
  readonly outOfSample: boolean;
  /** Trading days tested. */
  readonly days: number;
  /** Net profit of each round trip. */
  readonly tradesNetUsd: readonly number[];
  /** Net profit. */
  readonly netUsd: number;
  /** Fees and slippage together; never negative. */
  readonly costsUsd: number;
  /** Annual Sharpe ratio of daily net returns; null where undefined. */
  readonly sharpe: number | null;
  /** 95 % interval of the Sharpe ratio; null where undefined. */
  readonly sharpeInterval: readonly [number, number] | null;
  /** Why the sign of the Sharpe ratio cannot be known; null or absent where it can. */
  readonly undecided?: string | null;
  /** Mean daily net return, fraction; absent where unknown. */
  readonly meanReturn?: number | null;
  /** What kept it out, where it made no trade and wanted one. */
  readonly heldBack?: HeldBack;
  /** What the rules beside it made. */
  readonly baselines: readonly { readonly name: string; readonly netUsd: number }[];
  /** Entries refused, by rule. */
  readonly vetoes: Readonly<Record<string, number>>;
  /** The account was closed for want of equity. */
  readonly ruined: boolean;
  /** Validation of the model before this test; absent for a rule. */
  readonly validation?: {
    readonly accuracy: number | null;
    readonly baseRateAccuracy: number | null;
    readonly informationCoefficient: number | null;
    /** Share of each predicted edge that is believed, 0 to 1. */
    readonly shrinkage: number;
  };
  /** What a learnt policy has proven before this test; absent for anything else. */
  readonly policy?: {
    /** False for one that stands aside. */
    readonly isFollowed: boolean;
    /** Rows kept back for proof. */
    readonly rows: number;
    /** Mean net result per row there, over its standard error; null where undefined. */
    readonly t: number | null;
  };
  /** Warnings of the loader, in words. */
  readonly dataWarnings: readonly { readonly text: string; readonly count: number }[];
  /** Forced closes for want of margin; absent where unknown, as is each of the facts below. */
  readonly marginCloses?: number;
  /** Net profit of the older and of the newer half of the days. */
  readonly halvesNetUsd?: readonly [number, number];
  /** Deepest fall of equity below its highest close. */
  readonly deepestFallUsd?: number;
  /** The day that earned most. */
  readonly bestDayUsd?: number;
  /** The rule beside it whose daily returns are most like its own, which is not flat. */
  readonly likest?: { readonly name: string; readonly correlation: number };
  /** The same strategy with one setting moved a little. */
  readonly neighbours?: {
    /** Name of the setting. */
    readonly setting: string;
    /** Its value in this test. */
    readonly value: number;
    /** Net profit at other values. */
    readonly others: readonly { readonly value: number; readonly netUsd: number }[];
  };
  /** Tested bars that repeat the bar before in every value. */
  readonly staleBars?: {
    /** How many there are. */
    readonly count: number;
    /** Bars tested. */
    readonly bars: number;
    /** Most of them in a row. */
    readonly longest: number;
  };
  /** Positions closed a session late, as the session's last bar is not in the data. */
  readonly missedSessionCloses?: number;
  /** Opening and closing prices of tested bars off the tick grid, as a share of all. */
  readonly offTickShare?: number;
}
