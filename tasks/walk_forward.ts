import { join } from "node:path";
import { openTrialLedger, requireWritable, type StoredEntry } from "../lib/registry/mod.ts";
import type { BlendSummary, Finding, TearSheet, TradingSystem } from "../lib/records/mod.ts";
import { writeReport } from "../lib/report/mod.ts";
import { openCheckpointFolder } from "../lib/models/mod.ts";
import type { Strategy } from "../lib/trading/mod.ts";
import {
  baselines,
  buildTearSheet,
  compareInPairs,
  conclusions,
  conclusionSection,
  evaluate,
  heldBack,
  identify,
  judge,
  pairedSection,
  recordTrials,
  type RefitRequest,
  type RefittedWindow,
  refitWindow,
  runBlend,
  stitchBlend,
  stitchedPart,
  stitchedStrategy,
  type StrategyRun,
  type StrategyScore,
  strategyScores,
  undecidedText,
  type WalkForwardEvidence,
  type WalkForwardWindow,
  walkForwardWindows,
  windowSection,
  type WindowSettings,
} from "../lib/evaluation/mod.ts";
import { barsSha256 } from "../lib/market/mod.ts";
import type { RunConditions } from "../lib/engine/mod.ts";
import {
  createRunConditions,
  decidedConditions,
  requestedSizing,
  requireSameInstrument,
} from "../lib/system/mod.ts";
import { type DataRequest, openData, type OpenedData } from "../lib/data/mod.ts";
import type { TaskControl } from "../lib/core/mod.ts";
import { codeSha256 } from "../lib/core/program.ts";
import type { RiskRequest } from "../lib/risk/mod.ts";

/** What is refitted, how, and how it is judged. */
export interface WalkForwardSettings extends RefitRequest {
  /** The registered system whose parts and blend are fitted again; absent without one. */
  readonly system?: TradingSystem;
  /** The first leads the report; without any, the first model does. */
  readonly blends: readonly string[];
  readonly windows: WindowSettings;
  readonly risk: RiskRequest;
  readonly momentumBars: number;
  readonly seed: number;
  /** Database of the trial ledger. */
  readonly storage: string;
  /** The command line, for the report. */
  readonly command: string;
}

/** What `walk-forward --json` prints. */
export interface WalkForwardDocument {
  readonly runId: string;
  readonly symbol: string;
  readonly period: TearSheet["period"];
  readonly verdict: string;
  readonly conclusions: readonly string[];
  readonly findings: readonly Finding[];
  readonly evidence: WalkForwardEvidence;
  readonly windows: readonly {
    readonly trainFrom: string;
    readonly trainTo: string;
    readonly trainBars: number;
    readonly testFrom: string;
    readonly testTo: string;
    readonly testBars: number;
  }[];
  /** The leading one first, then parts, other blends and baselines. */
  readonly strategies: readonly StrategyScore[];
  readonly costSensitivity: TearSheet["costSensitivity"];
  /** What each part gave to the leading blend; null without one. */
  readonly blend: BlendSummary | null;
  readonly report: string;
  readonly json: string;
  readonly seconds: number;
}

/** Share of the work that is refitting, for the progress of the whole. */
const FITTING_SHARE = 0.95;

/**
 * Refits models, a policy and their blend window by window, each on rows before it with a gap, and
 * judges the test rows of all windows as one result. With a blend the first window only teaches
 * confidence: each later one learns it from the windows before. An interrupted run goes on where it
 * was.
 *
 * @throws {InputError} when data or settings cannot be used
 */
