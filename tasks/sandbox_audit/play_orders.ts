import { sleep, type TimerClock } from "../../lib/core/mod.ts";
import { MINUTE_MS } from "../../lib/market/mod.ts";
import type {
  BarBroker,
  BracketExit,
  BrokerReport,
  Order,
  OrderTerms,
} from "../../lib/trading/mod.ts";

/** Ticks that the market does not go in the time, and such that it does. */
const FAR = 150, NEAR = 4;
const SECOND_MS = 1_000;
/** More lots than any cash is enough for. */
const TOO_MANY = 9_000;
/** For what is asked from time to time. */
const IDLE_MS = 1.5 * MINUTE_MS;

/** Sends every kind of order that a broker takes through every end that one can come to. */
export async function playOrders(
  broker: BarBroker,
  symbol: string,
  clock: TimerClock,
  priceTicks: () => number,
): Promise<void> {
  const reports: BrokerReport[] = [];
  broker.onReport((_, report) => void reports.push(report));
  let id = 0;
  const send = async (order: Omit<Order, "id" | "decidedAt" | "reason">): Promise<number> => {
    const own = ++id;
    if (order.exits !== undefined) id += order.exits.length;
    await broker.submit(symbol, { ...order, id: own, reason: "signal", decidedAt: clock.now() });
    return own;
  };
  const isTold = (orderId: number, kinds: readonly BrokerReport["kind"][]): boolean =>
    reports.some((report) =>
      (report.kind === "filled" ? report.fill.orderId : report.orderId) === orderId &&
      kinds.includes(report.kind)
    );
  const until = async (condition: () => boolean, longestMs: number): Promise<void> => {
    for (let passed = 0; !condition() && passed < longestMs; passed += SECOND_MS) {
      await sleep(clock, SECOND_MS);
    }
  };
  const lots = (): number =>
    reports.reduce((sum, report) => report.kind === "filled" ? sum + report.fill.lots : sum, 0);
  const flatten = async (): Promise<void> => {
    if (lots() !== 0) await send({ lots: -lots() });
    await until(() => lots() === 0, MINUTE_MS);
  };
  /** Sent to stand far from the market, and taken back. */
  const takeBack = async (terms: OrderTerms, exits?: Order["exits"]): Promise<void> => {
    const resting = await send({ lots: 2, terms, ...(exits === undefined ? {} : { exits }) });
    await until(() => isTold(resting, ["accepted", "rejected"]), MINUTE_MS);
    if (broker.capabilities.modifies) await broker.modify(resting, 1);
    await sleep(clock, 3 * SECOND_MS);
    await broker.cancel(resting);
    await until(() => isTold(resting, ["cancelled", "rejected"]), MINUTE_MS);
  };
  const bracket = ([profitTicks, lossTicks]: readonly [number, number]): readonly BracketExit[] => [
    { id: id + 2, kind: "take-profit", distanceTicks: profitTicks },
    { id: id + 3, kind: "stop-loss", distanceTicks: lossTicks },
  ];

  await send({ lots: 2 });
  await until(() => lots() === 2, MINUTE_MS);
  await flatten();
  const kinds = broker.capabilities.orderKinds;
  const price = priceTicks();
  if (kinds.includes("limit")) await takeBack({ kind: "limit", limitTicks: price - FAR });
  if (kinds.includes("stop")) await takeBack({ kind: "stop", stopTicks: price + FAR });
  if (kinds.includes("stop-limit")) {
    await takeBack({ kind: "stop-limit", stopTicks: price + FAR, limitTicks: price + FAR + NEAR });
  }
  if (broker.capabilities.brackets) {
    await takeBack({ kind: "limit", limitTicks: priceTicks() - FAR }, bracket([NEAR, FAR]));
    for (const exits of [[NEAR, FAR], [FAR, NEAR]] as const) {
      await send({ lots: 2, exits: bracket(exits) });
      await sleep(clock, MINUTE_MS / 2);
      await until(() => lots() === 0, 5 * MINUTE_MS);
      await flatten();
    }
  }
  const crossing = { kind: "limit", limitTicks: priceTicks() + FAR } as const;
  for (const timeInForce of broker.capabilities.timesInForce) {
    const order = await send({ lots: 1, terms: crossing, timeInForce });
    await until(() => isTold(order, ["filled", "rejected", "cancelled"]), MINUTE_MS);
  }
  await flatten();
  const refused = await send({ lots: TOO_MANY });
  await until(() => isTold(refused, ["rejected"]), MINUTE_MS);
  await broker.snapshot();
  await sleep(clock, IDLE_MS);
}
