/**
 * The path of live trading, one bar at a time with every model loaded: features, five graphs,
 * forecasts, blend, rules of risk, order. Compares its decisions with those of the batch over 50,000
 * bars and times each bar from its arrival to the order.
 *
 * Run: `deno task bench live-path [--json]`
 */
import { createStoredFeed } from "../lib/feeds/stored_feed.ts";
import { createSimulatedExecutor } from "../lib/execution/simulated/simulated_executor.ts";
import { availableEngine } from "../lib/onnx/session.ts";
import type { BlendDecision } from "../lib/blend/blend_decision.ts";
import { runEngine, startRun } from "../lib/engine/run_engine.ts";
import type { Strategy } from "../lib/trading/strategy.ts";
import { createLiveBlend, systemForecasts, systemStrategy } from "../lib/system/mod.ts";
import { makeLiveSystem, TESTED_BARS } from "./live_system.ts";
import type { PartForecast } from "../lib/blend/forecast.ts";
import type { RunConditions } from "../lib/engine/run_conditions.ts";
import { hardware } from "../lib/core/hardware.ts";
import { versions } from "../lib/core/versions.ts";

const WARM_BARS = 1_000;

const { opened, system, ready, conditions, session } = await makeLiveSystem();
const { bars, calendar } = opened;
const { models } = ready;
const rows = { from: conditions.from, to: conditions.to };
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