export async function walkForward(
  data: DataRequest,
  settings: WalkForwardSettings,
  folders: { readonly models: string; readonly reports: string },
  control: TaskControl,
): Promise<WalkForwardDocument> {
  const started = control.clock.now();
  // Before the work: files that are edited meanwhile did not do it.
  const codeHash = codeSha256();
  const opened = await openData(data);
  if (settings.system !== undefined) requireSameInstrument(settings.system, opened.bars);
  requireWritable(folders.models);
  requireWritable(folders.reports);
  const cuts = walkForwardWindows(opened.bars.length, settings.windows);
  const { command: _, storage: __, ...deciding } = settings;
  const { request, sha256 } = opened.source;
  const runId = await identify([sha256, codeHash, JSON.stringify({ request, ...deciding })]);
  const isBlended = settings.blends.length > 0;
  const scoredFrom = cuts[isBlended ? 1 : 0]!.test.from;
  const { conditions: fixed } = createRunConditions(opened, settings.market, {
    from: scoredFrom,
    to: opened.bars.length,
  });
  const { market, risk } = settings;
  const sizing = requestedSizing(opened, market, risk, scoredFrom - 1);
  const conditions = decidedConditions(fixed, { limits: risk.limits, sizing });
  const windows = await refitAll(
    opened,
    cuts,
    settings,
    conditions,
    { ...control, runId },
    folders.models,
  );
  const comparison = runComparison(windows, settings, conditions);
  const tried = comparison.runs;
  const rules = baselines(conditions, settings.momentumBars);
  const runs = [...tried, ...rules];
  const entries = await countTrials(opened, settings, tried, control);
  const leader = runs[0]!;
  const { judgement, evidence } = judge(tried, entries, settings.seed);
  const comparisons = compareInPairs(runs, settings.seed);
  const { unproven } = settings;
  const held = heldBack(runs, comparison.leading, conditions);
  const words = conclusions({ leader, baselines: rules, judgement, comparisons, held, unproven });
  const sheet = walkForwardSheet({
    ...{ opened, settings, conditions, comparison, runs, windows, words, comparisons },
    ...{ runId, codeHash, scoredFrom },
    createdAt: new Date(control.clock.now()).toISOString(),
  });
  const symbol = opened.bars.instrument.symbol;
  const paths = await writeReport(sheet, folders.reports, `${symbol}-walk-forward-${runId}`);
  return {
    ...{ runId, symbol, conclusions: words, evidence },
    period: sheet.period,
    verdict: sheet.verdict,
    findings: sheet.findings,
    windows: cuts.map((window) => describeWindow(window, opened)),
    strategies: strategyScores(sheet),
    costSensitivity: sheet.costSensitivity,
    blend: comparison.panel,
    report: paths.html,
    json: paths.json,
    seconds: (control.clock.now() - started) / 1000,
  };
}

/** What the report of a finished walk-forward test is made of. */
interface SheetParts {
  readonly opened: OpenedData;
  readonly settings: WalkForwardSettings;
  readonly conditions: RunConditions;
  readonly comparison: ReturnType<typeof runComparison>;
  readonly runs: readonly StrategyRun[];
  readonly windows: readonly RefittedWindow[];
  readonly words: readonly string[];
  readonly comparisons: ReturnType<typeof compareInPairs>;
  readonly runId: string;
  readonly codeHash: string;
  readonly scoredFrom: number;
  readonly createdAt: string;
}

function walkForwardSheet(parts: SheetParts): TearSheet {
  const { conditions, comparisons, comparison, runs, opened, settings } = parts;
  const leader = runs[0]!;
  return buildTearSheet({
    title: `${opened.bars.instrument.symbol}: walk-forward, ${leader.evaluation.result.strategy}`,
    runId: parts.runId,
    createdAt: parts.createdAt,
    command: settings.command,
    ...{ opened, conditions },
    outOfSample: true,
    runs,
    leading: comparison.leading,
    codeSha256: parts.codeHash,
    sections: [
      conclusionSection(parts.words),
      windowSection(parts.windows, opened, leader, parts.scoredFrom),
      {
        ...pairedSection(comparisons),
        text:
          "The annual Sharpe ratio of the strategy that leads this page less that of each other, " +
          "from daily net returns of the same days; intervals by the stationary bootstrap of the " +
          "pairs, or of the ratio alone against one that stays out. An interval with 0 in it means " +
          "that the two cannot be told apart on these bars." +
          undecidedText(comparisons),
      },
    ],
    ...(comparison.panel === null ? {} : { blend: comparison.panel }),
  });
}

