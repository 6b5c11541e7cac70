import type { TrialLedger } from "../../registry/mod.ts";
import { type ActiveTrial, type Objective, prunerOf, TrialPruned } from "../../tuning/mod.ts";
import { type Clock, InputError } from "../../core/mod.ts";
import type { AccountSettings } from "../../system/mod.ts";
import type { DevelopmentData } from "./data.ts";
import { type BlockResult, foldScore, joinedSeries, tradeBlocks } from "./score.ts";
import type { Choice, Tuning } from "./targets.ts";

/** Attribute of a trial whose settings the data cannot bear. */
export const UNUSABLE_KEY = "tune:unusable";

/** What every evaluation of a study shares. */
export interface TuneContext {
  readonly study: string;
  readonly tuning: Tuning;
  readonly data: DevelopmentData;
  readonly market: AccountSettings;
  readonly pruner: string;
  /** Seed of the fits: the same for all trials, so that chance does not choose between them. */
  readonly seed: number;
  readonly workers: number;
  readonly ledger: TrialLedger;
  readonly clock: Clock;
}

/** An evaluation that goes into the ledger. */
export type Evaluated = Pick<
  Parameters<TrialLedger["append"]>[0],
  "trial" | "kind" | "state" | "params"
>;

/**
 * What a study maximises: the mean over the purged walk-forward folds of the annual Sharpe ratio
 * net of all costs, less one standard error. Each fold is a step of the pruner. The series goes
 * into the ledger before the study hears of the value, so every finished trial is there.
 */
export function tuneObjective(context: TuneContext): Objective {
  return async (trial) => {
    const choice = await context.tuning.choose(trial);
    try {
      return await evaluateTrial(context, trial, choice);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      // Some settings need more bars than there are: no fault of the others.
      await trial.setUserAttribute(UNUSABLE_KEY, error.message);
      return NaN;
    }
  };
}

async function evaluateTrial(
  context: TuneContext,
  trial: ActiveTrial,
  choice: Choice,
): Promise<number> {
  const { data, pruner } = context;
  const evaluated = { trial: trial.number, kind: "search", params: trial.params } as const;
  const keep = async (state: "COMPLETE" | "PRUNED", results: readonly BlockResult[]) => {
    const sha256 = await recordResults(context, { ...evaluated, state }, results);
    const sharpe = results.map((result) => result.sharpe.value);
    await trial.setUserAttribute("tune:sharpe", sharpe);
    await trial.setUserAttribute("tune:trades", results.map(({ trades }) => trades));
    await trial.setUserAttribute("tune:ledger", sha256);
  };
  const conditions = { ...context, signal: trial.signal };
  const candidate = choice.prepare(data.opened);
  const results = await tradeBlocks(candidate, data, conditions, async (soFar) => {
    await trial.report(reported(soFar, pruner), soFar.length - 1);
    if (soFar.length === data.blocks.length || !await trial.shouldPrune()) return;
    await keep("PRUNED", soFar);
    throw new TrialPruned();
  });
  await keep("COMPLETE", results);
  return foldScore(results).value;
}

/**
 * A pruner either compares fold with fold or the mean so far: the
 * standard error of two or three folds would drown it.
 */
function reported(results: readonly BlockResult[], pruner: string): number {
  return prunerOf(pruner).comparesSteps
    ? results.at(-1)!.sharpe.value ?? 0
    : foldScore(results).mean;
}

/** Writes an evaluation into the ledger. */
export function recordResults(
  { study, tuning, data, ledger, clock }: TuneContext,
  evaluated: Evaluated,
  results: readonly BlockResult[],
): Promise<string> {
  return ledger.append({
    ...evaluated,
    study,
    target: tuning.name,
    symbol: data.opened.bars.instrument.symbol,
    dataSha256: data.sha256,
    value: foldScore(results).value,
    periodsPerYear: data.periodsPerYear,
    ...joinedSeries(results),
    recordedAt: new Date(clock.now()).toISOString(),
  });
}
