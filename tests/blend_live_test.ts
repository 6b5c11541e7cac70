import { throws as assertThrows } from "node:assert/strict";
import { createRandom } from "../lib/core/random.ts";
import { sliceBars } from "../lib/market/bars.ts";
import { createStoredFeed } from "../lib/feeds/stored_feed.ts";
import { createJointSession } from "../lib/onnx/joint_session.ts";
import { availableEngine } from "../lib/onnx/session.ts";
import { createSimulatedExecutor } from "../lib/execution/simulated/simulated_executor.ts";
import type { BlendDecision } from "../lib/blend/blend_decision.ts";
import { runEngine, runEngineOnFeed } from "../lib/engine/run_engine.ts";
import { assert, assertEquals } from "./assert.ts";
import {
  createLiveBlend,
  fitSystem,
  type LiveBlendState,
  type LiveModel,
  makeSystem,
  modelPredictions,
  type ReadySystem,
  readySystem,
  streamSystem,
  systemConditions,
  systemForecasts,
  systemStrategy,
  withForecasts,
} from "../lib/system/mod.ts";
import { takenAtItsWord } from "../lib/evaluation/walk_forward/unproven.ts";
import type { RunConditions } from "../lib/engine/run_conditions.ts";
import { MARKET, openTrending, predictParts, trainParts } from "./fixtures/blend_fixture.ts";

// Outside of any test: the runtime that checks a graph after its training keeps a port open.
const opened = await openTrending();
const parts = await trainParts(opened);

Deno.test("createLiveBlend() decides bar by bar what the batch decides, all models loaded", async () => {
  const { bars, calendar } = opened;
  const ready = await trainedSystem();
  const { system } = ready;
  const rows = { from: 2_800, to: bars.length };
  const conditions = systemConditions(ready, opened, MARKET, rows);
  const session = await createJointSession(
    parts.map(({ model, onnx }) => ({ onnx, window: model.manifest.window })),
    { engine: await availableEngine() },
  );
  const stored: BlendDecision[] = [], streamed: BlendDecision[] = [];
  const live = streamSystem({ system, models: parts.map(({ model }) => model) }, session, bars, {
    sessionAt: calendar.sessionAt,
    from: bars.time[rows.from - system.lookBack.signalBars]!,
    recorder: { onDecision: (decision) => void streamed.push(decision) },
  });
  const strategy = systemStrategy(ready, bars, systemForecasts(ready, bars, rows), {
    onDecision: (decision) => void stored.push(decision),
  });
  const expected = runEngine(bars, { ...engineOptions(conditions), strategy });
  const feed = withForecasts(createStoredFeed(bars), live, conditions.from);
  const result = await runEngineOnFeed(feed, {
    ...engineOptions(conditions),
    strategy: live.strategy,
  });

  assertEquals(result.fills, expected.fills);
  assert(result.trades.length > 20, "the blend must trade for this to prove anything");
  const what = ({ position: exposure, parts }: BlendDecision) => [
    exposure,
    ...parts.map(({ position, veto }) => [position, veto]),
  ];
  assertEquals(streamed.map(what), stored.map(what));
  await session.dispose();
});

Deno.test("streamSystem() follows one part, model or policy, as the batch does", async () => {
  const { bars, calendar } = opened;
  const rows = { from: 2_000, to: bars.length };
  for (const part of [parts[0]!, parts.at(-1)!]) {
    const model = { ...part.model, manifest: takenAtItsWord(part.model.manifest, bars) };
    const signals = await modelPredictions(part.onnx, model.manifest, opened);
    const request = { name: "MES-alone", market: MARKET, risk: { limits: {} } };
    const { system } = fitSystem([{ model, signals }], opened, request, rows);
    const ready = readySystem(system, [{ model, signals }]);
    const conditions = systemConditions(ready, opened, MARKET, rows);
    const session = await createJointSession([{ onnx: part.onnx, window: model.manifest.window }], {
      engine: await availableEngine(),
    });
    const live = streamSystem({ system, models: [model] }, session, bars, {
      sessionAt: calendar.sessionAt,
      from: bars.time[rows.from]!,
    });
    const strategy = systemStrategy(ready, bars, systemForecasts(ready, bars, rows));
    const expected = runEngine(bars, { ...engineOptions(conditions), strategy });
    const feed = withForecasts(createStoredFeed(bars), live, rows.from);
    const result = await runEngineOnFeed(feed, {
      ...engineOptions(conditions),
      strategy: live.strategy,
    });
    assertEquals(result.fills, expected.fills, model.name);
    assert(result.trades.length > 5, `${model.name} must trade for this to prove anything`);
    await session.dispose();
  }
});

