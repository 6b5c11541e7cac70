import fc from "fast-check";
import type { Bars } from "../lib/market/bars.ts";
import type { Fill } from "../lib/trading/fill.ts";
import type { ExitTerms, Order, OrderTerms } from "../lib/trading/order.ts";
import { createSimulatedExecutor } from "../lib/execution/simulated/simulated_executor.ts";
import { assert } from "./assert.ts";
import { createRandom } from "../lib/core/random.ts";
import { FUTURE, TICK } from "./fixtures/engine_fixture.ts";

const START = 1_000;
/** Milliseconds of a price step; `STEPS` of them make a bar. */
const STEP_MS = 1_000;
const STEPS = 60;
const BARS = 3;

/** A price that moves by at most one tick a step, as inside a bar; it may jump between bars. */
function pricePath(seed: number): number[] {
  const random = createRandom(seed);
  let ticks = START;
  return Array.from({ length: BARS * STEPS }, (_, step) => {
    const jump = step > 0 && step % STEPS === 0 ? random.integer(9) - 4 : random.integer(3) - 1;
    return ticks += jump;
  });
}

/** Bars of so many steps of a path. */
function barsOfPath(path: readonly number[], steps: number): Bars {
  const groups = Array.from(
    { length: path.length / steps },
    (_, row) => path.slice(row * steps, (row + 1) * steps),
  );
  const column = (pick: (ticks: number[]) => number) =>
    Float64Array.from(groups, (ticks) => pick(ticks) * FUTURE.tickSize);
  return {
    instrument: FUTURE,
    intervalMs: steps * STEP_MS,
    length: groups.length,
    time: Float64Array.from(groups, (_, row) => row * steps * STEP_MS),
    open: column((ticks) => ticks[0]!),
    high: column((ticks) => Math.max(...ticks)),
    low: column((ticks) => Math.min(...ticks)),
    close: column((ticks) => ticks.at(-1)!),
    volume: new Float64Array(groups.length),
  };
}

const near = fc.integer({ min: START - 8, max: START + 8 });
const distance = fc.integer({ min: 1, max: 10 });
const anyTerms: fc.Arbitrary<OrderTerms> = fc.oneof(
  fc.constant<OrderTerms>({ kind: "market" }),
  near.map((limitTicks): OrderTerms => ({ kind: "limit", limitTicks })),
  near.map((stopTicks): OrderTerms => ({ kind: "stop", stopTicks })),
  fc.tuple(near, near).map(([stopTicks, limitTicks]): OrderTerms => ({
    kind: "stop-limit",
    stopTicks,
    limitTicks,
  })),
  distance.map((distanceTicks): OrderTerms => ({ kind: "trailing-stop", distanceTicks })),
);
const anyExits: fc.Arbitrary<readonly ExitTerms[]> = fc.uniqueArray(
  fc.record({
    kind: fc.constantFrom<ExitTerms["kind"][]>("take-profit", "stop-loss", "trailing-stop"),
    distanceTicks: distance,
  }),
  { selector: ({ kind }) => kind, maxLength: 3 },
);
const anyLots = fc.integer({ min: 1, max: 3 }).chain((lots) => fc.constantFrom(lots, -lots));
const anyOrders = fc.array(
  fc.record({ terms: anyTerms, lots: anyLots, exits: anyExits, isGrouped: fc.boolean() }),
  { minLength: 1, maxLength: 4 },
).map((rows): Order[] =>
  rows.map(({ exits, isGrouped, ...row }, index) => ({
    ...row,
    id: 1 + 10 * index,
    reason: "signal",
    decidedAt: 0,
    exits: row.terms.kind === "trailing-stop"
      ? []
      : exits.map((exit, rank) => ({ ...exit, id: 2 + 10 * index + rank })),
    ...(isGrouped ? { group: 1 } : {}),
  }))
);
const anyMarket = fc.record({
  seed: fc.integer({ min: 1, max: 1e6 }),
  orders: anyOrders,
  costs: fc.record({
    feePerSideMicros: fc.integer({ min: 0, max: 3 * TICK }),
    slippageTicks: fc.integer({ min: 0, max: 2 }),
  }),
  penetrationTicks: fc.integer({ min: 0, max: 2 }),
});

type Market = typeof anyMarket extends fc.Arbitrary<infer T> ? T : never;

/** Fills of each bar, matched with the bar alone or with bars of so many steps inside it. */
function fillsByBar(market: Market, finerSteps: number | null): (readonly Fill[])[] {
  const path = pricePath(market.seed);
  const bars = barsOfPath(path, STEPS);
  const executor = createSimulatedExecutor(market.costs, {
    penetrationTicks: market.penetrationTicks,
    ...(finerSteps === null ? {} : { finer: barsOfPath(path, finerSteps) }),
  });
  for (const order of market.orders) executor.submit(order);
  return Array.from({ length: BARS }, (_, bar) => executor.onBar(bars, bar));
}

/**
 * Equity at the close of the first bar in which either trades: by the bar alone, and by the bars
 * inside it. Later bars cannot be compared, as the two then hold different things.
 */
function firstDifference(market: Market, finerSteps: number): [alone: number, inside: number] {
  const alone = fillsByBar(market, null);
  const inside = fillsByBar(market, finerSteps);
  const bar = alone.findIndex((fills, row) => fills.length + inside[row]!.length > 0);
  if (bar < 0) return [0, 0];
  const close = pricePath(market.seed)[(bar + 1) * STEPS - 1]!;
  const equity = (fills: readonly Fill[]) =>
    fills.reduce(
      (sum, { feeMicros, lots, priceTicks }) =>
        sum + lots * (close - priceTicks) * TICK - feeMicros,
      0,
    );
  return [equity(alone[bar]!), equity(inside[bar]!)];
}

Deno.test("SimulatedExecutor never helps the trader: no path through a bar leaves less equity", () => {
  let differing = 0;
  fc.assert(
    fc.property(anyMarket, (market) => {
      const [worst, truth] = firstDifference(market, 1);
      assert(worst <= truth, `${worst} > ${truth}`);
      if (worst < truth) differing++;
    }),
    { numRuns: 2_500 },
  );
  assert(differing > 100, `only ${differing} paths differed`);
});

Deno.test("SimulatedExecutor with finer bars never leaves less than with the bar alone", () => {
  fc.assert(
    fc.property(anyMarket, fc.constantFrom(2, 5, 12), (market, steps) => {
      const [worst, finer] = firstDifference(market, steps);
      assert(worst <= finer, `${worst} > ${finer}`);
    }),
    { numRuns: 2_000 },
  );
});
