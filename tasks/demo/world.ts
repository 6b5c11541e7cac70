import { findInstrument } from "../../lib/market/mod.ts";
import type { SimulationOptions } from "../../lib/simulator/mod.ts";
import type { Finding, TextSection } from "../../lib/records/mod.ts";
import {
  type KnownOptimum,
  knownOptimum,
  openSimulated,
  type StrategyRun,
  type TearSheetParts,
  worldSection,
} from "../../lib/evaluation/mod.ts";
import type { OpenedData } from "../../lib/data/mod.ts";
import type { TaskControl } from "../../lib/core/mod.ts";
import { type DemoComparison, type DemoWork, runDemoComparison } from "./comparison.ts";

/** Hourly bars of about five years, in a market that drifts up or down for days at a time. */
const SIMULATION: Omit<SimulationOptions, "seed"> = {
  world: { kind: "regime", drift: 0.2, stay: 0.98 },
  instrument: findInstrument("MES"),
  bars: 30_000,
  intervalMs: 3_600_000,
  start: Date.UTC(2019, 0, 2),
  startPrice: 6_000,
  volatilityTicks: 40,
};

/** The same market with nothing to learn in it. */
const RANDOM_WALK: Omit<SimulationOptions, "seed"> = {
  ...SIMULATION,
  world: { kind: "gbm", drift: 0 },
};

/** What is known of a result because its bars were simulated. */
export interface JudgedWorld {
  readonly optimum: KnownOptimum;
  /** Net profit as a share of the optimum's. */
  readonly shareOfBest: number;
  /** The same work on bars without a pattern. */
  readonly walk: DemoComparison;
}

/** Opens the bars of the demonstration. */
export function openDemoBars(seed: number): Promise<OpenedData> {
  return openSimulated({ ...SIMULATION, seed });
}

/** Runs the best possible policy in the same account, and the same work on a random walk. */
export async function judgeByWorld(
  work: DemoWork,
  seed: number,
  { conditions, runs }: DemoComparison,
  control: TaskControl,
): Promise<JudgedWorld> {
  const optimum = knownOptimum({ ...SIMULATION, seed }, conditions);
  const bars = await openSimulated({ ...RANDOM_WALK, seed });
  return {
    optimum,
    shareOfBest: runs[0]!.evaluation.netUsd / optimum.evaluation.netUsd,
    walk: await runDemoComparison(work, bars, control, null),
  };
}

/** What the report says about the world. */
export function worldParts(
  world: JudgedWorld,
  runs: readonly StrategyRun[],
): Pick<TearSheetParts, "runs" | "firstFindings" | "optimumTicks" | "sections"> {
  const { optimum, walk } = world;
  return {
    runs: [...runs, { role: "optimum", evaluation: optimum.evaluation }],
    firstFindings: worldFindings(world),
    optimumTicks: optimum.ticksPerBar,
    sections: [worldSection(optimum), walkSection(walk)],
  };
}

function worldFindings({ shareOfBest, walk }: JudgedWorld): Finding[] {
  const traded = walk.runs[0]!.evaluation;
  const trades = traded.result.trades.length;
  return [
    {
      severity: "note",
      text: "These bars are simulated, with a known pattern in them: this page shows that the " +
        "machinery works, not that a real market can be predicted.",
      value: null,
    },
    {
      severity: "note",
      text: `In this sample the blend earned ${(100 * shareOfBest).toFixed(0)} % of what the ` +
        "known optimum earned in the same account. Optimal means in the long run: another --seed " +
        "gives another sample.",
      value: shareOfBest,
    },
    {
      severity: trades === 0 || traded.netUsd <= 0 ? "note" : "warn",
      text: `On a random walk, where there is nothing to learn, the same blend made ${trades} ` +
        `round trips and ${traded.netUsd.toFixed(0)} dollars.`,
      value: traded.netUsd,
    },
  ];
}

function walkSection(walk: DemoComparison): TextSection {
  const note = walk.runs.map(({ evaluation }) => evaluation.metrics["sharpe"]?.note).find(Boolean);
  const row = ({ evaluation }: StrategyRun): (string | number | null)[] => [
    evaluation.result.strategy.replace(/ v0$/, ""),
    Math.round(evaluation.netUsd),
    rounded(evaluation.metrics["sharpe"]?.value),
    evaluation.sharpeInterval === null
      ? "n/a"
      : evaluation.sharpeInterval.map((end) => end.toFixed(2)).join(" … "),
    evaluation.result.trades.length,
  ];
  return {
    title: "The same blend on a random walk",
    text:
      "Nothing can be learnt here; the honest answer is not to trade. Anything earned is luck." +
      (note === undefined ? "" : ` The Sharpe ratio is ${note}.`),
    table: {
      columns: ["strategy", "net USD", "Sharpe", "95 % interval", "round trips"],
      rows: walk.runs.map(row),
    },
  };
}

function rounded(value: number | null | undefined): number | null {
  return typeof value === "number" ? Math.round(value * 100) / 100 : null;
}
