import type { Bars } from "../market/bars.ts";
import type { SessionMarks } from "../market/calendar.ts";
import type { CostModel } from "../trading/costs.ts";
import type { RiskLimits } from "../risk/risk_limits.ts";
import type { SizingSettings } from "../risk/sizing.ts";
import type { MarginRules } from "../trading/margin.ts";

/** The same conditions for every strategy of a comparison. */
export interface RunConditions {
  readonly bars: Bars;
  readonly session: SessionMarks;
  /** Rows [from, to) are traded; earlier rows only warm up. */
  readonly from: number;
  readonly to: number;
  readonly costs: CostModel;
  readonly initialCashUsd: number;
  readonly maxLots: number;
  /** Initial and maintenance margin by date. */
  readonly margin: MarginRules;
  /** Initial margin of one lot when the test begins; null means paid in full. */
  readonly marginPerLotUsd: number | null;
  readonly flattenAtSessionEnd: boolean;
  /** How many lots an exposure is. */
  readonly sizing: SizingSettings;
  /** Rules of risk; absent for none. */
  readonly limits?: RiskLimits;
}
