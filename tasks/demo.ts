import { openModelHub } from "../lib/adaptive/model_hub.ts";
import { findInstrument } from "../lib/domain/instruments.ts";
import { DEFAULT_POLICY } from "../lib/adaptive/learners/parameters.ts";
import type { SimulationOptions } from "../lib/data/simulator.ts";
import type { ModelKind, ModelManifest } from "../lib/domain/model_manifest.ts";
import type { ModelRecipe } from "../lib/ml/model_recipe.ts";
import { DEFAULT_NETWORK, type NetworkParameters } from "../lib/ml/network/parameters.ts";
import type { BlendPanel } from "../lib/report/blend_panel.ts";
import { createFindings, createVerdict } from "../lib/report/findings.ts";
import type { Finding, MetricValues, StrategyRole, TextSection } from "../lib/report/tear_sheet.ts";
import { writeReport } from "../lib/report/write_report.ts";
import { type BlendContest, type BlendRequest, contestBlend } from "./blend/contest.ts";
import { baselines, type Contestant, findingFacts, identify, type TradedModel } from "./contest.ts";
import { COST_FACTORS, evaluate } from "./evaluate.ts";
import type { MarketRequest } from "./market.ts";
import { type DataRequest, openData, type OpenedData } from "./open_data.ts";
import { codeSha256, versions } from "./project.ts";
import { DEFAULT_POLICY_SETTINGS, learnPolicy, type PolicySettings } from "./rl/learn.ts";
import { knownOptimum, openSimulated, worldSection } from "./simulation.ts";
import { type ModelSignals, modelSignals } from "./signals.ts";
import { buildTearSheet } from "./tear_sheet.ts";
import { DEFAULT_RECIPES, type TaskControl, trainOn, type TrainSettings } from "./train.ts";

