/** How far trading is restricted, from not at all to altogether. */
export const TRADING_STATES = ["ACTIVE", "REDUCING", "HALTED"] as const;

/**
 * `ACTIVE`: everything may be traded. `REDUCING`: positions may only become smaller. `HALTED`:
 * positions are closed. Cancels and exits pass in every state.
 */
export type TradingState = typeof TRADING_STATES[number];

/**
 * The stricter of two states.
 *
 * @example
 * ```ts
 * import { stricterState } from "./trading_state.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * assertEquals(stricterState("REDUCING", "ACTIVE"), "REDUCING");
 * ```
 */
export function stricterState(a: TradingState, b: TradingState): TradingState {
  return TRADING_STATES.indexOf(a) >= TRADING_STATES.indexOf(b) ? a : b;
}

/**
 * What a state makes of a target: in `REDUCING` it is cut to between flat and the position held,
 * in `HALTED` it is flat.
 */
export function restrictTarget(
  state: TradingState,
  targetLots: number,
  positionLots: number,
): number {
  if (state === "ACTIVE") return targetLots;
  return state === "HALTED" ? 0 : reducingTarget(targetLots, positionLots);
}

/** The part of a target that only makes the position smaller: never more, never the other side. */
export function reducingTarget(targetLots: number, positionLots: number): number {
  const low = Math.min(0, positionLots), high = Math.max(0, positionLots);
  // Adding 0 turns -0 into 0.
  return Math.max(low, Math.min(high, targetLots)) + 0;
}
