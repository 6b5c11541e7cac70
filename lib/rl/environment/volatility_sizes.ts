import { type Bars, closeReturns } from "../../market/mod.ts";
import { exponentialVolatility } from "../../statistics/mod.ts";

/** Settings of `volatilitySizes`. */
export interface VolatilitySizeOptions {
  /** Standard deviation wanted of a full position over one bar, as a fraction of equity. */
  readonly deviationPerBar: number;
  /** Largest exposure, as a multiple of equity. */
  readonly maxLeverage: number;
  /** Span of the estimate, bars. @default {60} */
  readonly span?: number;
  /** Equity that a full position is sized for, dollars. */
  readonly equityUsd: number;
}

/**
 * Lots of a full position at each bar, unrounded, so that all bars carry like risk:
 * `min(maxLeverage, wanted / estimated deviation) · equity / (price · point value)`
 * (Moskowitz, Ooi & Pedersen 2012; docs/methods.md#the-trading-problem). Looks at past returns
 * alone.
 *
 * @returns one element per bar; NaN until there is an estimate
 * @example
 * ```ts
 * import { volatilitySizes } from "./volatility_sizes.ts";
 * import { findInstrument } from "../../market/instruments.ts";
 * import { assertClose } from "../../../tests/assert.ts";
 *
 * // Up and down by a hundredth in turn.
 * const price = Float64Array.from({ length: 80 }, (_, bar) => bar % 2 === 0 ? 5000 : 5050);
 * const sizes = volatilitySizes({
 *   instrument: findInstrument("MES"), intervalMs: 60_000, length: 80,
 *   time: price.map((_, bar) => 60_000 * bar),
 *   open: price, high: price, low: price, close: price, volume: new Float64Array(80),
 * }, { deviationPerBar: 0.01, maxLeverage: 2, equityUsd: 25_000 });
 * assertClose(sizes[70]!, 1, 0.02);
 * ```
 */
export function volatilitySizes(bars: Bars, options: VolatilitySizeOptions): Float64Array {
  const { deviationPerBar, equityUsd, maxLeverage, span = 60 } = options;
  const deviation = exponentialVolatility(closeReturns(bars), span);
  return deviation.map((estimate, bar) => {
    const lotUsd = Math.abs(bars.close[bar]!) * bars.instrument.pointValue;
    return Math.min(maxLeverage, deviationPerBar / estimate) * equityUsd / lotUsd;
  });
}
