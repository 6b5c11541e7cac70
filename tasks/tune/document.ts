import type { JsonValue, Params } from "../../lib/core/mod.ts";
import {
  type OptimizeSummary,
  parameterImportances,
  type Study,
  TRIAL_STATES,
  type TrialState,
} from "../../lib/tuning/mod.ts";
import { withoutPassword } from "../../lib/db/mod.ts";
import type { Contender, DevelopmentData, Examination, Period } from "../../lib/evaluation/mod.ts";

/** What `tune --json` prints. */
export interface TuneDocument {
  readonly study: string;
  readonly target: string;
  /** Without a password. */
  readonly storage: string;
  readonly symbol: string;
  /** All trials of the study. */
  readonly states: Readonly<Record<TrialState, number>>;
  /** How the trials of this call ended. */
  readonly own: OptimizeSummary;
  readonly best: Contender & { readonly settings: JsonValue };
  /** Shares that sum to 1, largest first; null with too few trials. */
  readonly importances: Readonly<Record<string, number>> | null;
  readonly trials: readonly {
    readonly number: number;
    readonly state: TrialState;
    readonly value: number | null;
    readonly params: Params;
  }[];
  /** The bars that were searched. */
  readonly development: {
    readonly from: string;
    readonly to: string;
    readonly rows: number;
    readonly folds: number;
    /** Period whose returns are counted. */
    readonly period: Period;
    readonly sha256: string;
  };
  /** Null when it was left to another worker, or not wanted. */
  readonly examination: Examination | null;
  readonly notes: readonly string[];
  /** File with the settings of the winner, for `train --recipe`. */
  readonly recipe: string;
  readonly report: string | null;
  readonly seconds: number;
}

type TrialParts = "states" | "importances" | "trials";

/** What the document says of all trials. */
export async function describeTrials(study: Study): Promise<Pick<TuneDocument, TrialParts>> {
  const trials = await study.trials();
  const counts = TRIAL_STATES.map((state) =>
    [state, trials.filter((trial) => trial.state === state).length] as const
  );
  return {
    states: Object.fromEntries(counts) as TuneDocument["states"],
    importances: parameterImportances(trials, study.directions),
    trials: trials.map(({ number, state, values, params }) => ({
      number,
      state,
      value: values?.[0] ?? null,
      params,
    })),
  };
}

/** What the document says of the bars that were searched. */
export function describeStudyBars(
  { opened: { bars }, period, blocks, sha256 }: DevelopmentData,
): TuneDocument["development"] {
  return {
    from: new Date(bars.time[0]!).toISOString(),
    to: new Date(bars.time[bars.length - 1]!).toISOString(),
    rows: bars.length,
    folds: blocks.length,
    period,
    sha256,
  };
}

/** A storage without its password. */
export function placeOf(storage: string): string {
  return storage.includes("://") ? withoutPassword(storage) : storage;
}
