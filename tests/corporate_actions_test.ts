import fc from "fast-check";
import nodeAssert from "node:assert/strict";
import { InputError } from "../lib/core/errors.ts";
import { createRandom } from "../lib/core/random.ts";
import { runEngine } from "../lib/engine/run_engine.ts";
import type { EngineResult } from "../lib/engine/run_options.ts";
import { createSimulatedExecutor } from "../lib/execution/simulated/simulated_executor.ts";
import { type Bars, closeReturns, researchPrice, sliceBars } from "../lib/market/bars.ts";
import { createCalendar } from "../lib/market/calendar.ts";
import type { CorporateAction } from "../lib/market/corporate_action.ts";
import { actionRows, applyActions, sharesAt } from "../lib/market/corporate_actions.ts";
import { genericStock } from "../lib/market/instruments.ts";
import { DAY_MS, isoDate } from "../lib/market/time_zone.ts";
import { recordExperience } from "../lib/rl/experience/record_experience.ts";
import { fixedLots } from "../lib/risk/sizing.ts";
import { prepareSweep } from "../lib/engine/sweep/sweep_market.ts";
import { TradingEnvironment } from "../lib/rl/environment/trading_environment.ts";
import { netResult, transitionTable, turnover } from "../lib/rl/environment/transition_table.ts";
import { buyAndHold, timeSeriesMomentum as momentum } from "../lib/strategies/baselines.ts";
import type { OrderStrategy } from "../lib/trading/strategy.ts";
import { assert, assertClose, assertEquals } from "./assert.ts";
import { optionsFor, scripted } from "./fixtures/engine_fixture.ts";

const SHARE = genericStock("TEST");
const FIRST_DAY = 18_000;
const FREE = { feePerSideMicros: 0, slippageTicks: 0 } as const;

/** Daily bars with opens and closes in cents. */
function shares(opens: readonly number[], closes: readonly number[]): Bars {
  const prices = (cents: readonly number[]) => Float64Array.from(cents, (value) => value / 100);
  const open = prices(opens), close = prices(closes);
  return {
    instrument: SHARE,
    intervalMs: DAY_MS,
    length: opens.length,
    time: Float64Array.from(opens, (_, row) => (FIRST_DAY + row) * DAY_MS),
    open,
    high: open.map((price, row) => Math.max(price, close[row]!)),
    low: open.map((price, row) => Math.min(price, close[row]!)),
    close,
    volume: new Float64Array(opens.length).fill(1_000),
  };
}

const on = (row: number, kind: CorporateAction["kind"], value: number): CorporateAction => ({
  date: isoDate(FIRST_DAY + row),
  kind,
  value,
});

function run(bars: Bars, strategy: Parameters<typeof optionsFor>[1], changes = {}): EngineResult {
  return runEngine(
    bars,
    optionsFor(bars, strategy, {
      costs: FREE,
      initialCashUsd: 1_000_000,
      marginPerLotUsd: null,
      maxLots: 100,
      executor: createSimulatedExecutor(FREE),
      ...changes,
    }),
  );
}

Deno.test("a split changes the shares held and no profit, a dividend is cash of the holder", () => {
  const bars = applyActions(
    shares([40_000, 40_000, 10_100, 10_000, 9_900], [40_000, 40_400, 10_200, 10_000, 9_800]),
    [on(2, "split", 4), on(3, "dividend", 0.5), on(3, "dividend", 0.25)],
  );
  const result = run(bars, buyAndHold(), { sizing: fixedLots(100) });
  assertEquals([...result.positionLots], [0, 100, 400, 400, 400]);
  // Bought at 400: + 400 at 404; 400 shares at 102; three quarters of a dollar on each from row 3.
  assertEquals([...result.equityMicros].map((micros) => micros / 1e6 - 1_000_000), [
    ...[0, 400, 800, 300, -500],
  ]);
  assertEquals(result.totals.dividendsMicros, 300e6);
  assertEquals(result.totals.lotsTraded, 500);
  assertEquals(result.totals.feesMicros, 0);
  assertEquals(result.fills.map(({ lots, priceTicks, reason }) => [lots, priceTicks, reason]), [
    [100, 40_000, "signal"],
    [-100, 40_400, "split"],
    [400, 10_100, "split"],
    [-400, 9_800, "end-of-data"],
  ]);
  const short = run(bars, scripted([-100, -100, -100, -100]), { maxLots: 100 });
  assertEquals([...short.positionLots], [0, -100, -400, -400, -400]);
  assertEquals(short.totals.dividendsMicros, -300e6);
});

