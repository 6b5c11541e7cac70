import type { FillMoment } from "../../trading/mod.ts";
import { afterFill, afterMiss, type BookFill, type BookState, lotsToFill } from "./after_fill.ts";
import type { FillRules } from "./order_types/order_type.ts";
import { turningPoints, turnOfOne } from "./turning_points.ts";
import {
  canGroupTrade,
  canTrade,
  hasArrived,
  isMet,
  keepLegs,
  lastTradeTicks,
  levelTicks,
  mapLegs,
  type MarketBar,
  type OrderGroup,
  quoteAt,
  waitsAbove,
  watch,
  type WorkingLeg,
} from "./working_orders.ts";

/** A bar's fills along its worst path, and what works after it. */
export interface WorstPath {
  /** In the order of the path. */
  readonly fills: readonly BookFill[];
  /** What works at the close. */
  readonly groups: readonly OrderGroup[];
}

/** A moment on a path. */
interface Point extends BookState {
  readonly priceTicks: number;
  readonly sawHigh: boolean;
  readonly sawLow: boolean;
}

/** A point with the fills that its price brought about. */
interface Arrival {
  readonly point: Point;
  readonly fills: readonly BookFill[];
}

/** The worst that can come. */
interface Outcome {
  /** Change of equity at the bar's close against not trading. */
  readonly worthMicros: number;
  /** At the price that is reached first. */
  readonly fills: readonly BookFill[];
  /** What follows; null at the close. */
  readonly next: Outcome | null;
  /** What works at the close. */
  readonly groups: readonly OrderGroup[];
}

const NO_FILLS: readonly BookFill[] = [];

/** So many points of a bar are looked at in every direction; from then on, each in one. */
const MOST_POINTS = 5_000;

/** So many events of one path are looked at in every direction, too. */
const MOST_EVENTS = 500;

/** A group of so many legs, alone, leads to a handful of points. */
const FEW_LEGS = 3;

/**
 * THE intrabar rule: of all paths that the price can take through a bar, tick by tick between its
 * low and its high, that is taken which leaves the least equity at its close.
 *
 * A path has a choice only where something can happen: at the next level above, at the next below,
 * at an extreme that it has not seen, and, while a stop trails, where turning round may matter. What
 * works at a point decides what can follow, however it was reached, so each point is worked out
 * once. Orders that can trade at the same price trade oldest first; of orders that cancel one
 * another, the one that leaves less.
 *
 * @example
 * ```ts
 * import { worstPath } from "./worst_path.ts";
 * import { workingLeg } from "./working_orders.ts";
 * import { assertEquals } from "../../../tests/assert.ts";
 *
 * const terms = { kind: "stop", stopTicks: 106 } as const;
 * const leg = workingLeg({ id: 1, lots: 1, reason: "signal", decidedAt: 0, terms });
 * const state = {
 *   groups: [{ id: 1, legs: [leg], isExit: false }],
 *   positionLots: 0,
 *   availableLots: Infinity,
 * };
 * const { fills, groups } = worstPath(state, {
 *   bar: { openTicks: 100, highTicks: 108, lowTicks: 95, closeTicks: 104 },
 *   rules: { slippageTicks: 1, penetrationTicks: 1, lowestTicks: 0 },
 *   costs: { feePerSideMicros: 0, slippageTicks: 1 },
 *   tickValueMicros: 1,
 * });
 * assertEquals(fills.map(({ moment, quoteTicks }) => [moment, quoteTicks]), [["inside", 106]]);
 * assertEquals(groups, []);
 * ```
 */
export function worstPath(state: BookState, market: MarketBar): WorstPath {
  const fills: BookFill[] = [];
  let outcome: Outcome | null = new PathSearch(state, market).run();
  const { groups } = outcome;
  for (; outcome !== null; outcome = outcome.next) fills.push(...outcome.fills);
  return { fills, groups };
}

class PathSearch {
  readonly #state: BookState;
  readonly #market: MarketBar;
  /** Whether every path brings about the same, so that one will do. */
  readonly #hasOnePath: boolean;
  /** Where a path may turn round for the sake of stops that trail; null until one has to know. */
  #turns: readonly number[] | null = null;
  readonly #known = new Map<string, Outcome>();
  readonly #keys = new WeakMap<OrderGroup, string>();

  constructor(state: BookState, market: MarketBar) {
    this.#state = state;
    this.#market = market;
    this.#hasOnePath = hasOnePath(state, market);
  }

