import { DEFAULT_POLICY } from "../lib/rl/mod.ts";
import {
  DEFAULT_FOREST,
  DEFAULT_NETWORK,
  type ModelRecipe,
  type NetworkParameters,
} from "../lib/models/mod.ts";
import type { BlendSummary, Finding, MetricValues } from "../lib/records/mod.ts";
import { writeReport } from "../lib/report/mod.ts";
import {
  buildTearSheet,
  DEFAULT_POLICY_SETTINGS,
  identify,
  type PolicySettings,
  scoreOf,
  type StrategyScore,
  strategyScores,
} from "../lib/evaluation/mod.ts";
import { type DemoWork, part, runDemoComparison } from "./demo/comparison.ts";
import { judgeByWorld, openDemoBars, worldParts } from "./demo/world.ts";
import { type DataRequest, moneyIdentity, openData } from "../lib/data/mod.ts";
import type { TaskControl } from "../lib/core/mod.ts";
import { codeSha256 } from "../lib/core/program.ts";
import { defaultRecipe } from "../lib/models/training.ts";

/** What the demonstration runs on and how. */
export interface DemoRequest extends DemoWork {
  /** The reader's own bars; simulated ones when absent. */
  readonly data?: DataRequest;
  readonly seed: number;
  readonly command: string;
}

/** What `demo --json` prints. */
export interface DemoDocument {
  readonly runId: string;
  readonly verdict: string;
  readonly findings: readonly Finding[];
  readonly models: readonly {
    readonly name: string;
    readonly version: number;
    readonly sha256: string;
  }[];
  readonly strategies: readonly StrategyScore[];
  /** The blend's metrics. */
  readonly metrics: MetricValues;
  /** What each part gave to the blend. */
  readonly blend: BlendSummary;
  /** Names of the baselines among `strategies`. */
  readonly baselines: readonly string[];
  /** Share of the best possible net profit that the blend earned; null on real data. */
  readonly shareOfBest: number | null;
  /** The same recipes where nothing can be learnt; null on real data. */
  readonly randomWalk: DemoDocument["strategies"] | null;
  readonly report: string;
  readonly json: string;
  readonly seconds: number;
}

/** Networks small enough for all of it to end within a minute and a half. */
const NETWORK: NetworkParameters = {
  ...DEFAULT_NETWORK,
  window: 24,
  units: [8],
  members: 1,
  batchSize: 256,
  maximumEpochs: 4,
  patience: 2,
  learningRate: 1e-2,
};

/** What the demonstration trains. */
export const DEMO_RECIPES: readonly ModelRecipe[] = [
  { kind: "forest", parameters: { ...DEFAULT_FOREST, trees: 200 } },
  defaultRecipe("logistic"),
  { kind: "lstm", parameters: NETWORK },
  {
    kind: "hybrid",
    parameters: {
      network: NETWORK,
      forest: { ...DEFAULT_FOREST, trees: 100 },
      stackingFolds: 2,
    },
  },
];

/** A policy small enough for the same. */
export const DEMO_POLICY: PolicySettings = {
  ...DEFAULT_POLICY_SETTINGS,
  parameters: {
    ...DEFAULT_POLICY,
    size: "small",
    members: 2,
    episodes: 8,
    steps: 80,
    learningRate: 1e-2,
  },
};

/**
 * The whole story in one run: bars, training, export, an out-of-sample test beside baselines, one
 * page. On simulated bars the best possible policy runs in the same account, and the same recipe
 * is trained on a random walk, where an honest system must find nothing.
 */
export async function demo(
  request: DemoRequest,
  folders: { readonly models: string; readonly reports: string },
  control: TaskControl,
): Promise<DemoDocument> {
  const started = control.clock.now();
  // Before the work: files that are edited meanwhile did not do it.
  const codeHash = codeSha256();
  const isSimulated = request.data === undefined;
  const opened = isSimulated ? await openDemoBars(request.seed) : await openData(request.data);
  const { symbol } = opened.bars.instrument;
  const comparison = await runDemoComparison(
    request,
    opened,
    isSimulated ? part(control, symbol, [0, 0.5]) : part(control, symbol, [0, 1]),
    folders.models,
  );
  const world = isSimulated
    ? await judgeByWorld(request, request.seed, comparison, part(control, "random walk", [0.5, 1]))
    : null;
  const runId = await identify([
    opened.source.sha256,
    ...moneyIdentity(opened.bars),
    codeHash,
    ...comparison.models.map((model) => model.onnxSha256),
    JSON.stringify(request.market),
  ]);
  const sheet = buildTearSheet({
    title: isSimulated ? `Demonstration on simulated ${symbol} bars` : `Demonstration on ${symbol}`,
    runId,
    createdAt: new Date(control.clock.now()).toISOString(),
    command: request.command,
    ...{
      opened,
      conditions: comparison.conditions,
      leading: comparison.leading,
    },
    outOfSample: true,
    runs: comparison.runs,
    codeSha256: codeHash,
    blend: comparison.panel,
    ...(world === null ? {} : worldParts(world, comparison.runs)),
  });
  const paths = await writeReport(sheet, folders.reports, `demo-${runId}`);
  const strategies = strategyScores(sheet);
  return {
    runId,
    verdict: sheet.verdict,
    findings: sheet.findings,
    models: comparison.models.map(({ name, version, onnxSha256 }) => ({
      name,
      version,
      sha256: onnxSha256,
    })),
    strategies,
    metrics: strategies[0]!.metrics,
    blend: comparison.panel,
    baselines: strategies.filter((one) => one.role === "baseline").map((one) => one.name),
    shareOfBest: world?.shareOfBest ?? null,
    randomWalk: world?.walk.runs.map(scoreOf) ?? null,
    report: paths.html,
    json: paths.json,
    seconds: (control.clock.now() - started) / 1000,
  };
}
