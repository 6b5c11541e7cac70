import fc from "fast-check";
import { Engine } from "../lib/engine/engine.ts";
import type { SlotOptions } from "../lib/engine/mod.ts";
import { type BookableEntry, BookKeeper } from "../lib/journal/book_keeper.ts";
import type { Instrument } from "../lib/market/instrument.ts";
import { fixedLots } from "../lib/risk/sizing.ts";
import { tickValueMicros } from "../lib/market/mod.ts";
import type { Fill } from "../lib/trading/fill.ts";
import { assert, assertEquals } from "./assert.ts";
import { barsOf, FUTURE } from "./fixtures/engine_fixture.ts";

const INTERVAL_MS = 60_000;

function slotOf(changes: Partial<SlotOptions> = {}): SlotOptions {
  return {
    ...{ instrument: FUTURE, intervalMs: INTERVAL_MS, marginPerLotUsd: 100, maxLots: 9 },
    ...{ costs: { feePerSideMicros: 0, slippageTicks: 0 }, sizing: fixedLots(2) },
    ...changes,
  };
}

function engineOf(...slots: readonly SlotOptions[]): Engine {
  return new Engine({ initialCashUsd: 100_000, slots });
}

/** An execution of an order by its number; below 0 it is somebody else's. */
function fillOf(orderId: number, lots: number): Fill {
  return {
    ...{ orderId, lots, bar: 0, time: 0, moment: "inside", priceTicks: 400 },
    ...{ slippageTicks: 0, feeMicros: 0, reason: orderId < 0 ? "risk" : "signal" },
  };
}

function trade(engine: Engine, slot: number, orderId: number, lots: number) {
  const fill = fillOf(orderId, lots);
  return engine.take({ kind: "report", slot, report: { kind: "filled", fill } });
}

/** Own lots and those of somebody else of every slot. */
function sharesOf(engine: Engine, slots = 1): readonly (readonly [number, number])[] {
  return Array.from({ length: slots }, (_, slot) => {
    const { positionLots, strangerLots } = engine.slot(slot);
    return [positionLots, strangerLots];
  });
}

/** Lots of the orders that closing a slot comes to. */
function closing(engine: Engine, slot = 0): readonly number[] {
  return engine.take({ kind: "close", slot, reason: "risk", atClose: true })
    .flatMap((command) => command.kind === "submit" ? command.order.lots : []);
}

Deno.test("an engine closes its own lots, whatever somebody else holds beside them", () => {
  // What he trades, what is left of our two lots, and what he has.
  const cases = [
    [[], 2, 0],
    [[3], 2, 3],
    [[3, -3], 2, 0],
    [[3, -4], 1, 0],
    [[-1], 1, 0],
    [[-2], 0, 0],
    [[-5], 0, -3],
    [[-5, 5], 0, 2],
    [[-2, 2], 0, 2],
  ] as const;
  for (const [trades, own, his] of cases) {
    const engine = engineOf(slotOf());
    trade(engine, 0, 1, 2);
    trades.forEach((lots, i) => trade(engine, 0, -1 - i, lots));
    assertEquals([trades, sharesOf(engine)], [trades, [[own, his]]]);
    assertEquals([trades, closing(engine)], [trades, own === 0 ? [] : [-own]]);
  }
});

Deno.test("decisions, margin and what is on its way look at the lots that are theirs", () => {
  const engine = engineOf(slotOf());
  trade(engine, 0, 1, 2);
  trade(engine, 0, -1, 3);
  const view = engine.slot(0);
  assertEquals([view.exposure, view.reservedLots], [1, 5]);
  const flat = { exposure: 0, intent: "enter", probability: null } as const;
  const [command] = engine.take({ kind: "forecast", slot: 0, forecast: flat });
  assertEquals(command?.kind === "submit" && command.order.lots, -2);
  // Equity backs none of the five lots: the two are closed, his three are not touched.
  const bars = barsOf([400], [100]);
  const poor = new Engine({ initialCashUsd: 100_000, slots: [slotOf({ marginPerLotUsd: null })] });
  trade(poor, 0, 1, 2);
  trade(poor, 0, -1, 300);
  poor.take({ kind: "bar", slot: 0, bars, row: 0, tradeDay: 0, endsSession: false });
  const called = poor.take({ kind: "clock", time: INTERVAL_MS });
  assertEquals(called.map((each) => each.kind === "submit" && each.order.lots), [-2]);
});

Deno.test("an order that would trade against a person's lots is taken back with his execution", () => {
  const engine = engineOf(slotOf());
  trade(engine, 0, 1, 2);
  const gateway = engine.gateway(0);
  const limit = (limitTicks: number) => ({ kind: "limit", limitTicks }) as const;
  const closes = gateway.submit({ lots: -2, terms: limit(500) });
  const less = gateway.submit({ lots: -1, terms: limit(500) });
  const more = gateway.submit({ lots: 1, terms: limit(300) });
  engine.takeCommands();
  const cancelled = trade(engine, 0, -1, -1);
  assertEquals(
    cancelled.map((command) => command.kind === "cancel" && command.orderId),
    [closes, more].map((placed) => placed.isPlaced && placed.orderId),
  );
  assert(less.isPlaced);
});

