import type { BrokerReport } from "./events.ts";
import type { Fill } from "./fill.ts";
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

/**
 * That an exit works which trades in the bar of its entry, for all of it that trades there and is
 * left: whoever hears of the first part alone takes it for over.
 *
 * @param fills of the bar, `fill` among them
 * @param known orders as they were last reported
 * @param working what the book holds after the bar
 * @returns null for a fill of any other order
 */
export function wokenExit(
  { orderId }: Fill,
  fills: readonly Fill[],
  known: readonly OpenOrder[],
  working: () => readonly WorkingOrder[],
): BrokerReport | null {
  const isWaiting = known.some(({ id, status }) => id === orderId && status === "waiting");
  if (!isWaiting) return null;
  const left = working().find(({ id }) => id === orderId)?.lots ?? 0;
  const lots = fills.reduce((sum, fill) => fill.orderId === orderId ? sum + fill.lots : sum, left);
  return { kind: "accepted", orderId, lots };
}
