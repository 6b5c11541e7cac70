import { throws as assertThrows } from "node:assert/strict";
import { join } from "node:path";
import { InputError } from "../lib/core/errors.ts";
import { BLEND_KINDS } from "../lib/blend/blenders.ts";
import { assert, assertClose, assertEquals } from "./assert.ts";
import { compareBlend } from "../lib/evaluation/blend/compare_blend.ts";
import type { RiskRequest } from "../lib/risk/risk_request.ts";
import { MARKET, openTrending, predictParts, trainParts } from "./fixtures/blend_fixture.ts";
import { runCommandHere } from "./fixtures/command_here.ts";
import { runCommand } from "./fixtures/run_command.ts";
import { inFolder } from "./fixtures/temporary_folder.ts";
import { trainModels, writeRegimeBars } from "./fixtures/trained_models.ts";

// Outside of any test: the runtime that checks a graph after its training keeps a port open.
const opened = await openTrending();
const models = await predictParts(await trainParts(opened), opened);
const ROWS = { from: 2_000, to: opened.bars.length };

function comparison(kind: string = "hedge", risk: RiskRequest = { limits: {} }) {
  return compareBlend(models, opened, { kind, confidenceShare: 0.3, market: MARKET, risk }, ROWS);
}

Deno.test("compareBlend() earns in a world with a pattern, and its parts' profits add up to the cent", () => {
  for (const kind of BLEND_KINDS) {
    const { runs, panel } = comparison(kind);
    const { netUsd } = runs[0]!.evaluation;
    assert(netUsd > 0, `${kind}: ${netUsd}`);
    const sum = panel.parts.reduce((total, part) => total + part.netUsd, panel.unclaimedUsd);
    // Each part is rounded to the cent.
    assertClose(sum, netUsd, 0.05);
    assertEquals(panel.parts.map(({ aloneUsd }) => Math.round(aloneUsd)), [
      ...runs.slice(1).map((part) => Math.round(part.evaluation.netUsd)),
    ]);
    for (const row of panel.weights.time.keys()) {
      const total = panel.weights.shares.reduce((all, { value }) => all + value[row]!, 0);
      assertClose(total, 1, 1e-9);
    }
  }
});

Deno.test("compareBlend() learns confidence on rows that it does not test, whatever comes after them", () => {
  const { conditions, fitted } = comparison();
  assertEquals([conditions.from, conditions.to], [2_600, 4_000]);
  assertEquals(fitted.history, { from: 2_000, to: 2_600 });
  const { bars } = opened;
  const scaled = (prices: Float64Array) =>
    prices.map((price, row) => row <= conditions.from ? price : price * 2);
  const other = { ...bars, open: scaled(bars.open), close: scaled(bars.close) };
  const changed = compareBlend(models, { ...opened, bars: other }, {
    ...{ kind: "hedge", confidenceShare: 0.3, market: MARKET, risk: { limits: {} } },
  }, ROWS);
  assertEquals(changed.fitted, fitted);
});

Deno.test("compareBlend() explains trades by what every part said", () => {
  const { panel } = comparison("confidence-weighted");
  assert(panel.decisions.length > 5);
  for (const { text } of panel.decisions) {
    for (const { name } of panel.parts) assert(text.includes(name), text);
    assert(/confidence-weighted gives [+-]\d\.\d\d: go (long|short) \d/.test(text), text);
  }
  assert(panel.summary.startsWith("The blend made $"), panel.summary);
});

