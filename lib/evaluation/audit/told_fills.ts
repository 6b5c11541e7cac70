import { createOrderKeys } from "./order_keys.ts";
import type { SessionStory } from "./session_story.ts";

/** When the executions of an order were told. */
export interface ToldFills {
  /** Number of the instrument. */
  readonly slot: number;
  /** Key of the order. */
  readonly key: string;
  /** Entries of the journal with lots without a sign, oldest first. */
  readonly fills: readonly { readonly sequence: number; readonly lots: number }[];
  /** Whether it was taken back from here. */
  readonly isTakenBack: boolean;
}

/**
 * When orders were filled, by the close at which they were decided. A venue fills within a bar, the
 * fill model with it: whoever stopped a session meanwhile stopped what had been filled already.
 */
export function toldFills(
  { orders, slots, started }: Pick<SessionStory, "orders" | "slots" | "started">,
): ReadonlyMap<number, readonly ToldFills[]> {
  const told = new Map<number, ToldFills[]>();
  if (started.mode === "paper") return told;
  const keys = slots.map(createOrderKeys);
  for (const { cancelledAt, order, reports, slot } of orders) {
    const key = keys[slot]!(order);
    const fills = reports.flatMap(({ report, sequence }) =>
      report.kind === "filled" ? [{ sequence, lots: Math.abs(report.fill.lots) }] : []
    );
    if (fills.length === 0) continue;
    const before = told.get(order.decidedAt);
    const one = { slot, key, fills, isTakenBack: cancelledAt !== null };
    if (before === undefined) told.set(order.decidedAt, [one]);
    else before.push(one);
  }
  return told;
}
