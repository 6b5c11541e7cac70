import {
  type BracketExit,
  type CostModel,
  type FillMoment,
  lotsAfterSplit,
  type Order,
  type OrderReason,
  type OrderTerms,
  type TimeInForce,
} from "../../trading/mod.ts";
import type { FillRules, OrderMemory, OrderQuote, OrderType } from "./order_types/order_type.ts";
import { exitUseOf, orderTypeOf } from "./order_types/order_types.ts";

/** Prices of one bar in whole ticks. */
export interface TickBar {
  /** First price. */
  readonly openTicks: number;
  /** Highest price. */
  readonly highTicks: number;
  /** Lowest price. */
  readonly lowTicks: number;
  /** Last price. */
  readonly closeTicks: number;
}

/** The last price that traded: a settlement may lie off the trades of its day. */
export function lastTradeTicks({ closeTicks, highTicks, lowTicks }: TickBar): number {
  return Math.min(Math.max(closeTicks, lowTicks), highTicks);
}

/** A bar with what it takes to say what a fill in it is worth. */
export interface MarketBar {
  /** Its prices. */
  readonly bar: TickBar;
  /** How pessimistic the fills are. */
  readonly rules: FillRules;
  /** Charged for each fill. */
  readonly costs: CostModel;
  /** Worth of one tick of one lot. */
  readonly tickValueMicros: number;
}

/** An order, or an exit of a bracket, while it works. Never changed in place. */
export interface WorkingLeg {
  /** `id` of the order or the exit. */
  readonly id: number;
  /** Why it was sent. */
  readonly reason: OrderReason;
  /** When it is given up. */
  readonly timeInForce: TimeInForce;
  /** Exits that begin to work with its first fill. */
  readonly exits: readonly BracketExit[];
  /** 1 buys, -1 sells. */
  readonly side: number;
  /** Price conditions, absolute; a stop that was hit without volume goes on as a market order. */
  readonly terms: OrderTerms;
  /** Their kind. */
  readonly type: OrderType;
  /** Signed lots not yet filled. */
  readonly lots: number;
  /** What it has been through. */
  readonly memory: OrderMemory;
  /** Price of its first fill, from which its exits are measured; null before. */
  readonly anchorTicks: number | null;
  /** Trade day of its first bar; null before. */
  readonly day: number | null;
}

/** Orders that cancel one another; one order alone is a group. */
export interface OrderGroup {
  /** `id` of its first order, or of the entry. */
  readonly id: number;
  /** Oldest first. */
  readonly legs: readonly WorkingLeg[];
  /** Whether its legs are the exits of the entry `id`, which only reduce a position. */
  readonly isExit: boolean;
}

/** A group as plain data: the kind of an order is told by its terms. */
export type SavedGroup = Omit<OrderGroup, "legs"> & {
  readonly legs: readonly Omit<WorkingLeg, "type">[];
};

/** A group as plain data. */
export function saveGroup({ id, isExit, legs }: OrderGroup): SavedGroup {
  return { id, isExit, legs: legs.map(({ type: _, ...leg }) => leg) };
}

/** A group that was saved. */
export function restoreGroup({ id, isExit, legs }: SavedGroup): OrderGroup {
  return { id, isExit, legs: legs.map((leg) => ({ ...leg, type: orderTypeOf(leg.terms) })) };
}

const ARRIVING: OrderMemory = { isArriving: true, isTriggered: false, bestTicks: null };

/** An order as it begins to work. */
export function workingLeg(order: Order): WorkingLeg {
  const terms = order.terms ?? { kind: "market" };
  return {
    id: order.id,
    reason: order.reason,
    timeInForce: order.timeInForce ?? "gtc",
    exits: order.exits ?? [],
    side: Math.sign(order.lots),
    terms,
    type: orderTypeOf(terms),
    lots: order.lots,
    memory: ARRIVING,
    anchorTicks: null,
    day: null,
  };
}

/** The exits of an entry as orders, for so many lots of it. */
export function exitGroup(entry: WorkingLeg, entryTicks: number, lots: number): OrderGroup {
  const legs = entry.exits.map((exit): WorkingLeg => {
    const { reason, terms: termsOf } = exitUseOf(exit.kind);
    const terms = termsOf(entryTicks, -entry.side, exit.distanceTicks);
    return {
      id: exit.id,
      reason,
      timeInForce: "gtc",
      exits: [],
      side: -entry.side,
      terms,
      type: orderTypeOf(terms),
      lots: -lots,
      memory: ARRIVING,
      anchorTicks: null,
      day: entry.day,
    };
  });
  return { id: entry.id, legs, isExit: true };
}

/** Shows an order a price. */
export function watch(leg: WorkingLeg, priceTicks: number, moment: FillMoment): WorkingLeg {
  const { memory, side, terms, type } = leg;
  if (type.watch === null) return leg;
  const next = type.watch(terms, side, memory, side * priceTicks, moment);
  return next === memory ? leg : { ...leg, memory: next };
}

/** Whether it waits for the price to rise. */
export function waitsAbove({ memory, side, type }: WorkingLeg): boolean {
  return type.waitsForRise(memory) === side > 0;
}

/** The price that it waits for. */
export function levelTicks({ memory, side, terms, type }: WorkingLeg, rules: FillRules): number {
  return side * type.level(terms, side, memory, rules);
}

/** Whether it trades at a price. */
export function isMet(leg: WorkingLeg, priceTicks: number, rules: FillRules): boolean {
  if (leg.lots === 0) return false;
  const level = levelTicks(leg, rules);
  return waitsAbove(leg) ? priceTicks >= level : priceTicks <= level;
}

