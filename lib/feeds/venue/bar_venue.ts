import type { JournaledBar } from "../../trading/mod.ts";

/** What a message of a venue's stream says. */
export type VenueMessage =
  /** A bar as it stands; `stampedAt` is the venue's clock when it said so, epoch milliseconds. */
  | {
    readonly kind: "bar";
    readonly bar: JournaledBar;
    readonly isClosed: boolean;
    readonly stampedAt: number;
  }
  /** The line works. */
  | { readonly kind: "pulse" }
  /** The venue is about to close the line. */
  | { readonly kind: "goodbye"; readonly reason: string }
  /** Nothing of this feed. */
  | { readonly kind: "refused"; readonly reason: string };

/** Bars that a venue was asked for. */
export interface VenueBars {
  /** Oldest first; the last may not be over. */
  readonly bars: readonly JournaledBar[];
  /** The venue's clock when it answered, at the least; epoch milliseconds. */
  readonly venueTime: number;
}

/** How one venue speaks. What to do with it is the same for all; see `createVenueFeed`. */
export interface BarVenue {
  /** Of the stream. */
  readonly streamUrl: string;
  /** A message that a living line answers; null where there is none. */
  heartbeat(count: number): string | null;
  /** Reads a message of the stream; anything may come. */
  read(text: string): VenueMessage;
  /**
   * Asks for the bars that open from `from` on and before `until`.
   *
   * @throws {VenueBusyError} when it asks for patience
   * @throws {InputError} when it will never answer this, such as for a symbol that it does not know
   */
  fetchBars(from: number, until: number, signal?: AbortSignal): Promise<VenueBars>;
  /** Asks for the venue's clock, epoch milliseconds. */
  fetchTime(): Promise<number>;
}

/** A venue has answered that it will not answer for a while. */
export class VenueBusyError extends Error {
  /** Its kind, for messages. */
  override readonly name = "VenueBusyError";

  /**
   * What it said.
   *
   * @param waitMs milliseconds for which it wants to be left alone
   */
  constructor(readonly waitMs: number, message: string) {
    super(message);
  }
}