Deno.test("of several systems on one instrument those give lots up that have some", () => {
  const engine = engineOf(slotOf(), slotOf());
  trade(engine, 0, 1, 1);
  trade(engine, 1, 2, 2);
  // Whoever reports an execution of nobody names the first slot.
  trade(engine, 0, -1, -2);
  assertEquals(sharesOf(engine, 2), [[0, -1], [1, 1]]);
  assertEquals([closing(engine, 0), closing(engine, 1)], [[], [-1]]);
  // Against one another they hold nothing, and nothing of that is somebody else's.
  const opposed = engineOf(slotOf(), slotOf());
  trade(opposed, 0, 1, 1);
  trade(opposed, 1, 2, -1);
  assertEquals(sharesOf(opposed, 2), [[1, 0], [-1, 0]]);
  // Another instrument is another position.
  const other: Instrument = { ...FUTURE, symbol: "OTHER" };
  const two = engineOf(slotOf(), slotOf({ instrument: other }));
  trade(two, 0, 1, 2);
  trade(two, 1, 2, 2);
  trade(two, 0, -1, -2);
  assertEquals(sharesOf(two, 2), [[0, 0], [2, 0]]);
});

Deno.test("a roll and a split are of whoever holds", () => {
  const engine = engineOf(slotOf());
  trade(engine, 0, 1, 2);
  for (const [lots, reason] of [[-2, "roll"], [2, "roll"], [-2, "split"], [4, "split"]] as const) {
    const fill = { ...fillOf(0, lots), reason };
    engine.take({ kind: "report", slot: 0, report: { kind: "filled", fill } });
  }
  assertEquals(sharesOf(engine), [[4, 0]]);
  assertEquals("strangerLots" in engine.save().slots[0]!, false);
  // What a venue does by itself closes a person's lots first.
  trade(engine, 0, -1, 3);
  const fill = { ...fillOf(0, -4), reason: "risk" } as const;
  engine.take({ kind: "report", slot: 0, report: { kind: "filled", fill } });
  assertEquals(sharesOf(engine), [[3, 0]]);
});

const trades = fc.array(
  fc.record({
    slot: fc.integer({ min: 0, max: 1 }),
    isOwn: fc.boolean(),
    lots: fc.integer({ min: -4, max: 4 }).filter((lots) => lots !== 0),
  }),
  { maxLength: 30 },
);

Deno.test("own lots are never above those held, journal and engine agree, and both go on from what they kept", () => {
  fc.assert(fc.property(trades, fc.nat(30), fc.integer({ min: 1, max: 2 }), (all, cut, slots) => {
    const options = { initialCashUsd: 100_000, slots: Array.from({ length: slots }, slotOf) };
    let engine = new Engine(options), keeper = new BookKeeper();
    let sequence = 0;
    keeper.take({
      ...{ kind: "session-started", session: "1", isRestart: false, mode: "demo", books: "new" },
      ...{ cashMicros: 1e11, settings: null, sequence: ++sequence },
      slots: options.slots.map(({ instrument: { symbol, tickSize } }) => ({
        ...{ symbol, tickSize, intervalMs: INTERVAL_MS, settles: true },
        tickValueMicros: tickValueMicros(FUTURE),
      })),
    } as BookableEntry);
    let held = 0, own = 0;
    all.forEach(({ isOwn, lots, slot: wanted }, index) => {
      const slot = isOwn ? wanted % slots : 0;
      const fill = fillOf(isOwn ? index + 1 : -index - 1, lots);
      engine.take({ kind: "report", slot, report: { kind: "filled", fill } });
      keeper.take({ kind: "filled", slot, fill, sequence: ++sequence });
      if (index === cut) {
        engine = new Engine(options, JSON.parse(JSON.stringify(engine.save())));
        keeper = new BookKeeper(JSON.parse(JSON.stringify(keeper.books())));
      }
      held += lots;
      own = Math.max(Math.min(0, held), Math.min(Math.max(0, held), own + (isOwn ? lots : 0)));
      const shares = sharesOf(engine, slots);
      assertEquals(shares.reduce((sum, [mine]) => sum + mine, 0) + 0, own + 0);
      assertEquals(shares.reduce((sum, [mine, his]) => sum + mine + his, 0) + 0, held);
      assertEquals(
        keeper.books().slots.map(({ positionLots, strangerLots = 0 }) =>
          [positionLots, strangerLots] as const
        ),
        shares,
      );
    });
  }));
});
