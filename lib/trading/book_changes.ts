import type { BrokerReport } from "./events.ts";
import type { OpenOrder } from "./open_orders.ts";
import type { WorkingOrder } from "./order.ts";

/**
 * What has changed in a broker's book without a fill, as reports: exits that have begun to work,
 * lots that orders of a group took off one another, and orders that are gone.
 *
 * @param known orders as they were last reported
 * @param working what the book holds now
 */
export function bookChanges(
  known: readonly OpenOrder[],
  working: readonly WorkingOrder[],
): BrokerReport[] {
  const book = new Map(working.map((order) => [order.id, order]));
  const entries = new Set(known.filter(({ isExit }) => !isExit).map(({ id }) => id));
  return known.flatMap(({ entryId, id, lots, status, terms }): BrokerReport[] => {
    const now = book.get(id);
    if (now !== undefined) {
      if (now.lots === lots && now.terms === terms) return [];
      return [{ kind: "accepted", orderId: id, lots: now.lots, terms: now.terms }];
    }
    const isAhead = status === "waiting" && entries.has(entryId!);
    return isAhead ? [] : [{ kind: "expired", orderId: id }];
  });
}