  run(): Outcome {
    const { openTicks } = this.#market.bar;
    const start = { ...this.#state, priceTicks: openTicks, sawHigh: false, sawLow: false };
    return this.#worst(this.#arrive(start, openTicks, "open"), 0);
  }

  /**
   * The worst of what a price can bring about, with all that follows it.
   *
   * @param events on the path so far; null at its end
   */
  #worst(arrivals: readonly Arrival[], events: number | null): Outcome {
    let least: Outcome | null = null;
    for (const { fills, point } of arrivals) {
      const next = events === null ? null : this.#from(point, events + 1);
      let worthMicros = next?.worthMicros ?? 0;
      for (const fill of fills) worthMicros += this.#worth(fill);
      if (least === null || worthMicros < least.worthMicros) {
        least = { worthMicros, fills, next, groups: (next ?? point).groups };
      }
    }
    return least!;
  }

  #worth({ leg, lots, quoteTicks, slippageTicks }: BookFill): number {
    const { bar, costs, tickValueMicros } = this.#market;
    const priceTicks = quoteTicks + leg.side * slippageTicks;
    return lots * (bar.closeTicks - priceTicks) * tickValueMicros -
      Math.abs(lots) * costs.feePerSideMicros;
  }

  /** The worst that can come, from a point on. */
  #from(point: Point, events: number): Outcome {
    const { bar, rules } = this.#market;
    const live = point.groups.filter((group) => canGroupTrade(group, bar, rules));
    if (live.length === 0) return this.#quietEnd(point);
    // So little can happen that no point is met twice often enough to be looked up.
    if (this.#hasOnePath || (live.length === 1 && live[0]!.legs.length <= FEW_LEGS)) {
      return this.#worstWay(point, live, events);
    }
    const key = this.#keyOf(point);
    let outcome = this.#known.get(key);
    if (outcome === undefined) this.#known.set(key, outcome = this.#worstWay(point, live, events));
    return outcome;
  }

  #worstWay(point: Point, live: readonly OrderGroup[], events: number): Outcome {
    const lastTicks = lastTradeTicks(this.#market.bar);
    const isTooMuch = this.#known.size > MOST_POINTS || events > MOST_EVENTS;
    const takesFirst = this.#hasOnePath || isTooMuch || point.availableLots <= 0;
    let least: Outcome | null = null;
    for (const priceTicks of this.#ways(point, live, isTooMuch)) {
      const outcome = priceTicks === null
        ? this.#worst(this.#arrive(point, lastTicks, "close"), null)
        : this.#worst(this.#arrive(point, priceTicks, "inside"), events);
      if (least === null || outcome.worthMicros < least.worthMicros) least = outcome;
      if (takesFirst) break;
    }
    return least!;
  }

  /** Nothing trades any more: the price goes to the extremes that are left and to the close. */
  #quietEnd({ groups, sawHigh, sawLow }: Point): Outcome {
    const { bar } = this.#market;
    const { highTicks, lowTicks } = bar;
    const seen = mapLegs(groups, (leg) => {
      const high = sawHigh ? leg : watch(leg, highTicks, "inside");
      const low = sawLow ? high : watch(high, lowTicks, "inside");
      return hasArrived(watch(low, lastTradeTicks(bar), "close"));
    });
    return { worthMicros: 0, fills: NO_FILLS, next: null, groups: seen };
  }

  /** Where the price can go before anything happens: null to the end of the bar, which is first. */
  #ways(point: Point, live: readonly OrderGroup[], goesStraight: boolean): (number | null)[] {
    const { bar } = this.#market;
    const { highTicks, lowTicks } = bar;
    const lastTicks = lastTradeTicks(bar);
    const { priceTicks, sawHigh, sawLow } = point;
    // Without volume there is nothing to choose: the price goes straight to what it must see.
    const [below, above] = point.availableLots <= 0
      ? [-Infinity, Infinity]
      : this.#levelsAround(priceTicks, live, goesStraight);
    const ways: (number | null)[] = [];
    if (sawHigh && sawLow && lastTicks > below && lastTicks < above) ways.push(null);
    const down = sawLow ? below : Math.max(below, lowTicks);
    if (down >= lowTicks && down < priceTicks) ways.push(down);
    const up = sawHigh ? above : Math.min(above, highTicks);
    if (up <= highTicks && up > priceTicks) ways.push(up);
    return ways;
  }

  /** The nearest prices on either side at which something happens. */
  #levelsAround(
    priceTicks: number,
    live: readonly OrderGroup[],
    goesStraight: boolean,
  ): readonly [below: number, above: number] {
    const { bar, rules } = this.#market;
    let below = -Infinity, above = Infinity;
    for (const { legs } of live) {
      for (const leg of legs) {
        if (leg.lots === 0) continue;
        const level = levelTicks(leg, rules);
        if (waitsAbove(leg)) {
          if (level > priceTicks && level < above) above = level;
        } else if (level < priceTicks && level > below) below = level;
        const trail = leg.type.trail(leg.terms);
        if (trail === null || goesStraight) continue;
        const best = leg.side * leg.memory.bestTicks!;
        const turns = turnOfOne(leg, trail, live, bar) ?? this.#allTurns();
        if (leg.side < 0) {
          const from = Math.max(best, priceTicks);
          above = Math.min(above, turns.find((turn) => turn > from) ?? Infinity);
        } else {
          const from = Math.min(best, priceTicks);
          below = Math.max(below, turns.findLast((turn) => turn < from) ?? -Infinity);
        }
      }
    }
    return [below, above];
  }

  #allTurns(): readonly number[] {
    return this.#turns ??= turningPoints(this.#state.groups, this.#market);
  }

  /** Everything that a price can bring about when nothing happens on the way there. */
  #arrive(from: Point, priceTicks: number, moment: FillMoment): Arrival[] {
    const { highTicks, lowTicks } = this.#market.bar;
    const point = {
      groups: mapLegs(from.groups, (leg) => watch(leg, priceTicks, moment)),
      positionLots: from.positionLots,
      availableLots: from.availableLots,
      priceTicks,
      sawHigh: from.sawHigh || priceTicks === highTicks,
      sawLow: from.sawLow || priceTicks === lowTicks,
    };
    const arrivals: Arrival[] = [];
    this.#trade(point, 0, moment, NO_FILLS, arrivals);
    return arrivals;
  }

  /** Trades what can trade at a point, one group after another. */
  #trade(
    from: Point,
    fromIndex: number,
    moment: FillMoment,
    fills: readonly BookFill[],
    arrivals: Arrival[],
  ): void {
    let point = from;
    const { priceTicks } = from;
    const { rules } = this.#market;
    for (let index = fromIndex; index < point.groups.length; index++) {
      const met = metLegs(point.groups[index]!, priceTicks, rules);
      if (met === null) continue;
      let isFilled = false;
      for (const leg of met) {
        const lots = lotsToFill(leg, point.availableLots);
        if (lots === 0) continue;
        isFilled = true;
        const fill = { ...quoteAt(leg, priceTicks, moment, rules), leg, lots, moment };
        const after = { ...point, ...afterFill(point, index, fill, priceTicks) };
        this.#trade(after, index + 1, moment, [...fills, fill], arrivals);
      }
      if (isFilled) return;
      point = { ...point, groups: afterMiss(point.groups, index, met) };
    }
    const kept = keepLegs(point.groups, isKept);
    arrivals.push({ point: { ...point, groups: mapLegs(kept, hasArrived) }, fills });
  }

  #keyOf({ availableLots, groups, positionLots, priceTicks, sawHigh, sawLow }: Point): string {
    let key = `${priceTicks} ${sawHigh} ${sawLow} ${positionLots} ${availableLots}`;
    for (const group of groups) {
      let part = this.#keys.get(group);
      if (part === undefined) this.#keys.set(group, part = keyOfGroup(group));
      key += part;
    }
    return key;
  }
}

