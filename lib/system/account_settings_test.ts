import { findInstrument } from "../market/instruments.ts";
import { buyAndHold } from "../strategies/baselines.ts";
import { assert, assertEquals } from "../../tests/assert.ts";
import { evaluate } from "../evaluation/evaluate.ts";
import { type AccountSettings, createRunConditions } from "./account_settings.ts";
import { openSimulated } from "../evaluation/simulation.ts";

const MARKET: AccountSettings = {
  costs: { slippageTicks: 1 },
  cashUsd: 1_500,
  lots: 1,
  flattenAtSessionEnd: false,
};

/** Bars that fall by about a fifth. */
function openFalling() {
  return openSimulated({
    world: { kind: "gbm", drift: -0.2 },
    instrument: findInstrument("MES"),
    bars: 500,
    intervalMs: 3_600_000,
    start: Date.UTC(2024, 0, 2),
    startPrice: 5_000,
    volatilityTicks: 40,
    seed: 1,
  });
}

Deno.test("createRunConditions() takes the instrument's dated margins, or the one asked for", async () => {
  const opened = await openFalling();
  const rows = { from: 0, to: opened.bars.length };
  const { conditions } = createRunConditions(opened, MARKET, rows);
  assertEquals(conditions.margin.overnight, findInstrument("MES").margin);
  assertEquals(conditions.marginPerLotUsd, 1_232);
  const asked = createRunConditions(opened, { ...MARKET, marginUsd: 110 }, rows).conditions;
  assertEquals(asked.margin.overnight[0]!.value, { initialUsd: 110, maintenanceUsd: 100 });
  const share = findInstrument("SPY");
  const stock = { ...opened, bars: { ...opened.bars, instrument: share } };
  assertEquals(
    createRunConditions(stock, { ...MARKET, cashUsd: 1e6 }, rows).conditions.margin.overnight,
    [],
  );
});

Deno.test("evaluate() closes what equity cannot maintain, before it is used up", async () => {
  const opened = await openFalling();
  const { conditions } = createRunConditions(opened, MARKET, { from: 0, to: opened.bars.length });
  const { result } = evaluate(conditions, buyAndHold());
  assertEquals(
    result.fills.map(({ reason }) => reason).filter((one) => one === "margin").length,
    1,
  );
  assert(result.equityMicros.at(-1)! > 0);
});
