import type { Bars, SessionMarks } from "../market/mod.ts";
import type { CostModel, MarginRules } from "../trading/mod.ts";
import type { RiskLimits, SizingSettings } from "../risk/mod.ts";

/** What holds for an instrument and an account, whatever bars come. */
export interface TradingConditions {
  /** What is charged. */
  readonly costs: CostModel;
  /** Cash before the first bar, dollars. */
  readonly initialCashUsd: number;
  /** Largest position in either direction, whole lots. */
  readonly maxLots: number;
  /** Initial and maintenance margin by date. */
  readonly margin: MarginRules;
  /** Initial margin of one lot when the test begins; null means paid in full. */
  readonly marginPerLotUsd: number | null;
  /** Closes positions at the close of each session's last bar. */
  readonly flattenAtSessionEnd: boolean;
  /** How many lots an exposure is. */
  readonly sizing: SizingSettings;
  /** Rules of risk; absent for none. */
  readonly limits?: RiskLimits;
}

/** The same conditions for every strategy of a comparison. */
export interface RunConditions extends TradingConditions {
  /** Prices. */
  readonly bars: Bars;
  /** Trade day and session end of each bar. */
  readonly session: SessionMarks;
  /** First row that is traded; earlier rows only warm up. */
  readonly from: number;
  /** Row after the last that is traded. */
  readonly to: number;
}
