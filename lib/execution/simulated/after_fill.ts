import type { FillMoment } from "../../trading/mod.ts";
import type { OrderQuote } from "./order_types/order_type.ts";
import { orderTypeOf } from "./order_types/order_types.ts";
import { cutExits, exitGroup, type OrderGroup, watch, type WorkingLeg } from "./working_orders.ts";

/** A fill of an order in the book. */
export interface BookFill extends OrderQuote {
  /** Which order fills. */
  readonly leg: WorkingLeg;
  /** Signed. */
  readonly lots: number;
  /** When in the bar. */
  readonly moment: FillMoment;
}

/** What is held and what works. */
export interface BookState {
  /** Oldest first. */
  readonly groups: readonly OrderGroup[];
  /** Signed lots held. */
  readonly positionLots: number;
  /** Lots of the bar's volume that are left. */
  readonly availableLots: number;
}

/** Signed lots that trade, out of so many that the volume gives. */
export function lotsToFill({ lots, side, timeInForce }: WorkingLeg, availableLots: number): number {
  const wanted = Math.abs(lots);
  if (timeInForce === "fok" && availableLots < wanted) return 0;
  return side * Math.max(0, Math.min(wanted, availableLots));
}

/**
 * What works after a fill: it changes its group, its entry, its exits, and the exits of all that is
 * held.
 *
 * @param index of the order's group
 * @param priceTicks at which the price stands
 */
export function afterFill(
  state: BookState,
  index: number,
  { leg, lots, moment, quoteTicks, slippageTicks }: BookFill,
  priceTicks: number,
): BookState {
  const group = state.groups[index]!;
  const terms = leg.type.afterLevel(leg.terms);
  const type = orderTypeOf(terms);
  const isWhole = lots === leg.lots;
  const anchorTicks = leg.anchorTicks ?? quoteTicks + leg.side * slippageTicks;
  const legs = group.legs.map((other) => {
    const left = isWhole ? 0 : Math.max(0, Math.abs(other.lots) - Math.abs(lots));
    const changed = { ...other, lots: other.side * left };
    return other === leg ? { ...changed, terms, type, anchorTicks } : changed;
  });
  let groups: readonly OrderGroup[] = state.groups.with(index, { ...group, legs });
  if (group.isExit) groups = withoutEntry(groups, group.id);
  if (leg.exits.length > 0) {
    const exits = exitGroup(leg, anchorTicks, lots);
    const legs = exits.legs.map((exit) => watch(exit, priceTicks, moment));
    groups = withExits(groups, { ...exits, legs }, lots);
  }
  const positionLots = state.positionLots + lots;
  return {
    groups: cutExits(groups, positionLots),
    positionLots,
    availableLots: state.availableLots - Math.abs(lots),
  };
}

/** What works after a price at which orders of a group would trade, had the volume any lots left. */
export function afterMiss(
  groups: readonly OrderGroup[],
  index: number,
  met: readonly WorkingLeg[],
): readonly OrderGroup[] {
  const group = groups[index]!;
  const legs = group.legs.map((leg) => {
    const terms = leg.type.afterLevel(leg.terms);
    return terms === leg.terms || !met.includes(leg)
      ? leg
      : { ...leg, terms, type: orderTypeOf(terms) };
  });
  return groups.with(index, { ...group, legs });
}

/** An exit that trades ends what is left of its entry. */
function withoutEntry(groups: readonly OrderGroup[], entryId: number): readonly OrderGroup[] {
  const index = groups.findIndex(({ isExit, legs }) =>
    !isExit && legs.some(({ id }) => id === entryId)
  );
  if (index < 0) return groups;
  const group = groups[index]!;
  const legs = group.legs.map((leg) => leg.id === entryId ? { ...leg, lots: 0 } : leg);
  return groups.with(index, { ...group, legs });
}

/**
 * Adds the lots of an entry's fill to its exits. They stand where its first fill put them, as one
 * order at a broker would; where they are gone, new ones stand there.
 */
function withExits(
  groups: readonly OrderGroup[],
  exits: OrderGroup,
  lots: number,
): readonly OrderGroup[] {
  const index = groups.findIndex(({ id, isExit, legs }) =>
    isExit && id === exits.id && legs.some((leg) => leg.lots !== 0)
  );
  if (index < 0) return [...groups, exits];
  const group = groups[index]!;
  const legs = group.legs.map((leg) => leg.lots === 0 ? leg : { ...leg, lots: leg.lots - lots });
  return groups.with(index, { ...group, legs });
}
