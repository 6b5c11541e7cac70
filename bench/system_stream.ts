/**
 * A system of five models and a policy, fed bar by bar through a window of a few rows and traded
 * through a broker's port, while everything but the broker is killed at twenty random bars and goes
 * on from what it saved as text: the same decisions and fills as in the backtest of its document.
 *
 * Run: `deno task bench system-stream [--json]`
 */
import { createRandom } from "../lib/core/random.ts";
import { hardware } from "../lib/core/hardware.ts";
import { versions } from "../lib/core/versions.ts";
import type { BlendDecision } from "../lib/blend/blend_decision.ts";
import { driveBroker, type DrivenEngine } from "../lib/engine/drive_broker.ts";
import { Engine, type EngineState } from "../lib/engine/engine.ts";
import { runEngine } from "../lib/engine/run_engine.ts";
import { createSimulatedBroker } from "../lib/execution/simulated/simulated_broker.ts";
import { createSimulatedExecutor } from "../lib/execution/simulated/simulated_executor.ts";
import type { Bars } from "../lib/market/bars.ts";
import {
  streamSystem,
  systemForecasts,
  systemStrategy,
  type SystemStream,
} from "../lib/system/mod.ts";
import type { Fill } from "../lib/trading/fill.ts";
import type { Forecaster } from "../lib/trading/strategy.ts";
import { makeLiveSystem, TESTED_BARS } from "./live_system.ts";

const KILLS = 20;
/** Rows of the window: when it is full its newest rows move to the front. */
const WINDOW = 16, KEPT = 4;

const { opened, system, ready, conditions, session } = await makeLiveSystem();
const { bars, calendar } = opened;
const { symbol } = bars.instrument;

const expected: string[] = [];
const batch = runEngine(bars, {
  ...conditions,
  strategy: systemStrategy(
    ready,
    bars,
    systemForecasts(ready, bars, { from: conditions.from, to: conditions.to }),
    { onDecision: (decision) => void expected.push(textOf(decision)) },
  ),
  executor: createSimulatedExecutor(conditions.costs),
  closesAtEnd: false,
});
const random = createRandom(20);
const kills = new Set(
  Array.from({ length: KILLS }, () => conditions.from + random.integer(TESTED_BARS - 1)),
);
const streamed = await stream();
const document = {
  benchmark: "system-stream",
  date: new Date().toISOString(),
  hardware: hardware(),
  versions: versions(),
  models: ready.models.map(({ model: { manifest } }) => manifest.kind),
  bars: TESTED_BARS,
  kills: kills.size,
  decisions: expected.length,
  differingDecisions: expected.filter((text, i) => text !== streamed.decisions[i]).length +
    Math.abs(expected.length - streamed.decisions.length),
  fills: batch.fills.length,
  sameFills: JSON.stringify(batch.fills.map(plain)) === JSON.stringify(streamed.fills.map(plain)),
  /** Characters of everything that is saved, first and last. */
  savedCharacters: [streamed.sizes[0], streamed.sizes.at(-1)],
};
console.log(JSON.stringify(document, null, 2));
await session.dispose();
if (document.differingDecisions > 0 || !document.sameFills) Deno.exit(1);

/** A process: what is lost when it dies, and can be made again from text. */
interface Process {
  readonly live: SystemStream;
  readonly forecaster: Forecaster;
  readonly engine: Engine;
  readonly driven: DrivenEngine;
}

async function stream() {
  const decisions: string[] = [], fills: Fill[] = [], sizes: number[] = [];
  const window = createWindow();
  const broker = createSimulatedBroker(
    { [symbol]: { bars: window.bars, costs: conditions.costs } },
    conditions.initialCashUsd,
    { now: () => 0 },
  );
  const account = {
    initialCashUsd: conditions.initialCashUsd,
    slots: [{ ...conditions, instrument: bars.instrument, intervalMs: bars.intervalMs }],
  };
  const begin = (text?: string): Process => {
    const saved = text === undefined ? null : JSON.parse(text);
    const live = streamSystem(
      { models: ready.models.map(({ model }) => model), system },
      session,
      bars,
      {
        sessionAt: calendar.sessionAt,
        from: bars.time[conditions.from - system.lookBack.signalBars]!,
        ...(saved === null ? {} : { state: saved.live }),
        recorder: { onDecision: (decision) => void decisions.push(textOf(decision)) },
      },
    );
    const engine = new Engine(account, saved?.engine as EngineState | undefined);
    const driven = driveBroker(engine, broker, [symbol], {
      onReport: (_, report) => {
        if (report.kind === "filled") fills.push(report.fill);
      },
    });
    return { live, engine, driven, forecaster: live.strategy.begin(saved?.forecaster) };
  };
  let process = begin();
  for (let bar = 0; bar < bars.length; bar++) {
    const row = window.take(bar);
    await process.live.onBar(window.bars, row);
    if (bar < conditions.from) continue;
    broker.onBar(symbol, window.bars, row);
    const { tradeDay, isLast } = opened.session;
    process.driven.take({
      ...{ kind: "bar", slot: 0, bars: window.bars, row, tradeDay: tradeDay[bar]! },
      endsSession: isLast[bar] === 1,
    });
    process.driven.take({ kind: "clock", time: bars.time[bar]! + bars.intervalMs });
    const { exposure, positionLots } = process.engine.slot(0);
    const forecast = process.forecaster.forecast({
      ...{ bars: window.bars, bar: row, exposure, positionLots, acts: true },
    });
    process.driven.take({ kind: "forecast", slot: 0, forecast });
    await process.driven.settled();
    if (kills.has(bar)) {
      const text = JSON.stringify({
        live: process.live.save(),
        forecaster: process.forecaster.save(),
        engine: process.engine.save(),
      });
      sizes.push(text.length);
      process = begin(text);
    }
  }
  return { decisions, fills, sizes };
}

/** The newest bars in columns that are never made anew. */
function createWindow(): { readonly bars: Bars; take(bar: number): number } {
  const names = ["time", "open", "high", "low", "close", "volume"] as const;
  const columns = Object.fromEntries(
    names.map((name) => [name, new Float64Array(WINDOW)]),
  ) as Record<typeof names[number], Float64Array>;
  const { instrument, intervalMs } = bars;
  let length = 0;
  return {
    bars: { instrument, intervalMs, length: WINDOW, ...columns },
    take(bar) {
      if (length === WINDOW) {
        for (const name of names) columns[name].copyWithin(0, WINDOW - KEPT);
        length = KEPT;
      }
      for (const name of names) columns[name][length] = bars[name][bar]!;
      return length++;
    },
  };
}

function textOf({ parts, position }: BlendDecision): string {
  return JSON.stringify([position, parts.map(({ position, veto }) => [position, veto])]);
}

/** Without the row, which is that of a window in a stream. */
function plain({ bar: _, ...fill }: Fill): Omit<Fill, "bar"> {
  return fill;
}
