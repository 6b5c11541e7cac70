import { objectList } from "../core/mod.ts";
import type { Fill } from "./fill.ts";
import type { OrderReason } from "./order.ts";

/** One round trip: some lots bought and sold again, or sold and bought back. */
export interface Trade {
  /** Epoch milliseconds, UTC. */
  readonly entryTime: number;
  /** Epoch milliseconds, UTC. */
  readonly exitTime: number;
  /** Row of the bar in which it was entered. */
  readonly entryBar: number;
  /** Row of the bar in which it was left. */
  readonly exitBar: number;
  /** Signed: positive for a long trade. Never 0. */
  readonly lots: number;
  /** Slippage included. */
  readonly entryPriceTicks: number;
  /** Slippage included. */
  readonly exitPriceTicks: number;
  /** Price difference times lots, slippage included, fees not. */
  readonly grossMicros: number;
  /** Fees of both sides. */
  readonly feesMicros: number;
  /** `grossMicros - feesMicros`. */
  readonly netMicros: number;
  /** Part of the loss that was slippage, both sides; already inside `grossMicros`. */
  readonly slippageMicros: number;
  /** Bars in which it was held, of the first and the last also parts. */
  readonly barsHeld: number;
  /** Why it was entered. */
  readonly entryReason: OrderReason;
  /** Why it was left. */
  readonly exitReason: OrderReason;
}

/** Lots of one entry and one exit that belong together, with their parts of the fees. */
type MatchVisitor = (
  entry: Fill,
  lots: number,
  entryFeeMicros: number,
  exitFeeMicros: number,
) => void;

/** One entry, what is left of it. */
export interface Entry {
  /** The fill that opened it. */
  readonly fill: Fill;
  /** Price from which its profit is still to be paid: the fill's, later the last settlement's. */
  basisTicks: number;
  /** Signed lots still open. */
  lots: number;
  /** Entry fee not yet charged to a match. */
  feeMicros: number;
}

/** Open lots as plain data. */
export interface OpenLotsState {
  /** Oldest first. */
  readonly entries: readonly Readonly<Entry>[];
  /** Sum of lots times entry price, or the last settlement price since, in ticks. */
  readonly valueTicks: number;
}

/**
 * The open lots of a position, first in first out, in whole numbers. A fill that reverses the
 * position closes what is open and opens the rest; a partial close splits the entry and its fee.
 */
export class OpenLots {
  readonly #entries: Entry[];
  #positionLots: number;
  #valueTicks: number;

  /** @param state what `save` gave, to go on from there */
  constructor({ entries, valueTicks }: OpenLotsState = { entries: [], valueTicks: 0 }) {
    this.#entries = objectList(entries.map((entry) => ({ ...entry })));
    this.#positionLots = entries.reduce((sum, { lots }) => sum + lots, 0);
    this.#valueTicks = valueTicks;
  }

  /** Signed lots. */
  get positionLots(): number {
    return this.#positionLots;
  }

  /** Sum of lots times entry price, or the last settlement price since, in ticks. */
  get valueTicks(): number {
    return this.#valueTicks;
  }

  /**
   * Takes a fill in.
   *
   * @param visit called for every entry that the fill closes, in whole or in part
   * @returns profit since entry, or since the last settlement, in ticks of one lot, before fees;
   * 0 when nothing closed
   */
  apply(fill: Fill, visit?: MatchVisitor): number {
    let remaining = fill.lots;
    let feeMicros = fill.feeMicros;
    let realisedTicks = 0;
    while (remaining !== 0 && this.#entries.length > 0) {
      const entry = this.#entries[0]!;
      if (entry.lots > 0 === remaining > 0) break;
      const lots = Math.sign(entry.lots) * Math.min(Math.abs(entry.lots), Math.abs(remaining));
      const entryFeeMicros = share(entry.feeMicros, lots, entry.lots);
      const exitFeeMicros = share(feeMicros, -lots, remaining);
      visit?.(entry.fill, lots, entryFeeMicros, exitFeeMicros);

      realisedTicks += lots * (fill.priceTicks - entry.basisTicks);
      this.#valueTicks -= lots * entry.basisTicks;
      entry.lots -= lots;
      entry.feeMicros -= entryFeeMicros;
      feeMicros -= exitFeeMicros;
      remaining += lots;
      if (entry.lots === 0) this.#dropOldest();
    }
    if (remaining !== 0) {
      this.#entries.push({ fill, basisTicks: fill.priceTicks, lots: remaining, feeMicros });
      this.#valueTicks += remaining * fill.priceTicks;
    }
    this.#positionLots += fill.lots;
    return realisedTicks;
  }

