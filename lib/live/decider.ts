import type { JsonValue } from "../core/mod.ts";
import type { ChosenPosition, Forecast, JournaledBar } from "../trading/mod.ts";

/** What a slot holds at the close of a bar, as far as a decision depends on it. */
export interface Held {
  /** Signed share of a full position, as it was sized when it was taken. */
  readonly exposure: number;
  /** The same in signed lots. */
  readonly positionLots: number;
  /** Whether the answer will be acted on. */
  readonly acts: boolean;
}

/** What a system says at the close of a bar. */
export interface Decision {
  /** How much of a full position to hold. */
  readonly forecast: Forecast;
  /** Why, in one clause. */
  readonly why: string;
  /** How it was chosen, where others had a chance. */
  readonly chosen?: ChosenPosition;
}

/**
 * The deciding half of a session: features, models, blend and strategy of one system. It answers by
 * message and may run where it can do nothing but compute; nobody who holds positions waits for it.
 *
 * Every bar is taken in once, in order; then it is asked once, or not at all. The same bars and
 * questions give the same answers, wherever it runs.
 */
export interface Decider {
  /** Takes a closed bar in, and begins to compute. */
  take(bar: JournaledBar): void;
  /** What to hold after the bar that was taken in last. @throws when it cannot decide any more */
  decide(held: Held): Promise<Decision>;
  /** All that it needs to go on after that bar. */
  save(): Promise<JsonValue>;
  /** Ends it. One that computes without a pause cannot be ended: then this does not wait for it. */
  close(): void;
}
