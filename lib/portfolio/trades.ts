import type { Fill } from "../domain/fill.ts";
import type { OrderReason } from "../domain/order.ts";

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
  /** Bars in which it was held. */
  readonly barsHeld: number;
  readonly entryReason: OrderReason;
  readonly exitReason: OrderReason;
}

interface OpenLots {
  readonly fill: Fill;
  lots: number;
  /** Entry fee not yet charged to a trade. */
  feeMicros: number;
}

/**
 * Matches fills into round trips, first in first out, in whole numbers. A fill that reverses the
 * position closes what is open and opens the rest; a partial close splits the entry and its fee.
 */
export class TradeBook {
  /** Finished round trips, in order of exit. */
  readonly trades: Trade[] = [];
  readonly #open: OpenLots[] = [];
  readonly #tickValueMicros: number;
  /** Signed lots still open. */
  positionLots = 0;
  /** Sum of open lots times entry price, in ticks. */
  openValueTicks = 0;

  /** @param tickValueMicros worth of one tick of one lot, micro-dollars */
  constructor(tickValueMicros: number) {
    this.#tickValueMicros = tickValueMicros;
  }

  /**
   * Takes a fill in.
   *
   * @returns realised profit of the lots it closed, micro-dollars before fees; 0 when it closed none
   */
  apply(fill: Fill): number {
    let remaining = fill.lots;
    let feeMicros = fill.feeMicros;
    let realisedMicros = 0;
    while (remaining !== 0 && this.#open.length > 0) {
      const entry = this.#open[0]!;
      if (entry.lots > 0 === remaining > 0) break;
      const lots = Math.sign(entry.lots) * Math.min(Math.abs(entry.lots), Math.abs(remaining));
      const exitFee = share(feeMicros, -lots, remaining);
      const trade = this.#close(entry, lots, fill, exitFee);
      this.trades.push(trade);
      realisedMicros += trade.grossMicros;
      feeMicros -= exitFee;
      remaining += lots;
      if (entry.lots === 0) this.#open.shift();
    }
    if (remaining !== 0) {
      this.#open.push({ fill, lots: remaining, feeMicros });
      this.openValueTicks += remaining * fill.priceTicks;
    }
    this.positionLots += fill.lots;
    return realisedMicros;
  }

  #close(entry: OpenLots, lots: number, exit: Fill, exitFeeMicros: number): Trade {
    const entryFeeMicros = share(entry.feeMicros, lots, entry.lots);
    entry.lots -= lots;
    entry.feeMicros -= entryFeeMicros;
    this.openValueTicks -= lots * entry.fill.priceTicks;
    const feesMicros = entryFeeMicros + exitFeeMicros;
    const grossMicros = lots * (exit.priceTicks - entry.fill.priceTicks) * this.#tickValueMicros;
    const slippageTicks = Math.abs(lots) * (entry.fill.slippageTicks + exit.slippageTicks);
    return {
      entryTime: entry.fill.time,
      exitTime: exit.time,
      entryBar: entry.fill.bar,
      exitBar: exit.bar,
      lots,
      entryPriceTicks: entry.fill.priceTicks,
      exitPriceTicks: exit.priceTicks,
      grossMicros,
      feesMicros,
      netMicros: grossMicros - feesMicros,
      slippageMicros: slippageTicks * this.#tickValueMicros,
      barsHeld: exit.bar - entry.fill.bar + (fillsAtClose(exit.reason) ? 1 : 0),
      entryReason: entry.fill.reason,
      exitReason: exit.reason,
    };
  }
}

/** The part of `feeMicros` that belongs to `lots` of `ofLots`; the parts of a fee add up to it. */
function share(feeMicros: number, lots: number, ofLots: number): number {
  return lots === ofLots ? feeMicros : Math.round(feeMicros * (lots / ofLots));
}

/** Signals and rolls trade at a bar's open; every other order trades at a bar's close. */
function fillsAtClose(reason: OrderReason): boolean {
  return reason !== "signal" && reason !== "roll";
}
