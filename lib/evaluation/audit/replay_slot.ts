import {
  type Bars,
  createCalendar,
  DAILY_INTERVAL_MS,
  type Instrument,
  sessionMarks,
} from "../../market/mod.ts";
import type { AuditCauseName } from "../../records/mod.ts";
import {
  barOfRow,
  barsOfRows,
  type CostModel,
  type Forecast,
  type JournaledBar,
  toTicks,
} from "../../trading/mod.ts";
import type { AuditedDecider } from "./audit_systems.ts";
import { DeviatingExecutor } from "./deviating_executor.ts";
import { createOrderKeys } from "./order_keys.ts";
import type { OrderProfile } from "./order_profile.ts";

/** One instrument of a replay: its bars, its broker and what decides. */
export class ReplaySlot {
  /** Columns of all bars; one that came before the first comes first. */
  readonly bars: Bars;
  readonly executor: DeviatingExecutor;
  /** Whether its bars are shorter than a day. */
  readonly isIntraday: boolean;
  /** By the close of their bar. */
  readonly forecasts = new Map<number, Forecast>();
  readonly keyOf = createOrderKeys();
  decider: AuditedDecider;
  /** Of the bar that was taken in last. */
  row: number;
  readonly #first: number;
  readonly #tradeDay: Int32Array;
  readonly #isLast: Uint8Array;

  /** @param before the bar before the first, which is not traded; null for none */
  constructor(
    { instrument, intervalMs }: { readonly instrument: Instrument; readonly intervalMs: number },
    traded: Bars,
    before: JournaledBar | null,
    { costs, isAtVenue, profiles, repaired }: {
      readonly isAtVenue: boolean;
      readonly costs: CostModel;
      readonly profiles: ReadonlyMap<string, OrderProfile>;
      readonly repaired: ReadonlySet<AuditCauseName>;
    },
    decider: AuditedDecider,
  ) {
    this.bars = before === null ? traded : withBarBefore(before, traded);
    this.#first = before === null ? 0 : 1;
    this.row = this.#first - 1;
    const { isLast, tradeDay } = sessionMarks(this.bars, createCalendar(instrument));
    this.#tradeDay = tradeDay;
    this.#isLast = isLast;
    this.isIntraday = intervalMs < DAILY_INTERVAL_MS;
    this.executor = new DeviatingExecutor(costs, profiles, repaired, isAtVenue);
    this.decider = decider;
  }

  /** Close of the next bar; Infinity behind the last. */
  get nextClose(): number {
    const next = this.row + 1;
    return next < this.bars.length ? this.bars.time[next]! + this.bars.intervalMs : Infinity;
  }

  /** Whether the newest bar is the last of its session. */
  get endsSession(): boolean {
    return this.#isLast[this.row] === 1;
  }

  /** Opening price of the newest bar. */
  get openTicks(): number {
    return toTicks(this.bars.open[this.row]!, this.bars.instrument.tickSize);
  }

  /** Takes the next bar in. */
  take() {
    const row = ++this.row, { bars } = this;
    this.decider.take(barOfRow(bars, row));
    const tradeDay = this.#tradeDay[row]!;
    const isNewDay = row > this.#first && this.#tradeDay[row - 1] !== tradeDay;
    return { bars, row, tradeDay, isNewDay, endsSession: this.endsSession };
  }
}

function withBarBefore(before: JournaledBar, bars: Bars): Bars {
  const rows = Array.from({ length: bars.length }, (_, row) => barOfRow(bars, row));
  return barsOfRows(bars, [before, ...rows]);
}