  /**
   * Pays the open profit out at a settlement price, from which it counts anew.
   *
   * @returns the profit paid, in ticks of one lot
   */
  settle(priceTicks: number): number {
    const paidTicks = this.#positionLots * priceTicks - this.#valueTicks;
    for (const entry of this.#entries) entry.basisTicks = priceTicks;
    this.#valueTicks = this.#positionLots * priceTicks;
    return paidTicks;
  }

  /** Most often it is the only one, and to shift a list costs many times as much as to pop it. */
  #dropOldest(): void {
    if (this.#entries.length === 1) this.#entries.pop();
    else this.#entries.shift();
  }

  /** All that it knows. */
  save(): OpenLotsState {
    return {
      entries: this.#entries.map((entry) => ({ ...entry })),
      valueTicks: this.#valueTicks,
    };
  }
}

/**
 * The round trips in a list of fills, in order of exit. Lots still open at the end belong to none.
 *
 * @param fills oldest first
 * @param tickValueMicros worth of one tick of one lot, micro-dollars
 * @example
 * ```ts
 * import { matchTrades } from "./trades.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * const fill = { orderId: 1, time: 0, slippageTicks: 0, feeMicros: 500_000 } as const;
 * const [trade] = matchTrades([
 *   { ...fill, moment: "open", bar: 0, lots: 1, priceTicks: 100, reason: "signal" },
 *   { ...fill, moment: "open", bar: 3, lots: -1, priceTicks: 108, reason: "signal" },
 * ], 1_250_000);
 * assertEquals(trade?.grossMicros, 10_000_000);
 * assertEquals(trade?.netMicros, 9_000_000);
 * ```
 */
export function matchTrades(fills: readonly Fill[], tickValueMicros: number): Trade[] {
  const open = new OpenLots();
  const trades: Trade[] = [];
  for (const exit of fills) {
    open.apply(exit, (entry, lots, entryFeeMicros, exitFeeMicros) => {
      const feesMicros = entryFeeMicros + exitFeeMicros;
      trades.push(describeTrade(entry, exit, lots, feesMicros, tickValueMicros));
    });
  }
  return trades;
}

function describeTrade(
  entry: Fill,
  exit: Fill,
  lots: number,
  feesMicros: number,
  tickValueMicros: number,
): Trade {
  const grossMicros = lots * (exit.priceTicks - entry.priceTicks) * tickValueMicros;
  const slippageTicks = Math.abs(lots) * (entry.slippageTicks + exit.slippageTicks);
  return {
    entryTime: entry.time,
    exitTime: exit.time,
    entryBar: entry.bar,
    exitBar: exit.bar,
    lots,
    entryPriceTicks: entry.priceTicks,
    exitPriceTicks: exit.priceTicks,
    grossMicros,
    feesMicros,
    netMicros: grossMicros - feesMicros,
    slippageMicros: slippageTicks * tickValueMicros,
    barsHeld: barsBefore(exit) - barsBefore(entry) + (exit.moment === "inside" ? 1 : 0),
    entryReason: entry.reason,
    exitReason: exit.reason,
  };
}

/** The part of `feeMicros` that belongs to `lots` of `ofLots`; the parts of a fee add up to it. */
function share(feeMicros: number, lots: number, ofLots: number): number {
  return lots === ofLots ? feeMicros : Math.round(feeMicros * (lots / ofLots));
}

/** Whole bars that had passed: a fill at a close comes after its own. */
function barsBefore({ bar, moment }: Fill): number {
  return moment === "close" ? bar + 1 : bar;
}
