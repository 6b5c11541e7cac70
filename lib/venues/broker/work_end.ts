import type { OwnOrder, VenueWork } from "./own_orders.ts";
import type { VenueOrderState } from "./venue_books.ts";

/** Lots that an order at the venue says to have traded of which no execution was heard. */
export function unheardLots(work: VenueWork, state: VenueOrderState): number {
  const { end, heardFilled, isCounted, saidFilled, version } = state;
  // A change may have come too late: what was counted at its end counts.
  const isWhole = end === "filled" && (!isCounted || saidFilled === 0);
  return Math.max(0, (isWhole ? version?.orderQty ?? work.lots : saidFilled) - heardFilled);
}

/** Whether everything that an order at the venue has done is known, once it has ended. */
export function isAllKnown(work: VenueWork, state: VenueOrderState): boolean {
  return unheardLots(work, state) === 0 &&
    (state.end === "filled" || state.end === "rejected" || state.isCounted ||
      work.lookedAt >= (work.endedAt ?? Infinity));
}

/** Whether an order was told as ended by all that is known of it; a roll takes exits over before. */
export function hasEnded({ ended }: OwnOrder): boolean {
  return ended !== null && ended !== "rolled";
}
