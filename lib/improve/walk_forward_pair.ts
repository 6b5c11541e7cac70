import { join } from "node:path";
import { createRunConditions, decidedConditions, requestedSizing } from "../system/mod.ts";
import type { TaskControl } from "../core/mod.ts";
import type { OpenedData } from "../data/mod.ts";
import {
  evaluate,
  type RefitRequest,
  type RefittedWindow,
  refitWindow,
  stitchBlend,
  stitchedPart,
  stitchedStrategy,
  type SystemRecipe,
  walkForwardPlan,
  type WalkForwardWindow,
} from "../evaluation/mod.ts";
import { openCheckpointFolder } from "../models/mod.ts";
import { runOf, type SystemRun } from "./system_returns.ts";

/** How two recipes are compared. */
export interface EvidenceSettings {
  /** Newest share of the bars that no search sees: all that is tested lies in it. */
  readonly holdout: number;
  /** Refits over it. */
  readonly windows: number;
  /** Cash of the account, dollars. */
  readonly cashUsd: number;
  /** Initial margin per lot, dollars; the instrument's own when absent. */
  readonly marginUsd?: number;
  readonly seed: number;
  /** Threads; no result depends on them. */
  readonly workers: number;
}

/** Folds inside each training; they do not change what is fitted. */
const FOLDS = 2;

/**
 * The windows of the evidence: training begins with the oldest bar and ends a gap before its test, and
 * the tests are the held-out bars, end to end.
 *
 * @param gapBars longest horizon of any label
 * @throws {InputError} when the bars do not hold one window
 */
export function evidenceWindows(
  rows: number,
  { holdout, windows }: Pick<EvidenceSettings, "holdout" | "windows">,
  gapBars: number,
): readonly WalkForwardWindow[] {
  const first = Math.floor(rows * (1 - holdout));
  return walkForwardPlan({
    rows: { from: 0, to: rows },
    kind: "expanding",
    trainRows: first - gapBars,
    gapRows: gapBars,
    testRows: Math.ceil((rows - first) / windows),
  }).windows;
}

/**
 * Fits a recipe again in every window and trades all tests as one. With a blend the first window only
 * teaches.
 *
 * @param folder for what an interrupted run has finished
 */
export async function walkRecipe(
  recipe: SystemRecipe,
  opened: OpenedData,
  cuts: readonly WalkForwardWindow[],
  settings: EvidenceSettings,
  folder: string,
  control: TaskControl,
): Promise<SystemRun> {
  const [kind] = recipe.blends;
  const { cashUsd, marginUsd, seed, workers } = settings;
  const market = {
    ...{ ...recipe.market, cashUsd },
    ...(marginUsd === undefined ? {} : { marginUsd }),
  };
  const from = cuts[kind === undefined ? 0 : 1]!.test.from;
  const { conditions: fixed } = createRunConditions(opened, market, {
    from,
    to: opened.bars.length,
  });
  const sizing = requestedSizing(opened, market, recipe.risk, from - 1);
  const conditions = decidedConditions(fixed, { limits: recipe.risk.limits, sizing });
  const request: RefitRequest = {
    ...{ recipes: [], policy: null, again: recipe.again, unproven: false, market },
    training: { costs: market.costs, folds: FOLDS, seed, workers },
  };
  const kept = openCheckpointFolder(folder);
  const windows: RefittedWindow[] = [];
  for (const [index, cut] of cuts.entries()) {
    const checkpoints = (name: string) => kept.checkpoints(`${index + 1} ${name}`);
    windows.push(
      await refitWindow(opened, cut, request, conditions.costs, checkpoints, {
        ...control,
        onProgress: (stage, fraction) =>
          control.onProgress?.(
            `window ${index + 1} of ${cuts.length}: ${stage}`,
            (index + fraction) / cuts.length,
          ),
      }),
    );
  }
  const strategy = kind === undefined
    ? stitchedPart(windows, 0, conditions)
    : stitchedStrategy(stitchBlend(kind, windows, conditions), windows, conditions, {});
  const run = runOf(evaluate(conditions, strategy));
  await kept.clear();
  return run;
}

/** Both recipes over the same windows. */
export async function walkPair(
  challenger: SystemRecipe,
  champion: SystemRecipe,
  opened: OpenedData,
  settings: EvidenceSettings,
  folder: string,
  control: TaskControl,
): Promise<{ readonly challenger: SystemRun; readonly champion: SystemRun }> {
  const gap = Math.max(challenger.system.horizonBars, champion.system.horizonBars);
  const cuts = evidenceWindows(opened.bars.length, settings, gap);
  const walk = (recipe: SystemRecipe, name: string) =>
    walkRecipe(recipe, opened, cuts, settings, join(folder, name), control);
  return {
    challenger: await walk(challenger, "challenger"),
    champion: await walk(champion, "champion"),
  };
}
