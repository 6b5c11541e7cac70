import { marginOn } from "../../market/mod.ts";
import { isOnTick, toTicks } from "../../trading/mod.ts";
import type { GatewayAccountBook } from "./gateway_account.ts";
import type { GatewayCore } from "./gateway_core.ts";
import type { GatewayDesk, NewExit, NewOrder } from "./gateway_desk.ts";
import { ORDER_KIND } from "./gateway_order.ts";

/** Longest distance of a trailing stop that a place takes, ticks. */
const LONGEST_TRAIL = 1_000;

/** Nearest that an exit may stand, ticks. */
const NEAREST_EXIT = 4;

const PLACED: readonly number[] = [
  ...[ORDER_KIND.limit, ORDER_KIND.market, ORDER_KIND.stop, ORDER_KIND.trailingStop],
  ...[ORDER_KIND.joinBid, ORDER_KIND.joinAsk],
];

/** Whether a number is a size: whole, above 0, and of 32 bits. */
export function isSize(size: number): boolean {
  return Number.isInteger(size) && size > 0 && size <= 2_147_483_647;
}

/** What can be wrong with an order, in the gateway's words. */
export class GatewayOrderChecks {
  readonly #core: GatewayCore;
  readonly #desk: GatewayDesk;

  /** Looks at prices and at what is held. */
  constructor(core: GatewayCore, desk: GatewayDesk) {
    this.#core = core;
    this.#desk = desk;
  }

  /** What is wrong with the kind, the size and the price of an order; null when nothing is. */
  terms(
    { contractId, limitTicks, side, size, stopTicks, type }: NewOrder,
    price: (name: string) => number | null,
  ): string | null {
    const { tickSize } = this.#core.market.instrument;
    if (!PLACED.includes(type)) return "Invalid order type.";
    if (!isSize(size)) return "Invalid order size specified.";
    const needed = type === ORDER_KIND.limit
      ? "limitPrice"
      : type === ORDER_KIND.stop
      ? "stopPrice"
      : null;
    if (needed === null) return null;
    const given = price(needed);
    if (given === null) return `${needed} must be given.`;
    if (!isOnTick(given, tickSize)) {
      return `Invalid ${
        needed === "stopPrice" ? "stop " : ""
      }price. Price is not aligned to tick size.`;
    }
    const touch = this.#desk.touch(contractId);
    const isBeyond = stopTicks !== null && touch !== null &&
      side * (stopTicks - touch.lastTicks) <= 0;
    const isFar = (limitTicks ?? stopTicks ?? 1) <= 0;
    return isBeyond || isFar ? "Invalid price. Price is outside allowed range." : null;
  }

  /** What is wrong with the level of a trailing stop; null when nothing is. */
  trail(order: NewOrder, level: number | null): string | null {
    if (order.type !== ORDER_KIND.trailingStop) return null;
    if (level === null) return "Trail Distance not set.";
    if (!isOnTick(level, this.#core.market.instrument.tickSize)) {
      return "Invalid trail price. Price is not aligned to tick size.";
    }
    if (this.#desk.touch(order.contractId) === null) return "Cannot trail without a last price";
    const distance = this.distance(order, level);
    return distance > LONGEST_TRAIL ? `Trail Distance exceeds maximum (${LONGEST_TRAIL})` : null;
  }

  /** A price level of a trailing stop is a distance from the last price, once it has arrived. */
  distance({ contractId }: Pick<NewOrder, "contractId">, level: number): number {
    const { lastTicks } = this.#desk.touch(contractId)!;
    return Math.abs(lastTicks - toTicks(level, this.#core.market.instrument.tickSize));
  }

  /** What is wrong with the exits of a bracket; null when nothing is. */
  exits(
    side: 1 | -1,
    { stop, target }: { readonly stop?: NewExit; readonly target?: NewExit },
  ): string | null {
    if (stop !== undefined) {
      const text = `Invalid stop loss ticks (${stop.ticks}).`;
      const than = side > 0 ? "less than zero when longing." : "greater than zero when shorting.";
      if (!Number.isInteger(stop.ticks) || stop.ticks * side >= 0) {
        return `${text} Ticks should be ${than}`;
      }
      if (Math.abs(stop.ticks) < NEAREST_EXIT) {
        return `${text} Stop loss tick value should be at least ${NEAREST_EXIT} ticks.`;
      }
      const isStop = stop.type === ORDER_KIND.stop || stop.type === ORDER_KIND.trailingStop;
      if (!isStop) return `Invalid stop loss type (${stop.type === 1 ? "Limit" : stop.type})`;
    }
    if (target === undefined) return null;
    const text = `Invalid take profit ticks (${target.ticks}).`;
    const than = side > 0 ? "greater than zero when longing." : "less than zero when going short.";
    if (!Number.isInteger(target.ticks) || target.ticks * side <= 0) {
      return `${text} Ticks should be ${than}`;
    }
    if (Math.abs(target.ticks) < NEAREST_EXIT) {
      return `${text} Take profit tick value should be at least ${NEAREST_EXIT} ticks.`;
    }
    return target.type === ORDER_KIND.limit ? null : `Invalid take profit type (${target.type})`;
  }

  /** Code of an order that the account cannot carry: 3 for its funds, 2 for its limit. */
  size(account: GatewayAccountBook, { contractId, side, size }: NewOrder): 2 | 3 | null {
    const core = this.#core;
    const held = account.lotsOf(contractId);
    const after = Math.abs(held + side * size);
    if (after <= Math.abs(held)) return null;
    if (account.options.maxPosition !== undefined && after > account.options.maxPosition) return 2;
    const day = core.market.calendar.tradeDay(core.clock.now());
    const margin = marginOn(core.market.instrument, day)?.initialUsd ?? 0;
    return after * margin * 1e6 > account.cashMicros ? 3 : null;
  }
}
