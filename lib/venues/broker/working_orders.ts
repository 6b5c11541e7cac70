import type { BrokerOrder } from "../../trading/mod.ts";
import type { BrokerContext } from "./broker_context.ts";
import { termsOf } from "./order_terms.ts";
import { type OwnOrder, sideOf, toldNumber } from "./own_orders.ts";

/** The orders of this session that may trade, as the venue has them. */
export function ownWorkingOrders(context: BrokerContext): readonly BrokerOrder[] {
  return [...context.orders.open()].flatMap((order) => workingOrder(context, order) ?? []);
}

function workingOrder(context: BrokerContext, order: OwnOrder): BrokerOrder | null {
  const { books, markets, orders } = context;
  if (order.roll !== undefined) return null;
  const { instrument } = markets.get(order.symbol)!;
  // An exit is known from its entry's first fill on, even of one that was taken back.
  const entry = order.entryId === null ? undefined : orders.get(order.entryId);
  const isAwake =
    entry?.works.some(({ venueId }) =>
      venueId !== null && books.stateOf(venueId).heardFilled > 0
    ) ?? false;
  const works = order.works.flatMap((work) => {
    const state = work.venueId === null ? null : books.stateOf(work.venueId);
    return state !== null && work.side === sideOf(order) ? [{ work, state }] : [];
  });
  const awake = works.filter(({ state }) => state.phase === "working");
  // One that its entry does not wake is no more than what took its place.
  const asleep = works.filter(({ state }) => isAwake && state.phase === "suspended");
  const working = awake.length > 0 ? awake : asleep;
  const left = working.reduce(
    (sum, { state, work }) =>
      sum + Math.max(0, (state.version?.orderQty ?? work.lots) - state.filled),
    0,
  );
  const last = working.at(-1);
  if (last === undefined || left === 0) return null;
  return {
    ...{ id: toldNumber(order), symbol: order.symbol, lots: sideOf(order) * left },
    terms: termsOf(last.state.version, last.work.terms, instrument),
    isExit: order.entryId !== null,
  };
}
