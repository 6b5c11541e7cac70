import type { Instrument } from "../market/mod.ts";
import {
  checkSizing,
  type RiskLimits,
  type RiskVerdict,
  type SizingSettings,
  type Veto,
} from "../risk/mod.ts";
import { checkCosts, type CostModel, type Forecast, type MarginRules } from "../trading/mod.ts";

/** One instrument of an account and the rules of trading it; plain data. */
export interface SlotOptions {
  /** What it trades. */
  readonly instrument: Instrument;
  /** Length of its bars in milliseconds. */
  readonly intervalMs: number;
  /** What an entry is expected to cost, for the margin check; the broker charges the costs. */
  readonly costs: CostModel;
  /** Initial margin of one lot, dollars; null to require the full price, as for stocks. */
  readonly marginPerLotUsd: number | null;
  /**
   * Dated initial and maintenance margin, by day and by night, in place of `marginPerLotUsd`:
   * positions that equity cannot keep are reduced at the close.
   */
  readonly margin?: MarginRules;
  /** Largest position in either direction, whole lots. */
  readonly maxLots: number;
  /** How many lots an exposure is. */
  readonly sizing: SizingSettings;
  /** Rules of risk between a forecast and its orders. */
  readonly limits?: RiskLimits;
}

/** A forecast and what became of it. */
export interface TakenDecision {
  /** Number of the instrument in the account. */
  readonly slot: number;
  /** What the strategy said. */
  readonly forecast: Forecast;
  /** Signed lots held when it was taken. */
  readonly positionLots: number;
  /** Equity of the account then. */
  readonly equityMicros: number;
  /** What sizing made of it. */
  readonly wantedLots: number;
  /** What may be held, after every rule. */
  readonly targetLots: number;
  /** Rules of the account that overruled it, in the order applied. */
  readonly vetoes: readonly Veto[];
  /** What the rules of risk said; null without any. */
  readonly verdict: RiskVerdict | null;
}

/** Is told what an engine decides, and changes nothing. */
export interface EngineObserver {
  /** A forecast has become a target. */
  readonly onDecision?: (decision: TakenDecision) => void;
}

/**
 * Checks what the type system cannot.
 *
 * @throws RangeError when an option is outside its range.
 */
export function checkSlotOptions({ costs, marginPerLotUsd, maxLots, sizing }: SlotOptions): void {
  const require = (holds: boolean, rule: string, value: unknown): void => {
    if (holds) return;
    throw new RangeError(`Cannot make an engine as ${rule}: current value is ${value}`);
  };
  require(Number.isInteger(maxLots) && maxLots >= 0, "maxLots must be whole, at least 0", maxLots);
  require(
    marginPerLotUsd === null || marginPerLotUsd > 0,
    "marginPerLotUsd must be positive or null",
    marginPerLotUsd,
  );
  checkSizing(sizing);
  checkCosts(costs);
}