async function refitAll(
  opened: OpenedData,
  cuts: readonly WalkForwardWindow[],
  settings: WalkForwardSettings,
  { costs }: RunConditions,
  control: TaskControl & { readonly runId: string },
  modelsFolder: string,
): Promise<RefittedWindow[]> {
  const folder = join(modelsFolder, "checkpoints", `walk-forward-${control.runId}`);
  const kept = openCheckpointFolder(folder);
  const windows: RefittedWindow[] = [];
  for (const [index, cut] of cuts.entries()) {
    const own: TaskControl = {
      ...control,
      onProgress: (stage, fraction) =>
        control.onProgress?.(
          `window ${index + 1} of ${cuts.length}: ${stage}`,
          FITTING_SHARE * (index + fraction) / cuts.length,
        ),
    };
    const checkpoints = (name: string) => kept.checkpoints(`${index + 1} ${name}`);
    windows.push(await refitWindow(opened, cut, settings, costs, checkpoints, own));
  }
  await kept.clear();
  return windows;
}

/** What was tried: the blends with the parts behind the first of them, or the parts alone. */
function runComparison(
  windows: readonly RefittedWindow[],
  { blends }: WalkForwardSettings,
  conditions: RunConditions,
): {
  readonly runs: readonly StrategyRun[];
  readonly leading: Strategy;
  readonly panel: BlendSummary | null;
} {
  const alone = windows[0]!.models.map((_, part) => stitchedPart(windows, part, conditions));
  const run = (strategy: Strategy): StrategyRun => ({
    role: "model",
    evaluation: evaluate(conditions, strategy),
  });
  const [first, ...others] = blends.map((kind) => stitchBlend(kind, windows, conditions));
  if (first === undefined) {
    return { runs: alone.map(run), leading: alone[0]!, panel: null };
  }
  const blended = runBlend({
    conditions,
    strategy: (recorder) => stitchedStrategy(first, windows, conditions, recorder),
    parts: alone.map((strategy, part) => ({
      source: strategy.name,
      name: strategy.name,
      hasNoveltyFilter: windows.every(({ models }) => models[part]!.noveltyFilter !== null),
      strategy,
      calibration: first.fitted.at(-1)!.calibrations[part]!,
      run: {},
    })),
    confidence: "Confidence is the calibrated probability that a position, held over the horizon " +
      "of the labels, ends above the costs of its round trip. In each window it was fitted on the " +
      "test rows of the windows before it; the counts are those of the last window.",
  });
  return {
    ...blended,
    runs: [
      ...blended.runs,
      ...others.map((blend) => run(stitchedStrategy(blend, windows, conditions, {}))),
    ],
  };
}

/** Adds what was tried to the ledger and reads everything that was ever tried on this market. */
async function countTrials(
  { bars }: OpenedData,
  { storage }: WalkForwardSettings,
  tried: readonly StrategyRun[],
  { clock }: TaskControl,
): Promise<readonly StoredEntry[]> {
  const { symbol } = bars.instrument;
  await using ledger = await openTrialLedger(storage);
  await recordTrials(ledger, tried, {
    study: `${symbol}-walk-forward`,
    target: "walk-forward",
    symbol,
    dataSha256: await barsSha256(bars),
    recordedAt: new Date(clock.now()).toISOString(),
  });
  return (await ledger.entries({ kind: "search" })).filter((entry) => entry.symbol === symbol);
}

function describeWindow(
  { test, train }: WalkForwardWindow,
  { bars }: OpenedData,
): WalkForwardDocument["windows"][number] {
  const instant = (row: number): string => new Date(bars.time[row]!).toISOString();
  return {
    trainFrom: instant(train.from),
    trainTo: instant(train.to - 1),
    trainBars: train.to - train.from,
    testFrom: instant(test.from),
    testTo: instant(test.to - 1),
    testBars: test.to - test.from,
  };
}
