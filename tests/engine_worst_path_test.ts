import type { Order } from "../lib/trading/order.ts";
import { assert, assertEquals } from "./assert.ts";
import { TICK } from "./fixtures/engine_fixture.ts";
import { compareWithPaths, type Comparison, randomMarket } from "./fixtures/one_bar_markets.ts";
import { equityOf, startOfPath, walkBar, withOrders } from "./fixtures/tick_paths.ts";

const RULES = { slippageTicks: 0, penetrationTicks: 1, feePerSideMicros: 0, tickValueMicros: TICK };

function compare(markets: number, size: Parameters<typeof randomMarket>[1]): Comparison[] {
  const found: Comparison[] = [];
  for (let seed = 1; found.length < markets; seed++) {
    const comparison = compareWithPaths(randomMarket(seed, size), true);
    if (comparison === null) continue;
    const { bookMicros, isPossible, leastMicros } = comparison;
    assertEquals([bookMicros, isPossible], [leastMicros, true], `market ${seed}`);
    found.push(comparison);
  }
  return found;
}

Deno.test("of all paths through a bar the worst is taken: brackets, groups, trailing stops, volume", () => {
  const found = compare(1_500, { mostTicks: 7, mostOrders: 5 });
  const traded = found.filter(({ fills }) => fills.length > 0).length;
  const open = found.filter(({ leastMicros, mostMicros }) => leastMicros < mostMicros).length;
  assert(traded > 900 && open > 200, `only ${traded} traded, ${open} left a choice`);
});

Deno.test("of all paths through a wide bar the worst is taken, though it turns at few prices only", () => {
  // Wider than the bars in which a path may turn at every tick.
  const found = compare(40, { mostTicks: 80, mostOrders: 2 });
  assert(found.some(({ leastMicros, mostMicros }) => leastMicros < mostMicros));
});

Deno.test("walkBar() finds what can be told without it: a stop and a target that cancel one another", () => {
  const order = (id: number, terms: Order["terms"] & object): Order => (
    { id, lots: -1, reason: "signal", decidedAt: 0, terms, group: 1 }
  );
  const target = order(1, { kind: "limit", limitTicks: 104 });
  const stop = order(2, { kind: "stop", stopTicks: 97 });
  const held = { ...startOfPath(), positionLots: 1, cashMicros: -100 * TICK };
  const before = withOrders(held, [], [target, stop]);
  const equities = (high: number, low: number) =>
    new Set(
      walkBar(before, [100, high, low, 101], Infinity, RULES)
        .map((state) => equityOf(state, 101, RULES) / TICK),
    );
  // Touched is not passed, one tick more is; reached on both sides, either may come first.
  assertEquals(equities(104, 98), new Set([1]));
  assertEquals(equities(105, 98), new Set([4]));
  assertEquals(equities(104, 97), new Set([-3]));
  assertEquals(equities(105, 97), new Set([4, -3]));
  const filled = [{ orderId: 2, lots: -1, priceTicks: 97 }];
  assertEquals(walkBar(before, [100, 105, 97, 101], Infinity, RULES, filled).length, 1);
  assertEquals(walkBar(before, [100, 105, 98, 101], Infinity, RULES, filled).length, 0);
});
