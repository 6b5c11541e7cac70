/**
 * The path of live trading, one bar at a time with every model loaded: features, five graphs,
 * forecasts, blend, rules of risk, order. Compares its decisions with those of the batch over 50,000
 * bars and times each bar from its arrival to the order.
 *
 * Run: `deno task bench live-path [--json]`
 */
import { createStoredFeed } from "../lib/feeds/stored_feed.ts";
import { createSimulatedExecutor } from "../lib/execution/simulated/simulated_executor.ts";
import { createJointSession } from "../lib/onnx/joint_session.ts";
import { availableEngine } from "../lib/onnx/session.ts";
import type { BlendDecision } from "../lib/blend/blend_decision.ts";
import { runEngine, startRun } from "../lib/engine/run_engine.ts";
import type { Strategy } from "../lib/trading/strategy.ts";
import {
  type AccountSettings,
  createLiveBlend,
  makeSystem,
  modelPredictions,
  readySystem,
  systemConditions,
  systemForecasts,
  type SystemModel,
  systemStrategy,
} from "../lib/system/mod.ts";
import type { PartForecast } from "../lib/blend/forecast.ts";
import { manifestSha256 } from "../lib/registry/mod.ts";
import { DEMO_POLICY, DEMO_RECIPES } from "../tasks/demo.ts";
import type { RunConditions } from "../lib/engine/run_conditions.ts";
import { hardware } from "../lib/core/hardware.ts";
import { versions } from "../lib/core/versions.ts";
import { learnPolicy } from "../lib/evaluation/rl/learn.ts";
import { openSimulated } from "../lib/evaluation/simulation.ts";
import { defaultTraining, trainOn } from "../lib/training/train_on.ts";
import { TRENDING } from "../tests/fixtures/blend_fixture.ts";

const TRAIN_BARS = 10_000, HISTORY_BARS = 4_000, TESTED_BARS = 50_000;
const WARM_BARS = 1_000;
const MARKET: AccountSettings = {
  costs: { slippageTicks: 1 },
  cashUsd: 100_000,
  lots: 4,
  flattenAtSessionEnd: false,
};
const LIMITS = {
  limits: { maxContracts: 4, dailyLossMicros: 20_000e6, maxOrdersPerMinute: 30, priceBand: 0.2 },
};

const opened = await openSimulated({ ...TRENDING, bars: TRAIN_BARS + HISTORY_BARS + TESTED_BARS });
const { bars, calendar } = opened;
const trained = await trainAll();
const history = { from: TRAIN_BARS, to: TRAIN_BARS + HISTORY_BARS };
const rows = { from: history.to, to: bars.length };
const system = makeSystem(trained, opened, {
  name: "MES-blend",
  blend: { kind: "confidence-weighted", confidenceShare: 1 },
  market: MARKET,
  risk: LIMITS,
}, history);
const ready = readySystem(system, trained);
const { models } = ready;
const conditions = systemConditions(ready, opened, MARKET, rows);
const session = await createJointSession(
  trained.map(({ model, onnx }) => ({ onnx, window: model.manifest.window })),
  { engine: await availableEngine() },
);
const live = createLiveBlend(
  models.map(({ noveltyFilter, model }, index) => ({
    ...{ noveltyFilter, model, calibration: system.parts[index]!.calibration },
  })),
  session,
  bars,
  {
    ...{ sessionAt: calendar.sessionAt, costs: system.costs },
    from: bars.time[rows.from - system.lookBack.signalBars]!,
  },
);

const stored = recorded(systemForecasts(ready, bars, rows));
const streamed = recorded(live.forecastsAt);
const expected = runEngine(bars, engineOptions(conditions, stored.strategy));
const { fills, microseconds } = await stream(streamed.strategy);
const differing =
  stored.decisions.filter((decision, row) =>
    outcome(decision) !== outcome(streamed.decisions[row]!)
  ).length;
const sorted = Float64Array.from(microseconds).sort();
const quantile = (share: number): number => sorted[Math.floor(share * (sorted.length - 1))]!;
const document = {
  benchmark: "live-path",
  date: new Date().toISOString(),
  hardware: hardware(),
  versions: versions(),
  models: models.map(({ model: { manifest } }) => `${manifest.kind}, window ${manifest.window}`),
  engine: await availableEngine(),
  bars: TESTED_BARS,
  decisions: stored.decisions.length,
  differingDecisions: differing,
  sameFills: JSON.stringify(fills) === JSON.stringify(expected.fills),
  fills: expected.fills.length,
  /** From the arrival of a bar to its order, after so many bars of warming up. */
  microseconds: {
    p10: quantile(0.1),
    p50: quantile(0.5),
    p90: quantile(0.9),
    p99: quantile(0.99),
    p999: quantile(0.999),
    most: quantile(1),
  },
  warmBars: WARM_BARS,
};
console.log(JSON.stringify(document, null, 2));

async function trainAll() {
  const control = { clock: { now: () => 0 } };
  const holdout = 1 - TRAIN_BARS / bars.length;
  const graphs = [];
  for (const recipe of DEMO_RECIPES) {
    const settings = {
      folds: 2,
      compare: false,
      seed: 1,
      workers: 2,
      costs: MARKET.costs,
      holdout,
    };
    graphs.push(await trainOn(opened, { ...defaultTraining(recipe), ...settings }, control));
  }
  graphs.push(await learnPolicy(opened, { ...DEMO_POLICY, holdout }, MARKET, control));
  return await Promise.all(graphs.map(async ({ manifest, onnx }) => {
    const model: SystemModel = {
      ...{ name: manifest.name, version: 1, manifest },
      onnxSha256: manifest.onnx.sha256,
      manifestSha256: await manifestSha256(manifest),
    };
    return { model, onnx, signals: await modelPredictions(onnx, manifest, opened) };
  }));
}

/** The strategy of the system with all that it decides. */
function recorded(
  forecastsAt: (row: number) => readonly PartForecast[],
): { strategy: Strategy; decisions: BlendDecision[] } {
  const decisions: BlendDecision[] = [];
  const onDecision = (decision: BlendDecision) => void decisions.push(decision);
  return { decisions, strategy: systemStrategy(ready, bars, forecastsAt, { onDecision }) };
}

/** What a decision comes to: the exposure, and what each part wanted or why it was left out. */
function outcome({ parts, position: exposure }: BlendDecision): string {
  return JSON.stringify([exposure, parts.map(({ position, veto }) => [position, veto])]);
}

function engineOptions({ bars: _, ...conditions }: RunConditions, strategy: Strategy) {
  return { ...conditions, strategy, executor: createSimulatedExecutor(conditions.costs) };
}

async function stream(strategy: Strategy) {
  const run = startRun(bars, engineOptions(conditions, strategy));
  const feed = createStoredFeed(bars);
  const microseconds: number[] = [];
  for (let bar = await feed.next(); bar !== null; bar = await feed.next()) {
    const started = performance.now();
    await live.onBar(bars, bar);
    if (bar < conditions.from) continue;
    run.onBar(bars, bar);
    if (bar >= conditions.from + WARM_BARS) {
      microseconds.push(1_000 * (performance.now() - started));
    }
  }
  return { fills: run.finish().fills, microseconds };
}
