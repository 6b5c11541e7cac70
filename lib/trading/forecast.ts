/**
 * What a forecast asks for: `resize` brings the position to the exposure, `enter` opens it where
 * that side is not held and leaves the size of one that is, `hold` keeps what is held of it and
 * opens nothing.
 */
export type Intent = "resize" | "enter" | "hold";

/** What a strategy says at the close of a bar: how much of a full position to hold from now on. */
export interface Forecast {
  /** Signed share of a full position, -1 … 1; how many lots that is, only sizing knows. */
  readonly exposure: number;
  /** What is done about it. */
  readonly intent: Intent;
  /** Calibrated probability that the position beats flat; null where none is known. */
  readonly probability: number | null;
  /** What such a position gained and lost in the mean, where that is known. */
  readonly bet?: Bet | null;
}

/** Outcomes of a position, fractions of its price after costs. */
export interface Bet {
  /** Mean gain of a position that wins. */
  readonly win: number;
  /** Mean loss of one that loses; positive. */
  readonly loss: number;
}

/** Flat, whatever is held. */
export const FLAT: Forecast = { exposure: 0, intent: "resize", probability: null };

/**
 * The exposure after a forecast of somebody whom no account disturbs.
 *
 * @param held exposure before it
 */
export function nextExposure({ exposure, intent }: Forecast, held: number): number {
  if (intent === "resize") return exposure;
  if (Math.sign(exposure) === Math.sign(held)) return held;
  return intent === "enter" ? exposure : 0;
}