Deno.test("a reverse split pays a fraction of a share at the open", () => {
  const bars = applyActions(shares([100, 100, 1_010], [100, 101, 1_020]), [on(2, "split", 0.1)]);
  for (const [lots, after] of [[15, 1], [20, 2], [3, 0]] as const) {
    const result = run(bars, buyAndHold(), { sizing: fixedLots(lots) });
    assertEquals([...result.positionLots], [0, lots, after]);
    // Whole shares are worth 10.20 at the close, fractions were paid at 10.10.
    const worth = after * 1_020 + (lots / 10 - after) * 1_010;
    assertClose(result.equityMicros[2]! / 1e4 - 1e8, worth - lots * 100, 0.5);
    assertEquals(Number.isInteger(result.equityMicros[2]!), true);
  }
});

/** Prices in cents that every ratio divides, and the same shares after splits of them. */
function splitTwice(seed: number, length: number, rows: readonly number[], ratio: number) {
  const random = createRandom(seed);
  const walk = Array.from({ length: 2 * length }, () => random.integer(41) - 20);
  let cents = 5_000;
  const path = walk.map((step) => (cents = Math.max(100, cents + step)) * ratio * ratio);
  const opens = path.filter((_, i) => i % 2 === 0), closes = path.filter((_, i) => i % 2 === 1);
  const after = (row: number): number => ratio ** rows.filter((split) => split <= row).length;
  const raw = (column: number[]) => column.map((price, row) => price / after(row));
  return { whole: shares(opens, closes), raw: shares(raw(opens), raw(closes)) };
}

Deno.test("any strategy of forecasts earns on split shares what it earns on unsplit ones, bar by bar", () => {
  const options = fc.record({
    seed: fc.nat(),
    rows: fc.tuple(fc.integer({ min: 1, max: 39 }), fc.integer({ min: 1, max: 39 })),
    ratio: fc.constantFrom(2, 3, 4, 7),
    lookback: fc.integer({ min: 1, max: 3 }),
    lots: fc.integer({ min: 1, max: 60 }),
  });
  fc.assert(
    fc.property(options, ({ lookback, lots, ratio, rows, seed }) => {
      fc.pre(rows[0] !== rows[1]);
      const { raw, whole } = splitTwice(seed, 40, rows, ratio);
      const split = applyActions(raw, rows.map((row) => on(row, "split", ratio)));
      const changes = () => ({
        sizing: fixedLots(lots),
        maxLots: lots,
        executor: createSimulatedExecutor(FREE),
      });
      const strategies = [
        buyAndHold(),
        // A third of a price is no binary fraction: unchanged prices would differ in the last bit.
        ...(ratio % 2 === 0 ? [momentum(lookback)] : []),
        // Positions in hundredths of a full one, resized on every bar.
        scripted(Array.from({ length: 40 }, (_, row) => 100 * Math.sign((row + seed) % 5 - 2))),
      ];
      for (const strategy of strategies) {
        const [one, other] = [run(split, strategy, changes()), run(whole, strategy, changes())];
        assertEquals(one.equityMicros, other.equityMicros);
        const shares = Array.from(
          other.positionLots,
          (held, row) => held * ratio ** rows.filter((at) => at <= row).length,
        );
        assertEquals([...one.positionLots], shares);
        assertEquals(one.vetoes, other.vetoes);
      }
    }),
    { numRuns: 60 },
  );
});

