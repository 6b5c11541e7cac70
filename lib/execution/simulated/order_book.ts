import type { Order, TimeInForce, WorkingOrder } from "../../trading/mod.ts";
import type { BookFill } from "./after_fill.ts";
import {
  canGroupTrade,
  cutExits,
  hasArrived,
  keepLegs,
  lastTradeTicks,
  mapLegs,
  type MarketBar,
  type OrderGroup,
  type SavedGroup,
  saveGroup,
  shiftLeg,
  splitLeg,
  type TickBar,
  watch,
  type WorkingLeg,
  workingLeg,
} from "./working_orders.ts";
import { worstPath } from "./worst_path.ts";

const NO_FILLS: readonly BookFill[] = [];

/**
 * The working orders of one instrument and one account.
 *
 * Before a bar, day orders of earlier days are given up and exits are cut to the position. Then the
 * bar's worst path fills what it fills (`worstPath`). A fill of one order of a group takes as many
 * lots off the others; a whole fill cancels them. After every fill exits are cut to the position,
 * the oldest last, so that none ever opens one.
 */
export class OrderBook {
  #groups: readonly OrderGroup[];

  /** @param groups that work already, oldest first */
  constructor(groups: readonly OrderGroup[] = []) {
    this.#groups = groups;
  }

  /** Whether nothing works. */
  get isEmpty(): boolean {
    return this.#groups.length === 0;
  }

  /** Takes an order in; it works from the next bar on. */
  submit(order: Order): void {
    const leg = workingLeg(order);
    const index = this.#groups.findIndex(({ id, isExit }) => !isExit && id === order.group);
    if (index < 0) {
      this.#groups = [...this.#groups, { id: order.group ?? order.id, legs: [leg], isExit: false }];
    } else {
      const group = this.#groups[index]!;
      this.#groups = this.#groups.with(index, { ...group, legs: [...group.legs, leg] });
    }
  }

  /** Changes how many lots of an order are still wanted, signed; never its side. */
  modify(orderId: number, lots: number): void {
    const changed = mapLegs(this.#groups, (leg) => leg.id === orderId ? { ...leg, lots } : leg);
    this.#groups = keepLegs(changed, (leg) => leg.lots !== 0);
  }

  /** Takes back what is left of an order or exit. */
  cancel(orderId: number): void {
    this.#groups = keepLegs(this.#groups, ({ id }) => id !== orderId);
  }

  /** What works, oldest first. */
  working(): WorkingOrder[] {
    return this.#groups.flatMap(({ isExit, legs }) =>
      legs.map(({ id, lots, terms }) => ({ id, lots, terms, isExit }))
    );
  }

  /** What works, as plain data. */
  save(): SavedGroup[] {
    return this.#groups.map(saveGroup);
  }

  /** Moves every price by the gap between two contracts: orders are rolled with the position. */
  shift(ticks: number): void {
    this.#groups = mapLegs(this.#groups, (leg) => shiftLeg(leg, ticks));
  }

  /** Goes on in the shares after a split, prices to the nearest tick; what is no lot any more ends. */
  split(ratio: number): void {
    const split = mapLegs(this.#groups, (leg) => splitLeg(leg, ratio));
    this.#groups = keepLegs(split, ({ lots }) => lots !== 0);
  }

  /**
   * Makes ready for a bar, the orders that trade at its open already filled.
   *
   * @param day trade day of the bar
   * @param positionLots signed lots held
   */
  begin(day: number, positionLots: number): void {
    const begun = mapLegs(this.#groups, (leg) => leg.day === null ? { ...leg, day } : leg);
    const kept = keepLegs(begun, (leg) => leg.timeInForce !== "day" || leg.day === day);
    this.#groups = keepLegs(cutExits(kept, positionLots), ({ lots }) => lots !== 0);
  }

  /**
   * Fills what a bar, or a finer bar inside it, fills.
   *
   * @param positionLots signed lots held
   * @param availableLots what the bar's volume gives
   */
  match(market: MarketBar, positionLots: number, availableLots: number): readonly BookFill[] {
    const { bar, rules } = market;
    if (!this.#groups.some((group) => canGroupTrade(group, bar, rules))) {
      const kept = keepLegs(this.#groups, ({ timeInForce }) => !isForTheMoment(timeInForce));
      this.#groups = mapLegs(kept, (leg) => seeWhole(leg, bar));
      return NO_FILLS;
    }
    const state = { groups: this.#groups, positionLots, availableLots };
    const { fills, groups } = worstPath(state, market);
    this.#groups = groups;
    return fills;
  }
}

function isForTheMoment(timeInForce: TimeInForce): boolean {
  return timeInForce === "ioc" || timeInForce === "fok";
}

/** What a bar changes in an order that it cannot fill. */
function seeWhole(leg: WorkingLeg, bar: TickBar): WorkingLeg {
  const inside = watch(watch(leg, bar.lowTicks, "inside"), bar.highTicks, "inside");
  return hasArrived(watch(inside, lastTradeTicks(bar), "close"));
}
