import { dirname, join } from "node:path";
import { openRegistry, requireRegistry, requireWritable } from "../lib/registry/mod.ts";
import type { TrainedPolicy } from "../lib/rl/mod.ts";
import type { Finding, PolicyManifest, TearSheet } from "../lib/records/mod.ts";
import type { SimulationOptions } from "../lib/simulator/mod.ts";
import { openCheckpointFolder } from "../lib/models/mod.ts";
import { writeReport } from "../lib/report/mod.ts";
import {
  buildTearSheet,
  compareInPairs,
  comparePolicy,
  type ComparisonSettings,
  identify,
  learnPolicy,
  openSimulated,
  type PairedComparison,
  pairedSection,
  type PolicyComparison,
  policyName,
  type PolicySettings,
  policyVerdict,
  type RecordedLog,
  recordLog,
  type RecordRequest,
  shownRuns,
  type StrategyScore,
  strategyScores,
  worldSection,
} from "../lib/evaluation/mod.ts";
import {
  createRunConditions,
  modelPredictions,
  modelStrategy,
  type TradedModel,
} from "../lib/system/mod.ts";
import { type DataRequest, moneyIdentity, openData } from "../lib/data/mod.ts";
import type { TaskControl } from "../lib/core/mod.ts";
import { codeSha256 } from "../lib/core/program.ts";

/** Bars of a file, or a world to simulate. */
export type RlSource =
  | { readonly kind: "file"; readonly data: DataRequest }
  | { readonly kind: "world"; readonly simulation: SimulationOptions };

/** How to learn and to test. */
export interface RlSettings extends PolicySettings, Omit<ComparisonSettings, "holdout" | "seed"> {
  /** The command line, for the report. */
  readonly command: string;
  /** Log the held-out bars while exploring; not when absent. */
  readonly record?: Omit<RecordRequest, "seed">;
}

/** What `rl --json` prints. */
export interface RlDocument {
  readonly name: string;
  readonly version: number;
  readonly sha256: string;
  /** The registered graph. */
  readonly path: string;
  /** Whether the policy may be followed. */
  readonly stance: PolicyManifest["stance"];
  /** What the rows kept back say of it. */
  readonly proof: string;
  readonly evidence: PolicyManifest["evidence"];
  readonly members: PolicyManifest["members"];
  readonly behaviour: PolicyManifest["behaviour"];
  readonly rewardTerms: PolicyManifest["rewardTerms"];
  readonly data: PolicyManifest["data"];
  /** Held-out bars. */
  readonly period: TearSheet["period"];
  /** Of the held-out bars. */
  readonly verdict: string;
  readonly findings: readonly Finding[];
  /** The policy first, then everything it was measured against. */
  readonly strategies: readonly StrategyScore[];
  /** Metrics of the policy. */
  readonly metrics: TearSheet["strategies"][number]["metrics"];
  readonly costSensitivity: TearSheet["costSensitivity"];
  /** The policy against each other, paired day by day. */
  readonly comparisons: readonly PairedComparison[];
  /** Share of what the known optimum earned; null where nobody knows one that earns. */
  readonly shareOfOptimum: number | null;
  /** What was logged with `--record`; null without. */
  readonly experience: RecordedLog | null;
  readonly notes: readonly string[];
  readonly report: string;
  readonly json: string;
  readonly learningSeconds: number;
  readonly seconds: number;
}

/** Share of the work that is learning, for the progress of the whole. */
const LEARNING_SHARE = 0.9;

/**
 * Offline reinforcement learning from bars to evidence: cuts the hold-out off, learns an ensemble of
 * policies, exports and registers it, and tests it on the hold-out in the engine beside rules, a
 * logistic regression and, in a simulated world, the known optimum. An interrupted run goes on
 * where it was, to the same bytes.
 *
 * @throws {InputError} when data or settings cannot be used; nothing is registered then
 */
