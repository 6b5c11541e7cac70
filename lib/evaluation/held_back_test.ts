import { assertEquals } from "../../tests/assert.ts";
import { barsOf } from "../../tests/fixtures/engine_fixture.ts";
import type { RunConditions } from "../engine/run_conditions.ts";
import { stateless, type Strategy } from "../trading/strategy.ts";
import { evaluate } from "./evaluate.ts";
import { heldBack } from "./held_back.ts";

const BARS = barsOf(Array(10).fill(4_000), Array(10).fill(4_000));
const [FROM, TO] = [5, 10];

function conditionsOf(changes: Partial<RunConditions> = {}): RunConditions {
  return {
    bars: BARS,
    session: {
      tradeDay: Int32Array.from({ length: 10 }, (_, bar) => bar >> 1),
      isLast: new Uint8Array(10),
    },
    ...{ from: FROM, to: TO, costs: { feePerSideMicros: 0, slippageTicks: 0 } },
    ...{ initialCashUsd: 1_000, maxLots: 10, marginPerLotUsd: 100, flattenAtSessionEnd: false },
    sizing: { kind: "fixed", lots: 1 },
    margin: { overnight: [{ from: "1970-01-01", value: { initialUsd: 100, maintenanceUsd: 0 } }] },
    ...changes,
  };
}

/** Wants a share of a full position at every close. */
function wants(exposure: number): Strategy {
  return stateless({
    ...{ name: "wants", warmupBars: 0, explain: () => "always" },
    forecast: () => ({ exposure, intent: "resize", probability: null }),
  });
}

function causeOf(exposure: number, changes: Partial<RunConditions> = {}) {
  const conditions = conditionsOf(changes), strategy = wants(exposure);
  return heldBack([{ evaluation: evaluate(conditions, strategy) }], strategy, conditions);
}

Deno.test("heldBack() names what made nothing of the positions that were wanted", () => {
  assertEquals(causeOf(1), null);
  assertEquals(causeOf(0), null);
  assertEquals(causeOf(0.2), { by: "sizing", bars: 4 });
  assertEquals(causeOf(1, { maxLots: 0 }), { by: "max-lots", bars: 4 });
  assertEquals(causeOf(1, { initialCashUsd: 50 }), { by: "margin", bars: 4 });
  const rule = "the max-contracts rule";
  assertEquals(causeOf(-1, { limits: { maxContracts: 0 } }), { by: "risk", rule, bars: 4 });
});

/** What a model said over ten rows from one on. */
function speaking(from: number) {
  const probabilities = Float32Array.from({ length: 30 }, (_, i) => i < 3 * from ? NaN : 0.3);
  return { signals: { probabilities, frame: { rows: 10 } } as never };
}

Deno.test("heldBack() is warm-up while no part has said anything", () => {
  const conditions = conditionsOf(), strategy = wants(0);
  const run = { evaluation: evaluate(conditions, strategy) };
  const ask = (...parts: readonly object[]) =>
    heldBack(
      [{ ...run, ...parts[0] }, ...parts.slice(1).map((part) => ({ ...run, ...part }))],
      strategy,
      conditions,
    );
  assertEquals(ask(speaking(10)), { by: "warm-up", bars: 5 });
  assertEquals(ask(speaking(9)), null);
  assertEquals(ask({}, speaking(10), speaking(10)), { by: "warm-up", bars: 5 });
  assertEquals(ask({}, speaking(10), speaking(6)), null);
});
