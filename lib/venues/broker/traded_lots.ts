import type { OwnOrder } from "./own_orders.ts";
import type { VenueBooks } from "./venue_books.ts";

/** Signed lots that an order has traded, by all executions that are known and stand. */
export function tradedLots(books: VenueBooks, { works }: OwnOrder): number {
  return works.reduce(
    (sum, { side, venueId }) => venueId === null ? sum : sum + side * books.stateOf(venueId).filled,
    0,
  );
}