Deno.test("cash and positions add up to equity over splits and dividends of random shares", () => {
  const kinds = fc.oneof(
    fc.record({
      kind: fc.constant("split" as const),
      value: fc.constantFrom(2, 3, 1.5, 0.1, 1 / 3, 0.05),
    }),
    fc.record({ kind: fc.constant("dividend" as const), value: fc.constantFrom(0.01, 0.205, 1) }),
  );
  const actions = fc.array(fc.tuple(fc.integer({ min: 0, max: 31 }), kinds), { maxLength: 6 });
  fc.assert(
    fc.property(fc.nat(), actions, (seed, list) => {
      const random = createRandom(seed);
      const column = () => Array.from({ length: 30 }, () => 5_000 + random.integer(1_000));
      const bars = applyActions(
        shares(column(), column()),
        list.map(([row, { kind, value }]) => on(row, kind, value)),
      );
      const result = run(bars, momentum(1), { sizing: fixedLots(50), closesAtEnd: false });
      let cash = 1_000_000_000_000, held = 0, before = 0;
      const due = new Map(actionRows(bars).map(({ actions, row }) => [row, actions]));
      for (let row = 0; row < bars.length; row++) {
        const fills = result.fills.filter(({ bar }) => bar === row);
        for (const action of due.get(row) ?? []) {
          if (action.kind === "dividend") {
            // After the splits of the day, which are booked first.
            const split = fills.filter(({ reason }) => reason === "split")
              .reduce((sum, { lots }) => sum + lots, 0);
            cash += (before + split) * action.value * 1e6;
          }
        }
        for (const { lots, priceTicks } of fills) {
          held += lots;
          cash -= lots * priceTicks * 10_000;
        }
        before = held;
        assertClose(result.equityMicros[row]!, cash + held * bars.close[row]! * 1e6, 1);
      }
    }),
    { numRuns: 60 },
  );
});

Deno.test("working orders go on in the new shares: prices, lots, brackets and trails", () => {
  const closes = [10_000, 10_000, 2_500, 2_500, 2_300, 2_300];
  const bars = applyActions(shares([10_000, 10_000, 2_500, 2_500, 2_500, 2_300], closes), [
    on(2, "split", 4),
  ]);
  const seen: string[] = [];
  const strategy: OrderStrategy = {
    name: "bracket",
    warmupBars: 0,
    onClose({ bar }, gateway) {
      if (bar === 0) {
        gateway.submit({
          lots: 10,
          exits: [
            { kind: "take-profit", distanceTicks: 2_000 },
            { kind: "stop-loss", distanceTicks: 601 },
          ],
        });
        gateway.submit({ lots: -3, terms: { kind: "limit", limitTicks: 20_002 } });
        gateway.submit({ lots: 2, terms: { kind: "trailing-stop", distanceTicks: 900 } });
      }
      seen.push(
        gateway.working().map(({ lots, terms }) => {
          const { kind: _, ...prices } = terms;
          return `${lots}@${Object.values(prices).join("/")}`;
        }).join(" "),
      );
    },
  };
  const result = run(bars, strategy);
  assertEquals(seen, [
    "10@ -3@20002 2@900",
    "-10@12000 -10@9399 -3@20002 2@900",
    "-40@3000 -40@2350 -12@5001 8@225",
    "-40@3000 -40@2350 -12@5001 8@225",
    // The stop at 23.50 closed all forty shares; nothing is decided on the last bar.
    "-12@5001 8@225",
  ]);
  assertEquals(
    result.fills.filter(({ reason }) => reason === "stop-loss").map(({ lots }) => lots),
    [
      -40,
    ],
  );
});

Deno.test("an order decided before a split trades the new shares, or ends where none is left", () => {
  const bars = shares([1_000, 1_000, 100, 100], [1_000, 1_000, 100, 100]);
  const targets = scripted([0, 5, 5, 5]);
  const tenfold = run(applyActions(bars, [on(2, "split", 10)]), targets, { maxLots: 50 });
  assertEquals([...tenfold.positionLots], [0, 0, 50, 50]);
  const gone = run(applyActions(bars, [on(2, "split", 0.1)]), targets, { maxLots: 50 });
  assertEquals([...gone.positionLots], [0, 0, 0, 0]);
  assertEquals(gone.fills, []);
});