Deno.test("compareBlend() keeps the rules of risk and counts what they overruled", () => {
  const free = comparison(), bound = comparison("hedge", { limits: { maxContracts: 1 } });
  const most = (lots: Int32Array) =>
    lots.reduce((high, value) => Math.max(high, Math.abs(value)), 0);
  assert(most(free.runs[0]!.evaluation.result.positionLots) > 1);
  for (const { evaluation } of bound.runs) {
    assert(most(evaluation.result.positionLots) <= 1);
  }
  assertEquals(bound.panel.limits[0]!.rule, "max-contracts");
  const positions = (risk: RiskRequest) =>
    [
      ...new Set(comparison("log-odds-pool", risk).runs[0]!.evaluation.result.positionLots),
    ].sort((a, b) => a - b);
  assertEquals(positions({ limits: {} }), [-4, 0, 4]);
  const target = { annualVolatility: 0.1, maxLeverage: 2 };
  const sized = positions({ limits: {}, volatilityTarget: target });
  assert(sized.length > 3, `${sized}`);
  const capped = positions({ limits: {}, volatilityTarget: target, kellyPart: 0.001 });
  assert(capped.at(-1)! < sized.at(-1)!, `${capped}`);
});

Deno.test("compareBlend() is the same twice, and refuses to guess confidence from a few rows", () => {
  assertEquals(JSON.stringify(comparison().panel), JSON.stringify(comparison().panel));
  assertThrows(
    () =>
      compareBlend(models, opened, {
        ...{ kind: "hedge", confidenceShare: 0.3, market: MARKET, risk: { limits: {} } },
      }, { from: 3_500, to: 4_000 }),
    InputError,
  );
});

Deno.test("backtest --blend trades registered models as one and reports what each gave", () =>
  inFolder(async (folder) => {
    const grant = [`--allow-write=${folder}`];
    const data = join(folder, "bars.csv"), store = join(folder, "models");
    const refuse = async (flags: string): Promise<string> => {
      const { code, stderr } = await runCommandHere(["backtest", ...flags.split(" "), "--json"]);
      assertEquals(code, 2, stderr);
      return stderr;
    };
    await writeRegimeBars(data, { bars: 5_000, drift: 0.3, stay: 0.95 });
    await trainModels(data, store, ["forest", "logistic"]);
    const input = `--data ${data} --symbol MES --models ${store}`;
    const risk = join(folder, "risk.json");
    await Deno.writeTextFile(risk, JSON.stringify({ maxContracts: 2, dailyLossUsd: 5_000 }));
    const test = `${input} --model MES-forest MES-logistic --blend hedge --reports ${folder}`;
    const tested = await runCommand("backtest", `${test} --risk ${risk} --json`.split(" "), grant);
    assertEquals(tested.code, 0, tested.stderr);
    const result = JSON.parse(tested.stdout);
    assertEquals(result.strategy, "blend (hedge)");
    assertEquals(result.blend.parts.length, 2);
    assertEquals(result.period.outOfSample, true);
    const sheet = JSON.parse(await Deno.readTextFile(result.json));
    assertEquals(sheet.blend, result.blend);
    const page = await Deno.readTextFile(result.report);
    assert(page.includes("What each part gave") && page.includes("Weights over time"));
    await Deno.writeTextFile(risk, JSON.stringify({ maxLot: 2 }));
    const refused = await refuse(`${test} --risk ${risk}`);
    assert(refused.includes("maxLot"), refused);
    const alone = `${input} --reports ${folder} --model MES-forest`;
    const twice = await refuse(`${alone} MES-forest@1`);
    assert(twice.includes("MES-forest@1 twice"), twice);
    const noPolicy = await refuse(`${alone} --policy MES-logistic`);
    assert(noPolicy.includes("it is a logistic"), noPolicy);
    const shifted = await refuse(`${alone} --stamp close`);
    assert(shifted.includes("--stamp open --time-zone none; now --stamp close"), shifted);
    const early = await refuse(`${alone} --to 2001-01-01`);
    assert(early.includes("the test begins later"), early);
    await Deno.writeTextFile(risk, JSON.stringify({ kellyPart: 0.5 }));
    const unknowable = await refuse(`${test} --risk ${risk}`);
    assert(unknowable.includes("log-odds-pool or stacking"), unknowable);
  }));