/** What the demonstration runs on and how. */
export interface DemoRequest {
  /** The reader's own bars; simulated ones when absent. */
  readonly data?: DataRequest;
  /** One training per model kind. */
  readonly trainings: readonly TrainSettings[];
  /** The policy that is learnt beside the models. */
  readonly policy: PolicySettings;
  /** How models and policy are blended; the blend leads the report. */
  readonly blend: BlendRequest;
  readonly market: MarketRequest;
  readonly momentumBars: number;
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
  readonly strategies: readonly {
    readonly name: string;
    readonly role: StrategyRole;
    readonly metrics: MetricValues;
    readonly sharpeInterval: readonly [number, number] | null;
  }[];
  /** The blend's metrics. */
  readonly metrics: MetricValues;
  /** What each part gave to the blend. */
  readonly blend: BlendPanel;
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
  { kind: "forest", parameters: { ...DEFAULT_RECIPES.forest.parameters, trees: 200 } },
  DEFAULT_RECIPES.logistic,
  { kind: "lstm", parameters: NETWORK },
  {
    kind: "hybrid",
    parameters: {
      network: NETWORK,
      forest: { ...DEFAULT_RECIPES.forest.parameters, trees: 100 },
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
  const simulation = { ...SIMULATION, seed: request.seed };
  const opened = request.data === undefined
    ? await openSimulated(simulation)
    : await openData(request.data);
  const contests = request.data === undefined ? 2 : 1;
  const contest = await runContest(
    request,
    opened,
    part(control, opened.bars.instrument.symbol, [0, 1], contests),
    folders.models,
  );
  const optimum = request.data === undefined
    ? knownOptimum(simulation, contest.arena, contest.lots)
    : null;
  const walk = request.data === undefined
    ? await runContest(
      request,
      await openSimulated({ ...RANDOM_WALK, seed: request.seed }),
      part(control, "random walk", [1, 2], contests),
      null,
    )
    : null;

  const leader = contest.contestants[0]!;
  const shareOfBest = optimum === null
    ? null
    : leader.evaluation.netUsd / optimum.evaluation.netUsd;
  const facts = findingFacts(contest.contestants, opened, true);
  const codeHash = await codeSha256();
  const runId = await identify([
    opened.source.sha256,
    codeHash,
    ...contest.models.map((model) => model.onnxSha256),
    JSON.stringify(request.market),
  ]);
  const sheet = buildTearSheet({
    title: request.data === undefined
      ? "Demonstration on simulated MES bars"
      : `Demonstration on ${opened.bars.instrument.symbol}`,
    runId,
    createdAt: new Date(control.clock.now()).toISOString(),
    command: request.command,
    verdict: createVerdict(facts),
    findings: [...simulationFindings(shareOfBest, walk), ...createFindings(facts)],
    opened,
    arena: contest.arena,
    lots: contest.lots,
    outOfSample: true,
    contestants: optimum === null
      ? contest.contestants
      : [...contest.contestants, { role: "optimum" as const, evaluation: optimum.evaluation }],
    costCases: COST_FACTORS.map((factor) => ({
      factor,
      metrics: evaluate(contest.arena, contest.leading, factor).metrics,
    })),
    codeSha256: codeHash,
    versions: versions(),
    sections: optimum === null || walk === null ? [] : [worldSection(optimum), walkSection(walk)],
    ...(optimum === null ? {} : { optimumTicks: optimum.ticksPerBar }),
    blend: contest.panel,
  });
  const paths = await writeReport(sheet, folders.reports, `demo-${runId}`);
  return {
    runId,
    verdict: sheet.verdict,
    findings: sheet.findings,
    models: contest.models.map(({ name, version, onnxSha256 }) => ({
      name,
      version,
      sha256: onnxSha256,
    })),
    strategies: sheet.strategies.map(({ name, role, metrics, sharpeInterval }) => ({
      name,
      role,
      metrics,
      sharpeInterval,
    })),
    metrics: leader.evaluation.metrics,
    blend: contest.panel,
    baselines: sheet.strategies.filter((one) => one.role === "baseline").map((one) => one.name),
    shareOfBest,
    randomWalk: walk === null ? null : walk.contestants.map(({ evaluation, role }) => ({
      name: evaluation.result.strategy,
      role,
      metrics: evaluation.metrics,
      sharpeInterval: evaluation.sharpeInterval,
    })),
    report: paths.html,
    json: paths.json,
    seconds: (control.clock.now() - started) / 1000,
  };
}

interface Contest extends BlendContest {
  readonly models: readonly TradedModel[];
}

/** The control of one of several parts of a task. */
function part(
  control: TaskControl,
  title: string,
  [begin, end]: readonly [number, number],
  parts: number,
): TaskControl {
  return {
    ...control,
    onProgress: (stage, fraction) =>
      control.onProgress?.(`${title}: ${stage}`, (begin + (end - begin) * fraction) / parts),
  };
}

/** Trains every recipe, blends and tests; models are registered when a folder is given. */
async function runContest(
  request: DemoRequest,
  opened: OpenedData,
  control: TaskControl,
  modelsFolder: string | null,
): Promise<Contest> {
  const models: TradedModel[] = [];
  const signals: ModelSignals[] = [];
  const parts = request.trainings.length + 1;
  const name = (kind: ModelKind): string => `demo-${opened.bars.instrument.symbol}-${kind}`;
  const keep = async (trained: Trained): Promise<void> => {
    models.push(await tradedModel(trained, modelsFolder, control));
    signals.push(await modelSignals(trained.onnx, trained.manifest, opened));
  };
  for (const [index, settings] of request.trainings.entries()) {
    const { kind } = settings.recipe;
    const own = part(control, kind, [index, index + 1], parts);
    await keep(await trainOn(opened, { ...settings, name: name(kind) }, own));
  }
  const policy = { ...request.policy, name: name("policy") };
  const own = part(control, "policy", [parts - 1, parts], parts);
  await keep(await learnPolicy(opened, policy, request.market, own));
  const border = Date.parse(models[0]!.manifest.data.testFrom);
  const rows = {
    from: opened.bars.time.findIndex((time) => time >= border),
    to: opened.bars.length,
  };
  const contest = contestBlend(
    models.map((model, index) => ({ model, signals: signals[index]! })),
    opened,
    { ...request.blend, market: request.market, risk: { limits: {} } },
    rows,
  );
  const rules = baselines(contest.lots, request.momentumBars).map((strategy) => ({
    role: "baseline" as const,
    evaluation: evaluate(contest.arena, strategy),
  }));
  return { ...contest, models, contestants: [...contest.contestants, ...rules] };
}

/** A graph with its manifest. */
interface Trained {
  readonly manifest: ModelManifest;
  readonly onnx: Uint8Array;
}

/** A model ready to trade, registered when there is a folder. */
async function tradedModel(
  { manifest, onnx }: Trained,
  folder: string | null,
  control: TaskControl,
): Promise<TradedModel> {
  if (folder === null) {
    return { name: manifest.name, version: 0, onnxSha256: manifest.onnx.sha256, manifest };
  }
  using hub = openModelHub({ folder, clock: control.clock });
  const { name, version, onnxSha256 } = await hub.register({
    ...{ manifest, onnx },
    codeSha256: await codeSha256(),
    parentRun: null,
  });
  return { name, version, onnxSha256, manifest };
}

function simulationFindings(shareOfBest: number | null, walk: Contest | null): Finding[] {
  if (shareOfBest === null || walk === null) return [];
  const traded = walk.contestants[0]!.evaluation;
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

function walkSection(walk: Contest): TextSection {
  const row = ({ evaluation }: Contestant): (string | number | null)[] => [
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
    text: "Nothing can be learnt here; the honest answer is not to trade. Anything earned is luck.",
    table: {
      columns: ["strategy", "net USD", "Sharpe", "95 % interval", "round trips"],
      rows: walk.contestants.map(row),
    },
  };
}

function rounded(value: number | null | undefined): number | null {
  return typeof value === "number" ? Math.round(value * 100) / 100 : null;
}