Deno.test("research prices and returns have splits and dividends in them, whatever is cut off", () => {
  const raw = shares([40_000, 40_400, 10_000, 9_900], [40_000, 40_400, 10_000, 9_900]);
  const actions = [on(2, "split", 4), on(3, "dividend", 1)];
  const bars = applyActions(raw, actions);
  assertEquals([...researchPrice(bars, bars.close)].slice(0, 3), [400, 404, 400]);
  const returns = [...closeReturns(bars)];
  assertClose(returns[2]!, 400 / 404 - 1, 1e-12);
  // 99 of what 100 less its dividend was worth.
  assertClose(returns[3]!, 0, 1e-12);
  for (let length = 1; length <= 4; length++) {
    const cut = applyActions(sliceBars(raw, 0, length), actions);
    assertEquals(
      cut.continuous!.adjustment,
      bars.continuous!.adjustment.slice(0, length),
    );
    assertEquals(actionRows(cut), actionRows(sliceBars(bars, 0, length)));
  }
  // Before the first bar and after the last, an action changes nothing.
  const none = applyActions(raw, [on(0, "split", 2), on(4, "split", 2), on(-9, "dividend", 1)]);
  assertEquals(none.actions, []);
  assertEquals([...none.continuous!.adjustment], [1, 1, 1, 1]);
});

Deno.test("applyActions() refuses what is no share and a dividend above the price, in one line", () => {
  const bars = shares([100, 100], [100, 100]);
  const future = { ...bars, instrument: { ...SHARE, kind: "future" as const } };
  const cases: readonly [() => unknown, RegExp][] = [
    [() => applyActions(future, [on(1, "split", 2)]), /TEST as it is no share: it is a future/],
    [() => applyActions(bars, [on(1, "dividend", 1)]), /dividend of 1 a share on 2019-04-15/],
  ];
  for (const [attempt, message] of cases) {
    nodeAssert.throws(attempt, (error) => {
      assert(error instanceof InputError && !error.message.includes("\n"));
      nodeAssert.match(error.message, message);
      return true;
    });
  }
});

Deno.test("intraday bars take an action from midnight of the exchange on, after hours before it", () => {
  const calendar = createCalendar(SHARE);
  const [session] = calendar.sessions(
    Date.parse("2020-08-31T12:00Z"),
    Date.parse("2020-08-31T20:00Z"),
  );
  const hour = 3_600_000;
  // Friday after hours, before the opening on Monday, and the opening.
  const time = Float64Array.of(
    Date.parse("2020-08-28T21:00Z"),
    session!.open - 4 * hour,
    session!.open,
  );
  const price = Float64Array.of(500, 125, 126);
  const bars = applyActions({
    ...{ instrument: SHARE, intervalMs: hour, length: 3, time },
    ...{ open: price, high: price, low: price, close: price, volume: new Float64Array(3) },
  }, [{ date: "2020-08-31", kind: "split", value: 4 }]);
  assertEquals([...bars.continuous!.adjustment], [1, 4, 4]);
});

