import type { Bars } from "../market/bars.ts";
import { type Sizing, toSizing } from "../risk/sizing.ts";
import type { Strategy } from "../trading/strategy.ts";

/** Never trades. */
export function flat(): Strategy {
  return {
    name: "flat",
    warmupBars: 0,
    targetLots: () => 0,
    explain: () => "never holds anything",
  };
}

/** Buys once and holds; buys again after something else closed the position. */
export function buyAndHold(lots: number | Sizing): Strategy {
  const size = toSizing(lots);
  return {
    name: "buy and hold",
    warmupBars: 0,
    targetLots: (context) => context.positionLots > 0 ? context.positionLots : size(context),
    explain: (_, targetLots) => `always long ${targetLots} lots`,
  };
}

/** Settings of `timeSeriesMomentum`. */
export interface MomentumOptions {
  /** Bars over which the price change is taken. */
  readonly lookbackBars: number;
  /** Size of a position. */
  readonly lots: number | Sizing;
}

/**
 * Follows the sign of the price change over the last bars (Moskowitz, Ooi & Pedersen 2012): long
 * after a rise, short after a fall, flat when unchanged. Rolls of a continuous future do not
 * count as change.
 */
export function timeSeriesMomentum(options: MomentumOptions): Strategy {
  const { lookbackBars } = options;
  const size = toSizing(options.lots);
  return {
    name: `momentum ${lookbackBars}`,
    warmupBars: lookbackBars,
    targetLots(context) {
      const side = Math.sign(priceChange(context.bars, context.bar, lookbackBars));
      if (side === Math.sign(context.positionLots)) return context.positionLots;
      return side * size(context);
    },
    explain({ bars, bar }, targetLots) {
      const change = priceChange(bars, bar, lookbackBars);
      return `price changed by ${
        change.toPrecision(4)
      } over ${lookbackBars} bars: ${targetLots} lots`;
    },
  };
}

/** Change of the close over `lookbackBars`, with roll gaps taken out. */
function priceChange(bars: Bars, bar: number, lookbackBars: number): number {
  return joinedClose(bars, bar) - joinedClose(bars, bar - lookbackBars);
}

function joinedClose({ close, continuous }: Bars, bar: number): number {
  if (continuous === undefined) return close[bar]!;
  const adjustment = continuous.adjustment[bar]!;
  return continuous.method === "difference" ? close[bar]! + adjustment : close[bar]! * adjustment;
}

/**
 * Holds positions that were fixed beforehand, for example those of a known optimum.
 *
 * @param sides -1, 0 or 1 per bar: decided at its close
 */
export function fixedPositions(name: string, sides: Int8Array, lots: number): Strategy {
  return {
    name,
    warmupBars: 0,
    targetLots: ({ bar }) => lots * sides[bar]!,
    explain: () => "position given beforehand",
  };
}
