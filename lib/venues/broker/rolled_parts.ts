import type { BracketGuard } from "./bracket_guard.ts";
import type { BrokerContext } from "./broker_context.ts";
import type { VenueMarket } from "./market_contracts.ts";
import type { RolledPart } from "./order_ledger.ts";
import { exitTerms } from "./order_terms.ts";
import { sideOf, toldNumber } from "./own_orders.ts";
import type { TradedContract } from "./venue_books.ts";

/** Parts of what is ours of a contract: what belongs to one bracket is rolled as one; the rest as well. */
export function rolledParts(
  { context: { orders }, guard }: {
    readonly context: Pick<BrokerContext, "orders">;
    readonly guard: BracketGuard;
  },
  { instrument: { tickSize } }: VenueMarket,
  { contractId }: TradedContract,
  ours: number,
): readonly RolledPart[] {
  const entries = [...orders.open()].filter(({ exits }) => exits.length > 0);
  let left = ours;
  const parts: RolledPart[] = [];
  for (const { entry, heldLots } of guard.shares(contractId, entries)) {
    const anchor = guard.anchorTicks(entry, tickSize);
    if (heldLots === 0 || anchor === null) continue;
    left -= heldLots;
    // Also one that has ended: in a month that is over no other could take its place.
    const exits = entry.exits.filter(({ isWithdrawn }) => !isWithdrawn)
      .map((exit) => {
        const terms = exitTerms(exit.exit!, sideOf(entry), anchor);
        const levelTicks = "stopTicks" in terms
          ? terms.stopTicks
          : "limitTicks" in terms
          ? terms.limitTicks
          : anchor;
        return { toldAs: toldNumber(exit), kind: exit.exit!.kind, levelTicks };
      });
    parts.push({ lots: heldLots, exits });
  }
  return left === 0 ? parts : [...parts, { lots: left, exits: [] }];
}
