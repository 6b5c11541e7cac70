import { toTicks } from "../../trading/mod.ts";
import type { OwnOrder } from "./own_orders.ts";
import type { VenueBooks } from "./venue_books.ts";

/** Signed lots that an order has traded, by all executions that are known and stand. */
export function tradedLots(books: VenueBooks, { works }: OwnOrder): number {
  return works.reduce(
    (sum, { side, venueId }) => venueId === null ? sum : sum + side * books.stateOf(venueId).filled,
    0,
  );
}

/** Average price at which orders have traded, whole ticks; null while none has. */
export function averageTicks(
  books: VenueBooks,
  orders: readonly OwnOrder[],
  tickSize: number,
): number | null {
  const fills = orders.flatMap(({ works }) =>
    works.flatMap(({ venueId }) => venueId === null ? [] : books.fillsOf(venueId))
  ).filter(({ isActive }) => isActive);
  const lots = fills.reduce((sum, { qty }) => sum + qty, 0);
  if (lots === 0) return null;
  return Math.round(
    fills.reduce((sum, { price, qty }) => sum + qty * toTicks(price, tickSize), 0) / lots,
  );
}