/** Of all parts, taught by the rows from 2,000 to 2,800. */
async function trainedSystem(): Promise<ReadySystem> {
  const predicted = await predictParts(parts, opened);
  const blend = { kind: "confidence-weighted", confidenceShare: 1 };
  const request = { name: "MES-blend", blend, market: MARKET, risk: { limits: {} } };
  return readySystem(
    makeSystem(predicted, opened, request, { from: 2_000, to: 2_800 }),
    predicted,
  );
}

function liveModels({ models, system }: ReadySystem): LiveModel[] {
  return models.map(({ noveltyFilter, model }, index) => ({
    ...{ noveltyFilter, model, calibration: system.parts[index]!.calibration },
  }));
}

function engineOptions({ bars: _, costs, ...conditions }: RunConditions) {
  return { ...conditions, costs, executor: createSimulatedExecutor(costs) };
}

Deno.test("createLiveBlend() killed at random bars goes on from its JSON, on windows of two bars", async () => {
  const { bars, calendar } = opened;
  const ready = await trainedSystem();
  const { costs, lookBack } = ready.system;
  const compared = { from: 2_000, to: bars.length };
  const batchAt = systemForecasts(ready, bars, compared);
  const session = await createJointSession(
    parts.map(({ model, onnx }) => ({ onnx, window: model.manifest.window })),
    { engine: await availableEngine() },
  );
  const models = liveModels(ready);
  const options = {
    ...{ sessionAt: calendar.sessionAt, costs },
    from: bars.time[compared.from - lookBack.signalBars]!,
  };
  const unbroken = createLiveBlend(models, session, bars, options);
  const revive = (state: LiveBlendState) => {
    const copy = JSON.parse(JSON.stringify(state));
    return createLiveBlend(models, session, bars, { ...options, state: copy });
  };
  const random = createRandom(12);
  // Some while features warm up, most while models are asked.
  const kills = new Set([0, 1, 2, 50, 99, 150, 1_999, 2_000, 2_001]);
  while (kills.size < 29) kills.add(2_000 + random.integer(bars.length - 2_000));
  const sizes: number[] = [];
  let live = createLiveBlend(models, session, bars, options);
  for (let row = 0; row < bars.length; row++) {
    await unbroken.onBar(bars, row);
    if (kills.has(row)) {
      const state = live.save();
      sizes.push(state.features.length);
      live = revive(state);
    }
    const start = Math.max(0, row - 1);
    await live.onBar(sliceBars(bars, start, row + 1), row - start);
    assertEquals(live.forecastsAt(0), unbroken.forecastsAt(row));
    if (row < compared.from) continue;
    assertEquals(
      live.forecastsAt(0).map(({ position, veto }) => [position, veto]),
      batchAt(row).map(({ position, veto }) => [position, veto]),
    );
  }
  assertEquals(new Set(sizes).size, 1);
  const state = live.save();
  const [first, ...rest] = state.models;
  const other = { ...state, models: [{ ...first!, version: 7 }, ...rest] };
  assertThrows(() => revive(other), {
    name: "InputError",
    message: /state of other models: .* v7 /,
  });
  const damaged = { ...state, features: state.features.slice(12) };
  assertThrows(() => revive(damaged), { name: "InputError", message: /^Cannot restore a state/ });
  await session.dispose();
});
