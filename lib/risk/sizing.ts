import { type Bars, closeReturns } from "../market/bars.ts";
import { microsToUsd } from "../trading/money.ts";
import type { StrategyContext } from "../trading/strategy.ts";
import { exponentialVolatility } from "../statistics/volatility.ts";

/** How many lots a full position has right now: whole, at least 0. */
export type Sizing = (context: StrategyContext) => number;

/** Always the same number of lots. */
export function fixedLots(lots: number): Sizing {
  if (!Number.isInteger(lots) || lots < 0) {
    throw new RangeError(
      `Cannot size a position as lots must be whole, at least 0: current value is ${lots}`,
    );
  }
  return () => lots;
}

/** A number as fixed lots, a sizing as it is. */
export function toSizing(lots: number | Sizing): Sizing {
  return typeof lots === "number" ? fixedLots(lots) : lots;
}

/** Settings of `volatilityTarget`. */
export interface VolatilityTargetOptions {
  /** Volatility wanted per year, as a fraction of equity: 0.1 for 10 %. */
  readonly annualVolatility: number;
  /** Bars in a year, to bring bar volatility to the year. */
  readonly barsPerYear: number;
  /** Largest exposure, as a multiple of equity. */
  readonly maxLeverage: number;
  /** Span of the volatility estimate, bars. @default {60} */
  readonly span?: number;
}

/**
 * Lots whose expected volatility is the wanted share of equity:
 * `trunc(exposure · equity / (price · point value))` with
 * `exposure = min(maxLeverage, wanted / estimated volatility)` (Moskowitz, Ooi & Pedersen 2012).
 * 0 until there is an estimate.
 *
 * @param bars the bars that will be traded
 */
export function volatilityTarget(bars: Bars, options: VolatilityTargetOptions): Sizing {
  const { annualVolatility, barsPerYear, maxLeverage, span = 60 } = options;
  const volatility = exponentialVolatility(closeReturns(bars), span);
  const wanted = annualVolatility / Math.sqrt(barsPerYear);
  return ({ bar, bars, equityMicros }) => {
    const estimate = volatility[bar]!;
    const lotUsd = Math.abs(bars.close[bar]!) * bars.instrument.pointValue;
    if (!(estimate > 0) || lotUsd === 0 || equityMicros <= 0) return 0;
    const exposure = Math.min(maxLeverage, wanted / estimate);
    return Math.trunc(exposure * microsToUsd(equityMicros) / lotUsd);
  };
}