/** What it trades at, at a price at which it does. */
export function quoteAt(
  { memory, side, terms, type }: WorkingLeg,
  priceTicks: number,
  moment: FillMoment,
  rules: FillRules,
): OrderQuote {
  const quote = type.quote(terms, side, memory, side * priceTicks, moment, rules);
  // A sell at 0 is not one at -0.
  const quoteTicks = side * quote.quoteTicks + 0;
  const most = side > 0 ? Infinity : quoteTicks - rules.lowestTicks;
  return { quoteTicks, slippageTicks: Math.min(quote.slippageTicks, most) };
}

/** Whether some path through a bar brings the price to an order. */
export function canTrade(leg: WorkingLeg, bar: TickBar, rules: FillRules): boolean {
  if (leg.lots === 0) return false;
  const { side, terms, type } = leg;
  const { highTicks, lowTicks } = bar;
  let { memory } = leg;
  if (type.watch !== null) {
    memory = type.watch(terms, side, memory, side * lowTicks, "close");
    memory = type.watch(terms, side, memory, side * highTicks, "close");
  }
  const level = side * type.level(terms, side, memory, rules);
  return type.waitsForRise(memory) === side > 0 ? level <= highTicks : level >= lowTicks;
}

/** Whether some path through a bar brings the price to one of a group's orders. */
export function canGroupTrade({ legs }: OrderGroup, bar: TickBar, rules: FillRules): boolean {
  for (const leg of legs) if (canTrade(leg, bar, rules)) return true;
  return false;
}

/** The same order so many ticks higher. */
export function shiftLeg(leg: WorkingLeg, ticks: number): WorkingLeg {
  const { anchorTicks, memory, side, terms, type } = leg;
  const { bestTicks } = memory;
  return {
    ...leg,
    terms: type.shift(terms, ticks),
    memory: { ...memory, bestTicks: bestTicks === null ? null : bestTicks + side * ticks },
    anchorTicks: anchorTicks === null ? null : anchorTicks + ticks,
  };
}

/** The same order in the shares after a split. */
export function splitLeg(leg: WorkingLeg, ratio: number): WorkingLeg {
  const { anchorTicks, exits, lots, memory, terms, type } = leg;
  const { bestTicks } = memory;
  const scaled = (ticks: number): number => Math.round(ticks / ratio) + 0;
  return {
    ...leg,
    lots: lotsAfterSplit(lots, ratio),
    terms: type.scale(terms, 1 / ratio),
    exits: exits.map((exit) => ({
      ...exit,
      distanceTicks: Math.max(1, scaled(exit.distanceTicks)),
    })),
    memory: { ...memory, bestTicks: bestTicks === null ? null : scaled(bestTicks) },
    anchorTicks: anchorTicks === null ? null : scaled(anchorTicks),
  };
}

/** Once a price is past, nothing arrives any more. */
export function hasArrived(leg: WorkingLeg): WorkingLeg {
  return leg.memory.isArriving ? { ...leg, memory: { ...leg.memory, isArriving: false } } : leg;
}

/** Changes every leg; the same array, groups and legs where nothing changes. */
export function mapLegs(
  groups: readonly OrderGroup[],
  change: (leg: WorkingLeg) => WorkingLeg,
): readonly OrderGroup[] {
  let mapped: OrderGroup[] | null = null;
  for (let index = 0; index < groups.length; index++) {
    const group = groups[index]!;
    let legs: WorkingLeg[] | null = null;
    for (let rank = 0; rank < group.legs.length; rank++) {
      const leg = group.legs[rank]!;
      const next = change(leg);
      if (next !== leg) (legs ??= group.legs.slice())[rank] = next;
    }
    if (legs !== null) (mapped ??= groups.slice())[index] = { ...group, legs };
  }
  return mapped ?? groups;
}

/** Leaves out legs, and groups without any; the same array where nothing changes. */
export function keepLegs(
  groups: readonly OrderGroup[],
  isKept: (leg: WorkingLeg) => boolean,
): readonly OrderGroup[] {
  let kept: OrderGroup[] | null = null;
  for (let index = 0; index < groups.length; index++) {
    const group = groups[index]!;
    if (group.legs.every(isKept)) {
      kept?.push(group);
      continue;
    }
    kept ??= groups.slice(0, index);
    const legs = group.legs.filter(isKept);
    if (legs.length > 0) kept.push({ ...group, legs });
  }
  return kept ?? groups;
}

/**
 * Cuts exits to the position that is left for them: the oldest close what they can, and none is
 * ever larger than what is held.
 *
 * @returns the same array when nothing changes
 */
export function cutExits(
  groups: readonly OrderGroup[],
  positionLots: number,
): readonly OrderGroup[] {
  const closingSide = -Math.sign(positionLots);
  let closableLots = Math.abs(positionLots);
  let cut: OrderGroup[] | null = null;
  for (let index = 0; index < groups.length; index++) {
    const group = groups[index]!;
    if (!group.isExit) continue;
    let largest = 0;
    let legs: WorkingLeg[] | null = null;
    for (let rank = 0; rank < group.legs.length; rank++) {
      const leg = group.legs[rank]!;
      const size = leg.side === closingSide ? Math.min(Math.abs(leg.lots), closableLots) : 0;
      largest = Math.max(largest, size);
      if (size === Math.abs(leg.lots)) continue;
      (legs ??= group.legs.slice())[rank] = { ...leg, lots: leg.side * size };
    }
    if (legs !== null) (cut ??= groups.slice())[index] = { ...group, legs };
    closableLots -= largest;
  }
  return cut ?? groups;
}
