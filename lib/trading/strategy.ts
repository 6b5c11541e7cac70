import type { JsonValue } from "../core/mod.ts";
import type { Bars } from "../market/mod.ts";
import type { Forecast } from "./forecast.ts";
import type { ExitTerms, OrderTerms, TimeInForce, WorkingOrder } from "./order.ts";

/**
 * What a strategy sees at the close of a bar. One object is used for all bars: read it, never
 * keep it.
 */
export interface StrategyContext {
  /** Columns whose rows after `bar` must not be read. */
  readonly bars: Bars;
  /** Row of the bar that just closed. */
  readonly bar: number;
  /** Signed share of a full position held now, as it was sized when it was taken. */
  readonly exposure: number;
  /** The same in signed lots. */
  readonly positionLots: number;
  /** Whether the answer will be acted on: at a session's last bar, or after ruin, it is not. */
  readonly acts: boolean;
}

/** One run of a strategy; what it remembers is its own. */
export interface Forecaster {
  /** What to hold from now on. Asked at every close, in order. */
  forecast(context: StrategyContext): Forecast;
  /** Why, in one clause; asked for after `forecast` and only when somebody reads it. */
  explain(context: StrategyContext): string;
  /** All that it remembers; `begin` goes on from it. Null for one that remembers nothing. */
  save(): JsonValue;
}

/**
 * Decides, at the close of a bar, how much of a full position to hold. Only the rows up to and
 * including `context.bar` may count, and of those the last `warmupBars + 1`: cutting off the
 * future, or the far past, must not change the answer.
 */
export interface Strategy {
  /** Name for reports, for example `6E-forest v3`. */
  readonly name: string;
  /** Bars of history needed before the first decision; the first is taken at this row. */
  readonly warmupBars: number;
  /** Begins a run, where a saved one stopped or from nothing. */
  begin(state?: JsonValue): Forecaster;
}

/**
 * A strategy that remembers nothing: what it says depends on its context alone.
 *
 * @example
 * ```ts
 * import { stateless } from "./strategy.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * const long = { exposure: 1, intent: "enter", probability: null } as const;
 * const strategy = stateless({
 *   name: "always long",
 *   warmupBars: 0,
 *   forecast: () => long,
 *   explain: () => "always long",
 * });
 * assertEquals(strategy.begin().save(), null);
 * ```
 */
export function stateless(
  { explain, forecast, name, warmupBars }:
    & Pick<Strategy, "name" | "warmupBars">
    & Pick<Forecaster, "forecast" | "explain">,
): Strategy {
  return { name, warmupBars, begin: () => ({ forecast, explain, save: () => null }) };
}

/** An order as a strategy asks for it; the engine numbers and stamps it. */
export interface OrderRequest {
  /** Signed lots: positive buys, negative sells; whole, never 0. */
  readonly lots: number;
  /** Price conditions. @default {{ kind: "market" }} */
  readonly terms?: OrderTerms;
  /** When it is given up. @default {"gtc"} */
  readonly timeInForce?: TimeInForce;
  /** Makes it a bracket: what begins to work, each cancelling the others, once it fills. */
  readonly exits?: readonly ExitTerms[];
}

/** What became of a request. */
export type Placement =
  /** It was sent under this number. */
  | { readonly isPlaced: true; readonly orderId: number }
  /** A rule refused it; nothing was sent. */
  | { readonly isPlaced: false; readonly veto: string };

/** Where a strategy sends, reads and takes back its orders. */
export interface OrderGateway {
  /** What waits for its price, oldest first. */
  working(): readonly WorkingOrder[];
  /** Sends an order; it can trade from the next bar's open on. */
  submit(request: OrderRequest): Placement;
  /** Sends orders of which the first fill takes as many lots off the others; all or none. */
  submitOneCancelsOther(requests: readonly OrderRequest[]): readonly Placement[];
  /** Takes back what is left of an order. */
  cancel(orderId: number): void;
  /** Takes back everything. */
  cancelAll(): void;
}

/**
 * A strategy that works with orders of its own instead of naming an exposure. Only rows up to and
 * including `context.bar` may count.
 *
 * @example
 * ```ts
 * import type { OrderStrategy } from "./strategy.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * const dip: OrderStrategy = {
 *   name: "buy the dip",
 *   warmupBars: 0,
 *   onClose({ bar, bars, positionLots }, gateway) {
 *     if (positionLots !== 0 || gateway.working().length > 0) return;
 *     const limitTicks = Math.round(bars.close[bar]! / bars.instrument.tickSize) - 8;
 *     gateway.submit({
 *       lots: 1,
 *       terms: { kind: "limit", limitTicks },
 *       timeInForce: "day",
 *       exits: [
 *         { kind: "take-profit", distanceTicks: 12 },
 *         { kind: "stop-loss", distanceTicks: 6 },
 *       ],
 *     });
 *   },
 * };
 * assertEquals(dip.warmupBars, 0);
 * ```
 */
export interface OrderStrategy {
  /** Name for reports. */
  readonly name: string;
  /** Bars of history needed before the first call. */
  readonly warmupBars: number;
  /** Called at each close. */
  onClose(context: StrategyContext, gateway: OrderGateway): void;
}

/** Whether a strategy sends orders of its own. */
export function isOrderStrategy(strategy: Strategy | OrderStrategy): strategy is OrderStrategy {
  return "onClose" in strategy;
}