/** The legs of a group that trade at a price; null when none does. */
function metLegs(
  { legs }: OrderGroup,
  priceTicks: number,
  rules: FillRules,
): readonly WorkingLeg[] | null {
  let met: WorkingLeg[] | null = null;
  for (const leg of legs) if (isMet(leg, priceTicks, rules)) (met ??= []).push(leg);
  return met;
}

/** Once a price is past, what is filled goes, and what was for the moment is given up. */
function isKept({ lots, timeInForce }: WorkingLeg): boolean {
  return lots !== 0 && timeInForce !== "ioc" && timeInForce !== "fok";
}

/**
 * Whether all paths through a bar fill the same: every order that the bar reaches stands alone at a
 * level that does not move, which the path passes sooner or later, and there is volume for all.
 */
function hasOnePath({ availableLots, groups }: BookState, { bar, rules }: MarketBar): boolean {
  let lots = 0;
  for (const { isExit, legs } of groups) {
    let reached: WorkingLeg | null = null;
    for (const leg of legs) {
      if (!canTrade(leg, bar, rules)) continue;
      const stands = leg.type.watch === null && leg.exits.length === 0;
      if (isExit || reached !== null || !stands) return false;
      reached = leg;
    }
    lots += Math.abs(reached?.lots ?? 0);
  }
  return lots <= availableLots;
}

function keyOfGroup({ id, isExit, legs }: OrderGroup): string {
  let key = `\n${id} ${isExit}`;
  for (const { anchorTicks, id: legId, lots, memory, terms, type } of legs) {
    const { bestTicks, isTriggered } = memory;
    const prices = type.prices(terms);
    key += `,${legId} ${lots} ${isTriggered} ${bestTicks} ${anchorTicks} ${terms.kind} ${prices}`;
  }
  return key;
}
