import type { Bars } from "../market/mod.ts";
import { FLAT, type Forecast, stateless, type Strategy } from "../trading/mod.ts";

/** Enters a side and leaves the size of one that is held. */
export function enterSide(side: number): Forecast {
  return side === 0 ? FLAT : side > 0 ? ENTER_LONG : ENTER_SHORT;
}

const ENTER_LONG: Forecast = { exposure: 1, intent: "enter", probability: null };
const ENTER_SHORT: Forecast = { exposure: -1, intent: "enter", probability: null };

/** Never trades. */
export function flat(): Strategy {
  return stateless({
    name: "flat",
    warmupBars: 0,
    forecast: () => FLAT,
    explain: () => "never holds anything",
  });
}

/** Buys once and holds; buys again after something else closed the position. */
export function buyAndHold(): Strategy {
  return stateless({
    name: "buy and hold",
    warmupBars: 0,
    forecast: () => ENTER_LONG,
    explain: () => "always long",
  });
}

/**
 * Follows the sign of the price change over the last bars (Moskowitz, Ooi & Pedersen 2012): long
 * after a rise, short after a fall, flat when unchanged. Rolls of a continuous future do not
 * count as change.
 */
export function timeSeriesMomentum(lookbackBars: number): Strategy {
  return stateless({
    name: `momentum ${lookbackBars}`,
    warmupBars: lookbackBars,
    forecast: ({ bar, bars }) => enterSide(Math.sign(priceChange(bars, bar, lookbackBars))),
    explain: ({ bar, bars }) =>
      `price changed by ${priceChange(bars, bar, lookbackBars).toPrecision(4)} over ` +
      `${lookbackBars} bars`,
  });
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

const SIDES: readonly Forecast[] = [-1, 0, 1].map((exposure) => (
  { exposure, intent: "resize", probability: null }
));

/**
 * Holds sides that were fixed beforehand, for example those of a known optimum.
 *
 * @param sides -1, 0 or 1 per bar: decided at its close
 */
export function fixedSides(name: string, sides: Int8Array): Strategy {
  return stateless({
    name,
    warmupBars: 0,
    forecast: ({ bar }) => SIDES[sides[bar]! + 1]!,
    explain: () => "position given beforehand",
  });
}
