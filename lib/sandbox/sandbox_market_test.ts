import { assert, assertEquals } from "../../tests/assert.ts";
import { livelyBars, MINUTE, START, stillBars } from "../../tests/fixtures/tradovate_hand.ts";
import { VirtualClock } from "../core/virtual_clock.ts";
import { findInstrument } from "../market/mod.ts";
import { fromTicks } from "../trading/mod.ts";
import { chartBars } from "./chart_bars.ts";
import { listedContracts } from "./listed_contracts.ts";
import { OrderMatcher, type RestingOrder } from "./order_matcher.ts";
import type { Print } from "./price_tape.ts";
import { SandboxMarket } from "./sandbox_market.ts";

Deno.test("bars built of the trades on the tape are the bars that the tape is made of", async () => {
  const bars = livelyBars(50, 3);
  const clock = new VirtualClock(START);
  const market = new SandboxMarket(bars, clock);
  await clock.advance(50 * MINUTE);
  const built = chartBars(market, market.contracts[0]!, { minutes: 1 }, START, Infinity);
  assertEquals(built.length, 50);
  for (const [row, bar] of built.entries()) {
    const prices = [bar.openTicks, bar.highTicks, bar.lowTicks, bar.closeTicks]
      .map((ticks) => fromTicks(ticks, 0.25));
    assertEquals(prices, [bars.open[row], bars.high[row], bars.low[row], bars.close[row]]);
    assertEquals([bar.start, bar.upVolume + bar.downVolume], [bars.time[row], bars.volume[row]]);
  }
  const hours = chartBars(market, market.contracts[0]!, { minutes: 60 }, START, Infinity);
  assertEquals([hours.length, hours[0]!.highTicks], [1, Math.max(...bars.high) * 4]);
});

Deno.test("nobody can ask for a trade that has not been", () => {
  const market = new SandboxMarket(stillBars(6_000, 10), new VirtualClock(START + 5 * MINUTE));
  assertEquals(market.printed, 41);
  let message = "";
  try {
    market.printAt(41);
  } catch (error) {
    message = (error as Error).message;
  }
  assertEquals(message, "trade 41 has not been yet");
  market.close();
});

Deno.test("contracts are those that joined bars name, with their gaps, and two more", () => {
  const bars = stillBars(100, 4);
  const continuous = {
    method: "difference" as const,
    // The research price goes on: 100 in the old contract is 103 in the new one.
    ...{ adjustment: Float64Array.of(0, 0, -3, -3), contract: Int32Array.of(0, 0, 1, 1) },
    contracts: ["MESZ6", "MESH27"],
  };
  const listed = listedContracts({ ...bars, continuous });
  assertEquals(listed.map(({ name }) => name), ["MESZ6", "MESH7", "MESM7", "MESU7"]);
  const premiums = (row: number) => listed.map(({ premiumTicks }) => premiumTicks(row));
  assertEquals([premiums(0), premiums(3)], [[0, 12, 32, 52], [-12, 0, 20, 40]]);
  const plain = listedContracts(bars);
  assertEquals(plain.map(({ name }) => name), ["MESZ6", "MESH7", "MESM7"]);
  assertEquals(new Date(plain[0]!.lastTradeTime).toISOString(), "2026-12-18T14:30:00.000Z");
});

const TOUCH = { bidTicks: 99, askTicks: 100, lastTicks: 100 };

function matcher(limitFill: "touch" | "through" = "through", slippageTicks = 0): OrderMatcher {
  return new OrderMatcher({ limitFill, slippageTicks, lotsAtOnce: () => Infinity });
}

/** Prices at which an order is filled on a path; null while it is not. */
function path(
  book: OrderMatcher,
  order: Partial<RestingOrder>,
  ...prices: readonly (number | readonly [gap: number])[]
): readonly (number | null)[] {
  const whole = { id: 1, contract: "MESZ6", side: 1, kind: "market", lots: 1, ...order } as const;
  const { matches } = book.place(whole, TOUCH);
  let before = 100;
  return [
    matches[0]?.ticks ?? null,
    ...prices.map((price) => {
      const isGap = typeof price !== "number";
      const ticks = isGap ? price[0] : price as number;
      const print: Print = { index: 0, time: 0, row: 0, ticks, size: 1, isGap };
      const [match] = book.trade("MESZ6", print, before, 0);
      before = ticks;
      return match?.ticks ?? null;
    }),
  ];
}

Deno.test("each kind of order meets the price that it should", () => {
  assertEquals(path(matcher(), {}), [100]);
  assertEquals(path(matcher("through", 2), { side: -1 }), [97]);
  const buy = { kind: "limit", limitTicks: 95 } as const;
  assertEquals(path(matcher(), buy, 95, 94), [null, null, 95]);
  assertEquals(path(matcher("touch"), buy, 95), [null, 95]);
  assertEquals(path(matcher(), buy, [90]), [null, 90]);
  assertEquals(path(matcher(), { ...buy, limitTicks: 100 }), [100]);
  const stop = { kind: "stop", stopTicks: 105 } as const;
  assertEquals(path(matcher("through", 1), stop, 104, 107), [null, null, 106]);
  assertEquals(path(matcher(), stop, [110]), [null, 110]);
  const limited = { kind: "stop-limit", stopTicks: 105, limitTicks: 106 } as const;
  assertEquals(path(matcher(), limited, 110), [null, 105]);
  assertEquals(path(matcher(), limited, [110], 108, 105), [null, null, null, 106]);
  const trail = { kind: "trailing-stop", side: -1, trailTicks: 4 } as const;
  assertEquals(path(matcher(), trail, 97, 110, 107, 100), [null, null, null, null, 106]);
  const touched = { kind: "touched", stopTicks: 95 } as const;
  assertEquals(path(matcher(), touched, 98, 94), [null, null, 95]);
});

Deno.test("an order for the moment takes what there is, or all, or nothing", () => {
  const scarce = new OrderMatcher({ limitFill: "touch", slippageTicks: 0, lotsAtOnce: () => 2 });
  const order = { id: 1, contract: "MESZ6", side: 1, kind: "market", lots: 5 } as const;
  const taken = (moment: "ioc" | "fok") => scarce.place({ ...order, moment }, TOUCH);
  assertEquals(taken("ioc"), { matches: [{ orderId: 1, lots: 2, ticks: 100 }], isDone: true });
  assertEquals(taken("fok"), { matches: [], isDone: true });
  assertEquals(scarce.place(order, TOUCH).isDone, false);
  assert(scarce.orders[0]!.lots === 3);
});

Deno.test("only futures whose contracts are known have a market", () => {
  let message = "";
  try {
    listedContracts({ ...stillBars(1, 2), instrument: findInstrument("SPY") });
  } catch (error) {
    message = (error as Error).message;
  }
  assert(message.includes("contracts of SPY"), message);
});
