import { assertEquals } from "../../tests/assert.ts";
import { affordLots, capLots } from "./lot_limits.ts";

Deno.test("affordLots() cuts entries to what the equity backs, and never sells for it", () => {
  const cases = [
    { target: 3, position: 0, equity: 900, lots: 3 },
    { target: 4, position: 0, equity: 900, lots: 3 },
    { target: -4, position: 0, equity: 900, lots: -3 },
    { target: 5, position: 4, equity: 900, lots: 4 },
    { target: 4, position: 4, equity: 900, lots: 4 },
    { target: 2, position: 4, equity: 100, lots: 2 },
    { target: -4, position: 4, equity: 900, lots: -3 },
    { target: 0, position: 4, equity: 100, lots: 0 },
    { target: 1, position: 0, equity: 299, lots: 0 },
  ];
  for (const { target, position, equity, lots } of cases) {
    assertEquals(affordLots(target, position, equity, 300) + 0, lots);
  }
});

Deno.test("capLots() limits both directions", () => {
  assertEquals([capLots(5, 3), capLots(-5, 3), capLots(2, 3)], [3, -3, 2]);
});
