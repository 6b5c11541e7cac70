import { marginOn } from "../../market/mod.ts";
import { fromTicks, isOnTick, usdToMicros } from "../../trading/mod.ts";
import type { VenueCore } from "./venue_core.ts";
import { KNOWN_ORDER_TYPES, type OrderTermsOfVenue, type VenueOrder } from "./venue_order.ts";

/** Why the venue refuses an order. */
export interface Refusal {
  readonly failureReason: string;
  readonly failureText: string;
}

/** Says why. */
export function refusal(failureReason: string, failureText: string): Refusal {
  return { failureReason, failureText };
}

/** What 32 bits hold. */
const LARGEST_QUANTITY = 2_147_483_647;

const TIMES_IN_FORCE = ["Day", "FOK", "GTC", "GTD", "IOC"];

/** What an order needs beside its quantity. */
const NEEDED: Readonly<Record<string, readonly (keyof OrderTermsOfVenue)[]>> = {
  Limit: ["price"],
  Stop: ["stopPrice"],
  StopLimit: ["price", "stopPrice"],
  TrailingStop: ["pegDifference"],
};

/** What is wrong with the terms of an order by themselves; null when nothing is. */
export function checkTerms(core: VenueCore, terms: OrderTermsOfVenue): Refusal | null {
  const { orderQty, orderType, timeInForce } = terms;
  const { tickSize } = core.market.instrument;
  if (!Number.isInteger(orderQty) || orderQty <= 0 || orderQty > LARGEST_QUANTITY) {
    return refusal("UnknownReason", "orderQty must be above 0");
  }
  if (!KNOWN_ORDER_TYPES.includes(orderType)) {
    return refusal("UnknownReason", `Unknown order type ${orderType}`);
  }
  if (timeInForce !== undefined && !TIMES_IN_FORCE.includes(timeInForce)) {
    return refusal("UnknownReason", `Unknown time in force ${timeInForce}`);
  }
  if (timeInForce === "GTD" && Number.isNaN(Date.parse(terms.expireTime ?? ""))) {
    return refusal("UnknownReason", "expireTime is required for GTD");
  }
  if ((NEEDED[orderType] ?? []).some((field) => terms[field] === undefined)) {
    return refusal("InvalidPrice", `${NEEDED[orderType]!.join(" and ")} must be given`);
  }
  const prices = [terms.price, terms.stopPrice, terms.limitIfTouchedPrice, terms.pegDifference];
  const wrong = prices.some((price) =>
    price !== undefined && (!Number.isFinite(price) || !isOnTick(price, tickSize))
  );
  if (wrong) return refusal("InvalidPrice", "Invalid price increment");
  const isKnownKind = !["QTS", "TrailingStopLimit"].includes(orderType) &&
    !orderType.startsWith("MarketLimit") && !orderType.includes("Protection");
  return isKnownKind ? null : refusal("Unsupported", `${orderType} is not supported`);
}

/** Whether the venue takes an order of this contract now at all; null when it does. */
export function checkOpen(core: VenueCore, contractId: number, orderType: string): Refusal | null {
  const contract = core.contract(contractId);
  const now = core.clock.now();
  if (contract === null || contract.lastTradeTime <= now) {
    return refusal("InvalidContract", "Contract is not tradable");
  }
  const isMarket = orderType === "Market";
  if (!core.market.isOpen && (isMarket || core.guesses.closedMarket === "every-order")) {
    return refusal("SessionClosed", "Session is closed");
  }
  return isMarket && core.market.touchOf(contract) === null
    ? refusal("NoQuote", "There is no quote for the contract")
    : null;
}

/** Whether the account may trade; null when it may. */
export function checkAccount(
  core: VenueCore,
  accountId: number,
  contractId: number,
  change: number,
): Refusal | null {
  const account = core.accounts.get(accountId)!;
  const held = account.find(contractId)?.lots ?? 0;
  const isClosing = held !== 0 && Math.sign(held) === -Math.sign(change) &&
    Math.abs(change) <= Math.abs(held);
  if (account.isClosed) return refusal("AccountClosed", "Account is closed");
  if (account.adminAction === "LockTradingImmediately") {
    return refusal("TradingLocked", "Trading is locked for the account");
  }
  if (account.adminAction === "LiquidateOnlyModeImmediately" && !isClosing) {
    return refusal("LiquidationOnly", "Account is in liquidation only mode");
  }
  const contract = core.contract(contractId)!;
  const left = contract.lastTradeTime - core.clock.now();
  const endsSoon = left <= core.guesses.closingOnlyHours * 3_600_000;
  if (!isClosing && (endsSoon || core.strikes("closing-only"))) {
    return refusal("LiquidationOnlyBeforeExpiration", "Contract can only be closed before its end");
  }
  return null;
}

/** Margin that one lot must be backed with now, micro-dollars. */
export function marginMicros(core: VenueCore): number {
  const day = core.market.calendar.tradeDay(core.clock.now());
  const margin = marginOn(core.market.instrument, day);
  if (margin === null) return 0;
  return Math.round(usdToMicros(margin.initialUsd) * core.guesses.dayMarginShare);
}

/** Limits and funds, judged with everything that works; null when they suffice. */
export function checkRisk(
  core: VenueCore,
  order: VenueOrder,
  working: readonly VenueOrder[],
): Refusal | null {
  const account = core.accounts.get(order.accountId)!;
  const limits = core.users.flatMap(({ accounts }) => accounts)
    .find(({ name }) => name === account.name)!;
  const { orderQty } = order.terms;
  if (limits.maxOrder !== undefined && orderQty > limits.maxOrder) {
    return refusal("MaxOrderQtyLimitReached", `Order quantity is above ${limits.maxOrder}`);
  }
  const held = account.find(order.contractId)?.lots ?? 0;
  const same = working.filter((other) =>
    other.accountId === order.accountId && other.contractId === order.contractId &&
    other.side === order.side && other.id !== order.id && other.parentId === undefined
  );
  const alike = same.reduce((sum, { filled, terms }) => sum + terms.orderQty - filled, 0);
  const most = Math.abs(held + order.side * (orderQty + alike));
  const isExit = order.parentId !== undefined;
  if (limits.maxPosition !== undefined && most > limits.maxPosition && !isExit) {
    return refusal("MaxPosLimitReached", `Position would be above ${limits.maxPosition}`);
  }
  const grows = Math.abs(held + order.side * orderQty) - Math.abs(held);
  if (grows <= 0 || isExit) return null;
  const needed = most * marginMicros(core);
  return needed > account.cashMicros + openMicros(core, order.accountId)
    ? refusal("NotEnoughLiquidity", "Not enough funds for the margin of the order")
    : null;
}

/** Profit of all that an account holds, at the last trades. */
export function openMicros(core: VenueCore, accountId: number): number {
  let sum = 0;
  for (const [contractId, book] of core.accounts.get(accountId)!.contracts) {
    const touch = core.market.touchOf(core.contract(contractId)!);
    if (touch === null || book.lots === 0) continue;
    sum += (book.lots * touch.lastTicks - book.valueTicks) * core.tickValueMicros;
  }
  return sum;
}

/** A price of the venue from ticks. */
export function priceOf(core: VenueCore, ticks: number): number {
  return fromTicks(ticks, core.market.instrument.tickSize);
}
