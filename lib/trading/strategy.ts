import type { Bars } from "../market/bars.ts";

/**
 * What a strategy sees at the close of a bar. The engine reuses one object for all bars: read
 * it, never keep it.
 */
export interface StrategyContext {
  /** Columns whose rows after `bar` must not be read. */
  readonly bars: Bars;
  /** Row of the bar that just closed. */
  readonly bar: number;
  /** Signed lots held now. */
  readonly positionLots: number;
  /** Cash plus open profit at this close, micro-dollars. */
  readonly equityMicros: number;
}

/**
 * Decides, at the close of a bar, which position to hold from the next open on. Only the rows up
 * to and including `context.bar` may count: cutting off the future must not change the answer.
 */
export interface Strategy {
  /** Name for reports, for example `6E-forest v3`. */
  readonly name: string;
  /** Bars of history needed before the first decision; the first is taken at this row. */
  readonly warmupBars: number;
  /** Position wanted, signed whole lots. */
  targetLots(context: StrategyContext): number;
  /** The reason for `targetLots` in one sentence; asked for only when a journal is kept. */
  explain?(context: StrategyContext, targetLots: number): string;
}
