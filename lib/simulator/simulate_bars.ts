import {
  type Bars,
  createCalendar,
  DAILY_INTERVAL_MS,
  DAY_MS,
  type Instrument,
  type SessionCalendar,
} from "../market/mod.ts";
import { createRandom, InputError, mixSeed, type Random } from "../core/mod.ts";
import { completeWorld, createProcess, type World } from "./world.ts";

/** What to simulate. */
export interface SimulationOptions {
  /** The process that moves the price. */
  readonly world: World;
  /** Gives the tick size and the session calendar. */
  readonly instrument: Instrument;
  /** Number of bars. */
  readonly bars: number;
  /** Bar length in milliseconds: below 20 hours, or one day. */
  readonly intervalMs: number;
  /** Any integer; the same seed gives the same bars. */
  readonly seed: number;
  /** Epoch ms; the first bar opens with the first session at or after it. */
  readonly start: number;
  /** Price before the first bar; for the `ou` world the mean. */
  readonly startPrice: number;
  /** One unit of the world's returns in ticks, at the start price; 8 keeps rounding harmless. */
  readonly volatilityTicks: number;
}

/** What fits into memory: a century of minutes. */
const MOST_BARS = 50_000_000;

/** Average volume of a bar. */
const VOLUME = 1_000;

/** Largest unit of return as a fraction of the price at which prices stay sane. */
const LARGEST_UNIT = 0.05;

/**
 * Simulates bars of a world whose best policy is known, on the instrument's own session calendar
 * and tick grid.
 *
 * Every bar opens exactly at the close before it, over session breaks too, so that a position
 * decided at a close and filled at the next open earns precisely the world's return; the state
 * of the world goes on over breaks. Prices are rounded from an unrounded path, so rounding does
 * not add up. High and low come from a Brownian bridge between open and close, volume is U-shaped
 * over the session and grows with the move. Daily bars are stamped at midnight UTC of their trade
 * day. The same options give the same bytes.
 *
 * @throws {InputError} when an option is out of range or the price would fall to nothing
 * @example
 * ```ts
 * import { simulateBars } from "./simulate_bars.ts";
 * import { findInstrument } from "../market/instruments.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * const bars = simulateBars({
 *   world: { kind: "ar1", phi: 0.2 },
 *   instrument: findInstrument("MES"),
 *   bars: 100,
 *   intervalMs: 60_000,
 *   seed: 7,
 *   start: Date.parse("2024-06-09T00:00Z"),
 *   startPrice: 5_000,
 *   volatilityTicks: 8,
 * });
 * assertEquals(new Date(bars.time[0]!).toISOString(), "2024-06-09T22:00:00.000Z");
 * assertEquals(bars.open[50], bars.close[49]);
 * ```
 */
export function simulateBars(options: SimulationOptions): Bars {
  checkOptions(options);
  const { instrument, intervalMs, seed } = options;
  const length = options.bars;
  const { place, time } = sessionTimes(options, createCalendar(instrument));
  const prices = simulatePrices(options);
  const volume = new Float64Array(length);
  const random = createRandom(mixSeed(seed, 2));
  for (let i = 0; i < length; i++) {
    // The mean of the bowl over a session is 1.
    const bowl = 0.6 + 1.2 * (2 * place[i]! - 1) ** 2;
    const noise = Math.exp(0.3 * random.normal() - 0.045);
    volume[i] = Math.max(1, Math.round(VOLUME * bowl * noise * (0.75 + 0.3 * prices.size[i]!)));
  }
  const { close, high, low, open } = prices;
  return { instrument, intervalMs, length, time, open, high, low, close, volume };
}

/** Price move that one unit of the world's returns makes at the start price. */
export function unitMove(
  options: Pick<SimulationOptions, "instrument" | "volatilityTicks">,
): number {
  return options.volatilityTicks * options.instrument.tickSize;
}

/**
 * What a long position of 1 earned over each simulated bar, in the world's unit: the returns to
 * which `bestAchievable` refers.
 *
 * @returns one element per bar
 */
export function worldReturns(bars: Bars, options: SimulationOptions): Float64Array {
  const unit = unitMove(options);
  const isLevel = options.world.kind === "ou";
  return bars.close.map((close, i) => {
    const open = bars.open[i]!;
    return (close - open) / unit * (isLevel ? 1 : options.startPrice / open);
  });
}

