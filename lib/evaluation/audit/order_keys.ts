import type { Order } from "../../trading/mod.ts";

/**
 * Names orders so that those of two runs can be lined up: by when they were decided, why, and which
 * of them they were. One for each slot and run, asked in the order of the orders.
 */
export function createOrderKeys(): (order: Pick<Order, "decidedAt" | "reason">) => string {
  const counts = new Map<string, number>();
  return ({ decidedAt, reason }) => {
    const name = `${decidedAt} ${reason}`;
    const count = counts.get(name) ?? 0;
    counts.set(name, count + 1);
    return `${name} ${count}`;
  };
}

/** Why an order was sent, by its name. */
export function reasonOfKey(key: string): string {
  return key.split(" ")[1]!;
}