export async function runOfflineRl(
  source: RlSource,
  settings: RlSettings,
  folders: { readonly models: string; readonly reports: string },
  control: TaskControl,
): Promise<RlDocument> {
  const started = control.clock.now();
  // Before the work: files that are edited meanwhile did not do it.
  const codeHash = codeSha256();
  const opened = source.kind === "file"
    ? await openData(source.data)
    : await openSimulated(source.simulation);
  requireRegistry(folders.models, control.clock, policyName(opened, settings));
  requireWritable(folders.reports);
  if (settings.record !== undefined) requireWritable(dirname(settings.record.path));
  const simulation = source.kind === "world" ? source.simulation : null;
  const kept = openCheckpointFolder(
    join(folders.models, "checkpoints", policyName(opened, settings)),
  );
  const trained = await learnPolicy(opened, settings, settings.market, {
    ...control,
    checkpoints: kept.checkpoints,
    onProgress: (stage, fraction) => control.onProgress?.(stage, LEARNING_SHARE * fraction),
  });
  const model = await register(trained, folders.models, control);
  await kept.clear();

  const signals = await modelPredictions(trained.onnx, trained.manifest, opened);
  const rows = { from: trained.manifest.data.rows, to: opened.bars.length };
  const { conditions, lots } = createRunConditions(opened, settings.market, rows);
  const comparison = await comparePolicy(
    { model, signals },
    { conditions, opened },
    settings,
    simulation,
    {
      ...control,
      onProgress: (stage, fraction) =>
        control.onProgress?.(`logistic: ${stage}`, LEARNING_SHARE + 0.08 * fraction),
    },
  );
  const experience = settings.record === undefined
    ? null
    : recordLog({ model, signals }, { conditions, lots }, {
      ...settings.record,
      seed: settings.seed,
    });
  control.onProgress?.("report", 0.98);
  const comparisons = compareInPairs(comparison.runs, settings.seed);
  const runId = await identify([
    ...[opened.source.sha256, codeHash, model.onnxSha256],
    ...moneyIdentity(opened.bars),
    JSON.stringify({ rows, market: settings.market, seed: settings.seed }),
  ]);
  const sheet = buildTearSheet({
    title: `${opened.bars.instrument.symbol}: a policy learnt offline`,
    runId,
    createdAt: new Date(control.clock.now()).toISOString(),
    command: settings.command,
    firstFindings: optimumFindings(comparison),
    ...{ opened, conditions },
    outOfSample: true,
    runs: shownRuns(comparison),
    leading: modelStrategy(model, signals, conditions),
    codeSha256: codeHash,
    sections: [
      pairedSection(comparisons),
      ...(comparison.optimum === null ? [] : [worldSection(comparison.optimum)]),
    ],
    ...(comparison.optimum === null ? {} : { optimumTicks: comparison.optimum.ticksPerBar }),
  });
  const paths = await writeReport(sheet, folders.reports, `${model.name}-${runId}`);
  return {
    ...describe(model, sheet),
    path: await pathOf(model, folders.models, control),
    comparisons,
    shareOfOptimum: shareOfOptimum(comparison),
    experience,
    notes: [...opened.notes, ...trained.manifest.remarks, ...comparison.notes],
    report: paths.html,
    json: paths.json,
    learningSeconds: trained.manifest.trainingSeconds,
    seconds: (control.clock.now() - started) / 1000,
  };
}

/** A registered policy, ready to be tested. */
type TradedPolicy = TradedModel & { readonly manifest: PolicyManifest };

async function register(
  { manifest, onnx }: TrainedPolicy,
  folder: string,
  { clock }: TaskControl,
): Promise<TradedPolicy> {
  using registry = openRegistry({ folder, clock });
  const { name, onnxSha256, version } = await registry.register({
    ...{ manifest, onnx },
    codeSha256: codeSha256(),
    parentRun: null,
  });
  return { name, version, onnxSha256, manifest };
}

async function pathOf(
  { name, version }: TradedModel,
  folder: string,
  { clock }: TaskControl,
): Promise<string> {
  using registry = openRegistry({ folder, clock, readOnly: true });
  return (await registry.load(`${name}@${version}`)).path;
}

function describe({ manifest, name, onnxSha256, version }: TradedPolicy, sheet: TearSheet) {
  const { behaviour, data, evidence, members, rewardTerms, stance } = manifest;
  return {
    ...{ name, version, sha256: onnxSha256, stance },
    proof: policyVerdict(manifest),
    ...{ evidence, members, behaviour, rewardTerms, data },
    period: sheet.period,
    verdict: sheet.verdict,
    findings: sheet.findings,
    strategies: strategyScores(sheet),
    metrics: sheet.strategies[0]!.metrics,
    costSensitivity: sheet.costSensitivity,
  };
}

function shareOfOptimum({ runs, optimum }: PolicyComparison): number | null {
  if (optimum === null || optimum.evaluation.netUsd <= 0) return null;
  return runs[0]!.evaluation.netUsd / optimum.evaluation.netUsd;
}

function optimumFindings(comparison: PolicyComparison): Finding[] {
  if (comparison.optimum === null) return [];
  const share = shareOfOptimum(comparison);
  return [
    {
      severity: "note",
      text: "These bars are simulated, and what is in them is known: this page shows that the " +
        "learner works, not that a real market can be predicted.",
      value: null,
    },
    share === null
      ? {
        severity: "note",
        text: "In this world the best that anybody can do on these bars is not to trade.",
        value: 0,
      }
      : {
        severity: "note",
        text: `The policy earned ${(100 * share).toFixed(0)} % of what the known optimum earned ` +
          "on the same bars in the same account.",
        value: share,
      },
  ];
}
