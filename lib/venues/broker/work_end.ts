import type { VenueWork } from "./own_orders.ts";
import type { VenueOrderState } from "./venue_books.ts";

/** Whether everything that an order at the venue has done is known, once it has ended. */
export function isAllKnown(work: VenueWork, state: VenueOrderState): boolean {
  const all = state.end === "filled" ? state.version?.orderQty ?? work.lots : state.saidFilled;
  return state.heardFilled >= all &&
    (state.end === "filled" || state.end === "rejected" || state.isCounted ||
      work.lookedAt >= (work.endedAt ?? Infinity));
}

/** Whether an order says that more of it has filled than was heard of. */
export function hasUnheardFills({ end, heardFilled, saidFilled }: VenueOrderState): boolean {
  return heardFilled < saidFilled || (end === "filled" && heardFilled === 0);
}