Deno.test("the environment and its transitions earn what the engine earns over splits and dividends", () => {
  fc.assert(
    fc.property(
      fc.nat(),
      fc.integer({ min: 1, max: 29 }),
      fc.constantFrom(2, 3, 10),
      fc.array(fc.integer({ min: 1, max: 29 }), { maxLength: 3 }),
      (seed, row, ratio, dividends) => {
        const bars = applyActions(splitTwice(seed, 30, [row], ratio).raw, [
          on(row, "split", ratio),
          ...dividends.map((at) => on(at, "dividend", 0.25)),
        ]);
        const session = { tradeDay: new Int32Array(30), isLast: new Uint8Array(30) };
        const sides = Array.from({ length: 30 }, (_, at) => (at * 7 + seed) % 3 - 1);
        const lots = 4;
        const changes = { sizing: fixedLots(lots), maxLots: lots, marginPerLotUsd: 1 };
        const result = run(bars, scripted(sides.map((side) => 100 * side)), changes);
        const profit = result.equityMicros.at(-1)! - result.initialMicros;

        const table = transitionTable(bars, {
          ...{ costs: FREE, session, flattenAtSessionEnd: false, from: 0, to: 30 },
          size: new Float64Array(30).map((_, at) => lots * sharesAt(bars, bars.time[at]!)),
        });
        let held = 0, earned = 0;
        for (let at = 0; at < table.rows; at++) {
          earned += netResult(table, at, held, sides[at]!) * 10_000;
          held = sides[at]!;
        }
        assertClose(earned, profit, 1);

        const environment = new TradingEnvironment({
          ...{ bars, session, costs: FREE, initialCashUsd: 1_000_000, marginPerLotUsd: 1 },
          ...{ flattenAtSessionEnd: false, maxLots: lots },
        });
        environment.reset([{ from: 0, to: 30 }]);
        while (!environment.isDone(0)) {
          const at = environment.bar(0);
          const full = lots * sharesAt(bars, bars.time[at]!);
          environment.step(Int32Array.of(sides[at]! * full));
          assertEquals(environment.equityMicros(0), result.equityMicros[environment.bar(0)]);
        }
      },
    ),
    { numRuns: 60 },
  );
});

Deno.test("turnover of a position kept over a split is none", () => {
  const { raw } = splitTwice(1, 10, [5], 4);
  const bars = applyActions(raw, [on(5, "split", 4)]);
  const table = transitionTable(bars, {
    costs: { feePerSideMicros: 10_000, slippageTicks: 0 },
    session: { tradeDay: new Int32Array(10), isLast: new Uint8Array(10) },
    ...{ flattenAtSessionEnd: false, from: 0, to: 10 },
  });
  const traded = Array.from({ length: table.rows }, (_, row) => turnover(table, row, 1, 1));
  assertEquals(traded, new Array(table.rows).fill(0));
  // Row 4 is decided before the split and fills after it.
  assertEquals([...table.size], [1, 1, 1, 1, 4, 4, 4, 4, 4]);
});

Deno.test("a sweep over corporate actions is refused, between them it is not", () => {
  const { raw } = splitTwice(1, 10, [5], 4);
  const bars = applyActions(raw, [on(5, "split", 4)]);
  const rules = {
    ...{ initialCashUsd: 1e6, costs: FREE, marginPerLotUsd: null, flattenAtSessionEnd: false },
    session: { tradeDay: new Int32Array(10), isLast: new Uint8Array(10) },
    ...{ lots: 1, from: 5, to: 10 },
  };
  prepareSweep(bars, rules);
  nodeAssert.throws(() => prepareSweep(bars, { ...rules, from: 0 }), /Cannot sweep over corporate/);
});

Deno.test("experience is not logged over corporate actions: fills do not tell what a holder earned", () => {
  const { raw } = splitTwice(1, 10, [5], 4);
  const bars = applyActions(raw, [on(5, "dividend", 0.5)]);
  const decision = (bar: number) => ({ bar, action: 0, propensity: 0.5, positionLots: 0 });
  const log = (from: number, to: number) =>
    recordExperience({
      ...{ bars, fills: [], decisions: [decision(from), decision(to)] },
      frame: { columns: [], values: new Float32Array(0), firstValidRow: 0, rows: 10 },
      header: {
        ...{ instrument: "TEST", intervalMs: DAY_MS, featureSpec: {}, columns: [] },
        ...{ actions: [0, 1], lots: 1, unitTicks: 1, account: null, behaviour: "coin" },
      },
    });
  assertEquals(log(6, 8).length, 2);
  nodeAssert.throws(() => log(2, 4), /Cannot log experience .*dividend of 0.5 on 2019-04-19/);
});
