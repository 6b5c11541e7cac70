/** What one part gave to a blend. */
export interface BlendPartRow {
  /** Name with version. */
  readonly name: string;
  /** Net profit of the blend that is owed to it, dollars. */
  readonly netUsd: number;
  /** Net profit that it makes alone on the same bars, dollars. */
  readonly aloneUsd: number;
  /** Mean share in the position. */
  readonly meanWeight: number;
  /** Share of bars on which it had confidence in a position. */
  readonly spokeShare: number;
  /** Why it was left out, and on which share of bars. */
  readonly vetoes: readonly { readonly reason: string; readonly share: number }[];
  /** Past positions that its confidence was fitted on, and how often they beat flat; null where too few. */
  readonly confidence: { readonly rows: number; readonly baseRate: number } | null;
  /** All of it as a sentence. */
  readonly text: string;
}

/** A blend as the report shows it. */
export interface BlendSummary {
  /** Name with the kind of blending. */
  readonly name: string;
  /** What came of it, in words. */
  readonly summary: string;
  /** Where the parts' confidence comes from, in words. */
  readonly confidence: string;
  /** In the order of the blend. */
  readonly parts: readonly BlendPartRow[];
  /** Net profit that no part argued for, dollars. */
  readonly unclaimedUsd: number;
  /** Mean shares in the position over time; flat is the last of them and makes up the rest. */
  readonly weights: {
    /** Epoch milliseconds. */
    readonly time: readonly number[];
    /** One series each, as long as `time`. */
    readonly shares: readonly { readonly name: string; readonly value: readonly number[] }[];
  };
  /** Rules of risk that overruled it, and on which share of bars. */
  readonly limits: readonly { readonly rule: string; readonly share: number }[];
  /** Some of the trades with the decision that opened them, oldest first. */
  readonly decisions: readonly {
    /** Epoch milliseconds of the decision. */
    readonly time: number;
    /** The decision in words. */
    readonly text: string;
    /** What came of the trade, dollars after costs. */
    readonly netUsd: number;
  }[];
}
