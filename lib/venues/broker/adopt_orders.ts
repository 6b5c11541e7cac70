import type { BrokerContext } from "./broker_context.ts";

/** Finds orders that the venue has by what they carry, whatever its answer was. */
export function adoptOrders({ books, onTrouble, orders }: BrokerContext): void {
  for (const order of orders.open()) {
    for (const work of order.works) {
      if (work.venueId !== null) continue;
      const venueId = books.orderWith(work.clOrdId);
      if (venueId === null) continue;
      const wasAbsent = work.state === "absent";
      orders.placed(order, work, venueId);
      if (!wasAbsent) continue;
      // It was told as rejected: nobody wants it any more.
      orders.withdraw(order);
      onTrouble(`order ${order.id} has come to the venue after all, and is taken back`);
    }
  }
}
