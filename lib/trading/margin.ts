import {
  type Dated,
  epochDay,
  type Instrument,
  type Margin,
  tickValueMicros,
} from "../market/mod.ts";
import { usdToMicros } from "./money.ts";

/** What positions must be backed with, by date and by time of day. */
export interface MarginRules {
  /** Held over a session's close. Empty for what is paid in full. */
  readonly overnight: readonly Dated<Margin>[];
  /** Inside a session. @default the overnight margin */
  readonly intraday?: readonly Dated<Margin>[];
}

/** Margin of one lot, whole micro-dollars. */
export interface LotMargin {
  /** Needed to open it. */
  readonly initialMicros: number;
  /** Needed to keep it. */
  readonly maintenanceMicros: number;
}

/** The overnight margins an instrument ships with, by day and by night. */
export function marginRulesOf(instrument: Pick<Instrument, "margin">): MarginRules {
  return { overnight: instrument.margin };
}

/**
 * Looks margins up; the answer of a day is kept until another day is asked for.
 *
 * @example
 * ```ts
 * import { MarginTable } from "./margin.ts";
 * import { findInstrument } from "../market/instruments.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * const MES = findInstrument("MES");
 * const rules = {
 *   overnight: [{ from: "2024-01-01", value: { initialUsd: 1_320, maintenanceUsd: 1_200 } }],
 *   intraday: [{ from: "2024-01-01", value: { initialUsd: 50, maintenanceUsd: 40 } }],
 * };
 * const margins = new MarginTable(MES, rules);
 * assertEquals(margins.of(20_000, 19_800, false).initialMicros, 50_000_000);
 * assertEquals(margins.of(20_000, 19_800, true).maintenanceMicros, 1_200_000_000);
 * ```
 */
export class MarginTable {
  readonly #tickValueMicros: number;
  readonly #overnightFrom: readonly DatedMargin[];
  readonly #intradayFrom: readonly DatedMargin[];
  #day = NaN;
  #overnight: LotMargin | null = null;
  #intraday: LotMargin | null = null;

  /** Reads the rules. */
  constructor(instrument: Instrument, { overnight, intraday = overnight }: MarginRules) {
    this.#tickValueMicros = tickValueMicros(instrument);
    this.#overnightFrom = overnight.map(datedMargin);
    this.#intradayFrom = intraday.map(datedMargin);
  }

  /**
   * Margin of one lot; its full price where the rules have none.
   *
   * @param markTicks price in whole ticks
   * @param tradeDay days since 1970-01-01
   * @param isOvernight whether the position is held over the session's close
   */
  of(markTicks: number, tradeDay: number, isOvernight: boolean): LotMargin {
    if (tradeDay !== this.#day) this.#load(tradeDay);
    const margin = isOvernight ? this.#overnight : this.#intraday;
    if (margin !== null) return margin;
    const priceMicros = Math.abs(markTicks) * this.#tickValueMicros;
    return { initialMicros: priceMicros, maintenanceMicros: 0 };
  }

  /** Whether the rules of a day have no margin: then a position is paid in full. */
  isPaidInFull(tradeDay: number): boolean {
    if (tradeDay !== this.#day) this.#load(tradeDay);
    return this.#intraday === null;
  }

  #load(tradeDay: number): void {
    this.#day = tradeDay;
    this.#overnight = inForce(this.#overnightFrom, tradeDay);
    this.#intraday = inForce(this.#intradayFrom, tradeDay);
  }
}

/**
 * The fewest lots to close so that equity backs what is left, the cost of closing included.
 *
 * @param heldLots at least 0
 * @param shortfallMicros maintenance margin of everything held less equity
 * @param maintenanceMicros of one lot
 * @param closingCostMicros of one lot: fee and slippage
 * @returns whole lots, from 0 to `heldLots`
 * @example
 * ```ts
 * import { lotsToLiquidate } from "./margin.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * // Five lots need 500, equity is 390: one closed lot frees 100 and costs 2, two are enough.
 * assertEquals(lotsToLiquidate(5, 110, 100, 2), 2);
 * assertEquals(lotsToLiquidate(5, 0, 100, 2), 0);
 * ```
 */
export function lotsToLiquidate(
  heldLots: number,
  shortfallMicros: number,
  maintenanceMicros: number,
  closingCostMicros: number,
): number {
  if (shortfallMicros <= 0) return 0;
  const freedMicros = maintenanceMicros - closingCostMicros;
  return freedMicros <= 0 ? heldLots : Math.min(heldLots, Math.ceil(shortfallMicros / freedMicros));
}

/** Margin of one lot from a day on. */
interface DatedMargin {
  /** Days since 1970-01-01. */
  readonly fromDay: number;
  readonly margin: LotMargin;
}

function datedMargin({ from, value }: Dated<Margin>): DatedMargin {
  return {
    fromDay: epochDay(from),
    margin: {
      initialMicros: usdToMicros(value.initialUsd),
      maintenanceMicros: usdToMicros(value.maintenanceUsd),
    },
  };
}

/** As `marginOn` finds it: before the first entry, the first. */
function inForce(entries: readonly DatedMargin[], tradeDay: number): LotMargin | null {
  let found = entries[0];
  for (const entry of entries) if (entry.fromDay <= tradeDay) found = entry;
  return found?.margin ?? null;
}
