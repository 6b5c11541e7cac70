import type { BrokerOrder, BrokerReport, BrokerSnapshot, OpenOrder } from "../trading/mod.ts";

/** What one side believes of one instrument. */
export interface Belief {
  /** Instrument. */
  readonly symbol: string;
  /** Orders that may still trade. */
  readonly orders: readonly OpenOrder[];
  /** Signed lots held. */
  readonly positionLots: number;
}

/** How beliefs are brought in line with a broker's books. */
export interface Reconciliation {
  /** What was missed, in the order in which it has to be heard. */
  readonly reports: readonly { readonly symbol: string; readonly report: BrokerReport }[];
  /** Executions in the reports, to be known from now on. */
  readonly executionIds: readonly string[];
  /** Orders of somebody else: seen, respected and left alone. */
  readonly strangers: readonly BrokerOrder[];
  /** Positions that no report explains, by symbol: the broker's lots less those believed. */
  readonly unexplainedLots: Readonly<Record<string, number>>;
}

/**
 * Compares what is believed with a broker's books and says what was missed: fills first, then what
 * became of each order. An order that the books do not hold has ended; one that was never confirmed
 * never arrived. Ask for the snapshot after every order has been handed over: the books cannot tell
 * an order that is still on its way from one that was lost.
 *
 * @param beliefs one for each instrument traded
 * @param known executions that have been heard of
 */
export function reconcile(
  beliefs: readonly Belief[],
  known: ReadonlySet<string>,
  { fills, orders, positions }: BrokerSnapshot,
): Reconciliation {
  const missed = fills.filter(({ executionId }) => !known.has(executionId));
  const own = new Set(beliefs.flatMap((belief) => belief.orders.map(({ id }) => id)));
  const reports = [
    ...missed.map(({ executionId, fill, symbol }) => ({
      symbol,
      report: { kind: "filled", fill, executionId } satisfies BrokerReport,
    })),
    ...beliefs.flatMap((belief) => {
      const filled = new Map<number, number>();
      for (const { fill, symbol } of missed) {
        if (symbol === belief.symbol) {
          filled.set(fill.orderId, (filled.get(fill.orderId) ?? 0) + fill.lots);
        }
      }
      const traded = new Set(
        fills.flatMap(({ fill, symbol }) => symbol === belief.symbol ? fill.orderId : []),
      );
      return belief.orders.flatMap((order) =>
        fateOf(order, order.lots - (filled.get(order.id) ?? 0), belief, orders, traded)
          .map((report) => ({ symbol: belief.symbol, report }))
      );
    }),
  ];
  const unexplained = beliefs.flatMap(({ positionLots, symbol }): [string, number][] => {
    const held = positions.find((position) => position.symbol === symbol)?.lots ?? 0;
    const heard = missed.reduce(
      (sum, { fill, symbol: of }) => of === symbol ? sum + fill.lots : sum,
      positionLots,
    );
    return held === heard ? [] : [[symbol, held - heard]];
  });
  return {
    reports,
    executionIds: missed.map(({ executionId }) => executionId),
    strangers: orders.filter(({ id }) => !own.has(id)),
    unexplainedLots: Object.fromEntries(unexplained),
  };
}

/** What the books say of an order of which so many lots are left to fill by what was heard. */
function fateOf(
  { entryId, id: orderId, lots, status, terms }: OpenOrder,
  remaining: number,
  { orders: siblings, symbol }: Belief,
  books: readonly BrokerOrder[],
  traded: ReadonlySet<number>,
): BrokerReport[] {
  const there = books.find((order) => order.id === orderId && order.symbol === symbol);
  if (there !== undefined) {
    const isNews = status !== "working" || there.lots !== lots ||
      JSON.stringify(there.terms) !== JSON.stringify(terms);
    return isNews ? [{ kind: "accepted", orderId, lots: there.lots, terms: there.terms }] : [];
  }
  if (status === "waiting" && siblings.some(({ id }) => id === entryId)) return [];
  if (remaining === 0 && lots !== 0) return [];
  // One that has traded was there, even where nobody knew for a while what became of the rest.
  const neverSeen = (status === "sent" || status === "unknown") && !traded.has(orderId);
  return neverSeen
    ? [{ kind: "rejected", orderId, reason: "the broker has no such order" }]
    : [{ kind: "cancelled", orderId }];
}
