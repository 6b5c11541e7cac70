import type { JsonValue } from "../core/mod.ts";
import { createVolatility } from "../statistics/mod.ts";
import { type Forecast, microsToUsd } from "../trading/mod.ts";
import { kellyLots } from "./kelly.ts";

/** How many lots an exposure is; plain data, part of whatever document decides. */
export type SizingSettings =
  & {
    /**
     * Part of the Kelly share of equity, 0 … 1, that a position puts at risk at most where its
     * forecast has a probability and a bet.
     */
    readonly kellyPart?: number;
  }
  & (
    /** A full position is always so many lots. */
    | { readonly kind: "fixed"; readonly lots: number }
    /** A full position has the wanted volatility. */
    | ({ readonly kind: "volatility-target" } & VolatilityTarget)
  );

/** What `volatility-target` needs to know. */
export interface VolatilityTarget {
  /** Volatility wanted per year, as a fraction of equity: 0.1 for 10 %. */
  readonly annualVolatility: number;
  /** Bars in a year, to bring bar volatility to the year. */
  readonly barsPerYear: number;
  /** Largest exposure, as a multiple of equity. */
  readonly maxLeverage: number;
  /** Span of the volatility estimate, bars. @default {60} */
  readonly span?: number;
}

/** Span of the volatility estimate unless settings name another. */
export const VOLATILITY_SPAN = 60;

/** The account and the market at the close that is decided at. */
export interface SizingContext {
  /** Worth of one lot in dollars, at least 0. */
  readonly lotUsd: number;
  /** Cash plus open profit of the account, micro-dollars. */
  readonly equityMicros: number;
}

/** Sizes positions, bar by bar. */
export interface Sizing {
  /** Learns the return of the bar that has just closed; NaN where there is none. */
  observe(change: number): void;
  /** Lots of a full position now: whole, at least 0. */
  fullLots(context: SizingContext): number;
  /** The largest position, either side, that a probability of winning is worth; Infinity for any. */
  mostLots(forecast: Forecast, context: SizingContext): number;
  /** All that it has learnt. */
  save(): JsonValue;
}

/** Always the same number of lots. */
export function fixedLots(lots: number): SizingSettings {
  return { kind: "fixed", lots };
}

/**
 * Makes a sizing from its settings.
 *
 * `fixed` gives its lots. `volatility-target` gives the lots whose expected volatility is the
 * wanted share of equity: `trunc(exposure · equity / value of a lot)` with
 * `exposure = min(maxLeverage, wanted / estimated volatility)` (Moskowitz, Ooi & Pedersen 2012), and
 * 0 until there is an estimate.
 *
 * @param state what `save` gave, to go on from there
 * @throws RangeError when a setting is outside its range.
 * @example
 * ```ts
 * import { createSizing } from "./sizing.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * const sizing = createSizing({ kind: "fixed", lots: 3 });
 * assertEquals(sizing.fullLots({ lotUsd: 25_000, equityMicros: 10_000_000_000 }), 3);
 * ```
 */
export function createSizing(settings: SizingSettings, state: JsonValue = null): Sizing {
  checkSizing(settings);
  const { kellyPart } = settings;
  const mostLots: Sizing["mostLots"] = ({ bet, probability }, { equityMicros, lotUsd }) => {
    if (kellyPart === undefined || probability === null || !bet || !(lotUsd > 0)) return Infinity;
    const { loss, win } = bet;
    const staked = { probability, winUsd: win * lotUsd, lossUsd: loss * lotUsd };
    return kellyLots(staked, equityMicros, kellyPart);
  };
  if (settings.kind === "fixed") {
    const { lots } = settings;
    return { observe: () => {}, fullLots: () => lots, mostLots, save: () => null };
  }
  return { ...volatilityTarget(settings, state), mostLots };
}

/** Bars before a run that a sizing has to observe first, so that it sizes as in a longer run. */
export function sizingLookback(settings: SizingSettings): number {
  // The weight of what lies further back is below one in 10¹⁷.
  return settings.kind === "fixed" ? 0 : 20 * (settings.span ?? VOLATILITY_SPAN);
}

/**
 * A sizing that gives so many times as much, at most.
 *
 * @param factor from 0 to 1; whole lots are rounded down
 * @throws RangeError when the factor is outside its range
 * @example
 * ```ts
 * import { scaleSizing } from "./sizing.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * assertEquals(scaleSizing({ kind: "fixed", lots: 3 }, 0.5), { kind: "fixed", lots: 1 });
 * ```
 */
export function scaleSizing(settings: SizingSettings, factor: number): SizingSettings {
  if (!(factor >= 0 && factor <= 1)) {
    throw new RangeError(
      `Cannot scale a sizing as its factor must be 0 to 1: current value is ${factor}`,
    );
  }
  if (settings.kind === "fixed") {
    return { ...settings, lots: Math.floor(settings.lots * factor) };
  }
  const { annualVolatility, maxLeverage } = settings;
  return {
    ...settings,
    annualVolatility: annualVolatility * factor,
    maxLeverage: maxLeverage * factor,
  };
}

/** Whole lots of an exposure, unsigned: the nearest number, a half goes towards flat. */
export function lotsOf(exposure: number, fullLots: number): number {
  return Math.max(0, Math.ceil(Math.abs(exposure) * fullLots - 0.5));
}

/** What a settings object cannot say by its type. @throws RangeError */
export function checkSizing(settings: SizingSettings): void {
  const require = (holds: boolean, rule: string, value: unknown): void => {
    if (!holds) {
      throw new RangeError(`Cannot size a position as ${rule}: current value is ${value}`);
    }
  };
  const { kellyPart } = settings;
  require(
    kellyPart === undefined || (kellyPart >= 0 && kellyPart <= 1),
    "the part of Kelly is in 0 … 1",
    kellyPart,
  );
  if (settings.kind === "fixed") {
    const { lots } = settings;
    require(Number.isInteger(lots) && lots >= 0, "lots must be whole, at least 0", lots);
    return;
  }
  const { annualVolatility, barsPerYear, maxLeverage, span } = settings;
  require(annualVolatility > 0, "annualVolatility must be positive", annualVolatility);
  require(barsPerYear > 0, "barsPerYear must be positive", barsPerYear);
  require(maxLeverage > 0, "maxLeverage must be positive", maxLeverage);
  require(span === undefined || span >= 1, "span must be at least 1", span);
}

function volatilityTarget(
  { annualVolatility, barsPerYear, maxLeverage, span = VOLATILITY_SPAN }: VolatilityTarget,
  state: JsonValue,
): Omit<Sizing, "mostLots"> {
  const volatility = createVolatility(span, state);
  const wanted = annualVolatility / Math.sqrt(barsPerYear);
  let estimate = volatility.value();
  return {
    observe: (change) => estimate = volatility.step(change),
    fullLots({ equityMicros, lotUsd }) {
      if (!(estimate > 0) || !(lotUsd > 0) || equityMicros <= 0) return 0;
      const exposure = Math.min(maxLeverage, wanted / estimate);
      return Math.trunc(exposure * microsToUsd(equityMicros) / lotUsd);
    },
    save: () => volatility.save(),
  };
}