function checkOptions(options: SimulationOptions): void {
  const { bars, intervalMs, start, startPrice, volatilityTicks } = options;
  const refuse = (name: string, value: number, rule: string): never => {
    throw new InputError(`Cannot simulate bars: ${name} is ${value}`, { remedy: rule });
  };
  if (!(Number.isInteger(bars) && bars > 0 && bars <= MOST_BARS)) {
    refuse("the number of bars", bars, `give 1 to ${MOST_BARS}`);
  }
  const isDaily = intervalMs === DAY_MS;
  if (
    !isDaily && !(Number.isInteger(intervalMs) && intervalMs > 0 && intervalMs < DAILY_INTERVAL_MS)
  ) {
    refuse(
      "the bar length in ms",
      intervalMs,
      "give whole milliseconds below 20 hours, or one day",
    );
  }
  if (!Number.isFinite(start)) refuse("the start", start, "give a date");
  if (!(startPrice > 0)) refuse("the start price", startPrice, "give a price above 0");
  if (!(volatilityTicks > 0)) {
    refuse("the volatility in ticks", volatilityTicks, "give a number above 0");
  }
  if (unitMove(options) / startPrice > LARGEST_UNIT) {
    refuse(
      "the volatility as a share of the start price",
      unitMove(options) / startPrice,
      `lower the volatility or raise the price until it is below ${LARGEST_UNIT}`,
    );
  }
}

/** Stamps of the bars, and the place of each in its session from 0 (open) to 1 (close). */
function sessionTimes(
  options: SimulationOptions,
  calendar: SessionCalendar,
): { readonly time: Float64Array; readonly place: Float64Array } {
  const { bars, intervalMs, start } = options;
  const time = new Float64Array(bars);
  const place = new Float64Array(bars).fill(0.5);
  let session = calendar.next(start - 1);
  for (let i = 0; i < bars; session = calendar.next(session.close - 1)) {
    if (intervalMs === DAY_MS) {
      time[i++] = session.tradeDay * DAY_MS;
      continue;
    }
    for (let at = session.open; at < session.close && i < bars; at += intervalMs) {
      if (!calendar.isOpen(at)) continue;
      place[i] = (at - session.open) / (session.close - session.open);
      time[i++] = at;
    }
  }
  return { time, place };
}

type Prices = Pick<Bars, "open" | "high" | "low" | "close"> & {
  /** Size of each bar's move in the world's unit. */
  readonly size: Float64Array;
};

function simulatePrices(options: SimulationOptions): Prices {
  const { instrument, seed, startPrice } = options;
  const length = options.bars;
  const column = (): Float64Array => new Float64Array(length);
  const [open, high, low, close, size] = [column(), column(), column(), column(), column()];
  const step = createProcess(completeWorld(options.world), createRandom(mixSeed(seed, 0)));
  const bridge = createRandom(mixSeed(seed, 1));
  const toTick = tickRounding(instrument.tickSize);
  const isLevel = options.world.kind === "ou";
  const unit = unitMove(options);
  let exact = startPrice;
  let last = toTick(exact);
  for (let i = 0; i < length; i++) {
    const { move, deviation, start } = step();
    if (i === 0 && start !== undefined) {
      exact += unit * start;
      last = toTick(exact);
    }
    const scale = isLevel ? unit : unit * exact / startPrice;
    exact += scale * move;
    if (!(exact >= instrument.tickSize)) {
      throw new InputError(`Cannot go on as the price falls to nothing at bar ${i}`, {
        remedy: "raise the start price or lower the volatility",
      });
    }
    const next = toTick(exact);
    open[i] = last;
    close[i] = next;
    high[i] = Math.max(last, next, toTick(bridgeExtreme(last, next, scale * deviation, bridge)));
    low[i] = Math.min(last, next, -toTick(bridgeExtreme(-last, -next, scale * deviation, bridge)));
    size[i] = Math.abs(move);
    last = next;
  }
  return { open, high, low, close, size };
}

/**
 * Maximum of a Brownian bridge from `from` to `to` by inversion of its law
 * P(max > m) = exp(−2 (m − from)(m − to) / deviation²). Maximum and minimum are drawn apart.
 */
function bridgeExtreme(from: number, to: number, deviation: number, random: Random): number {
  const spread = (to - from) ** 2 - 2 * deviation ** 2 * Math.log(1 - random.uniform());
  return (from + to + Math.sqrt(spread)) / 2;
}

/** Rounds to the nearest tick; decimal ticks give the decimal number nearest to the price. */
function tickRounding(tickSize: number): (price: number) => number {
  const perUnit = Math.round(1 / tickSize);
  if (tickSize < 1 && Math.abs(perUnit * tickSize - 1) < 1e-9) {
    return (price) => Math.round(price * perUnit) / perUnit;
  }
  return (price) => Math.round(price / tickSize) * tickSize;
}
