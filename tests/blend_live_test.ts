import { createStoredFeed } from "../lib/feeds/stored_feed.ts";
import { createJointSession } from "../lib/onnx/joint_session.ts";
import { availableEngine } from "../lib/onnx/session.ts";
import { createSimulatedExecutor } from "../lib/execution/simulated/simulated_executor.ts";
import type { BlendDecision } from "../lib/blend/blend_decision.ts";
import { runEngine, runEngineOnFeed } from "../lib/engine/run_engine.ts";
import { assert, assertEquals } from "./assert.ts";
import { createLiveBlend, withForecasts } from "../lib/system/live_blend.ts";
import { prepareBlend, type PreparedBlend } from "../lib/system/prepare.ts";
import { blendStrategy } from "../lib/system/strategy.ts";
import type { RunConditions } from "../lib/engine/run_conditions.ts";
import { createRunConditions } from "../lib/system/account_settings.ts";
import { blendModels, MARKET, openTrending, trainParts } from "./fixtures/blend_fixture.ts";

// Outside of any test: the runtime that checks a graph after its training keeps a port open.
const opened = await openTrending();
const parts = await trainParts(opened);

Deno.test("createLiveBlend() decides bar by bar what the batch decides, all models loaded", async () => {
  const { bars, calendar } = opened;
  const models = await blendModels(parts, opened);
  const history = { from: 2_000, to: 2_800 };
  const { conditions } = createRunConditions(opened, MARKET, {
    from: 2_800,
    to: bars.length,
  });
  const batch = prepareBlend("confidence-weighted", models, conditions, history, bars.length);

  const session = await createJointSession(
    parts.map(({ model, onnx }) => ({ onnx, window: model.manifest.window })),
    { engine: await availableEngine() },
  );
  const liveModels = models.map(({ noveltyFilter, model }, index) => ({
    ...{ noveltyFilter, model, calibration: batch.fitted.calibrations[index]! },
  }));
  const live = createLiveBlend(liveModels, session, bars, {
    ...{ sessionAt: calendar.sessionAt, from: history.from, costs: conditions.costs },
  });
  const decisionsOf = (blend: PreparedBlend) => {
    const decisions: BlendDecision[] = [];
    const onDecision = (decision: BlendDecision) => void decisions.push(decision);
    const strategy = blendStrategy(blend, conditions, { onDecision });
    return { decisions, options: { ...engineOptions(conditions), strategy } };
  };
  const stored = decisionsOf(batch), streamed = decisionsOf({ ...batch, ...live });
  const expected = runEngine(bars, stored.options);
  const feed = withForecasts(createStoredFeed(bars), live, conditions.from);
  const result = await runEngineOnFeed(feed, streamed.options);

  assertEquals(result.fills, expected.fills);
  assert(result.trades.length > 20, "the blend must trade for this to prove anything");
  const what = ({ position: exposure, parts }: BlendDecision) => [
    exposure,
    ...parts.map(({ position, veto }) => [position, veto]),
  ];
  assertEquals(streamed.decisions.map(what), stored.decisions.map(what));
  await session.dispose();
});

function engineOptions({ bars: _, costs, ...conditions }: RunConditions) {
  return { ...conditions, costs, executor: createSimulatedExecutor(costs) };
}
