import { neighbourOf } from "../search_spaces/neighbour.ts";
import { createRandom, InputError, mixSeed, type Params } from "../../core/mod.ts";
import { mean, percentile } from "../../statistics/mod.ts";
import { recordResults, type TuneContext } from "./objective.ts";
import { foldScore, tradeBlocks } from "./score.ts";

/** Fresh seeds on which winner and defaults are scored again. */
const FRESH_SEEDS = 3;

/** Settings around the winner that are scored. */
const NEIGHBOURS = 4;

/** A neighbourhood that loses more than this share of the winner's value speaks of luck. */
const LARGEST_LOSS = 0.3;

/** Settings that won, or the defaults beside them. */
export interface Contender {
  /** Number of the trial; null when it was none. */
  readonly trial: number | null;
  readonly params: Params;
  /** Score of the search. */
  readonly value: number;
}

/** What a second look at the winner found, on the same folds. */
export interface TuneCheck {
  /** Scores with seeds that the search did not use. */
  readonly freshSeeds: {
    readonly winner: readonly number[];
    /** Empty where the data cannot bear the defaults. */
    readonly defaults: readonly number[];
    readonly winnerMean: number;
    /** Null where the data cannot bear the defaults. */
    readonly defaultsMean: number | null;
  };
  readonly neighbours: {
    /** Scores of settings a tenth away; settings that the data cannot bear are left out. */
    readonly values: readonly number[];
    readonly median: number | null;
    /** Share of the winner's value that the median loses; null where the winner earns nothing. */
    readonly loss: number | null;
    /** Whether the loss is too large to be trusted (docs/methods.md#tuning); null with the loss. */
    readonly fragile: boolean | null;
  };
}

/** The score of some settings on the folds; it goes into the ledger as a check. */
export async function scoreParams(
  context: TuneContext,
  { trial, params, seed }: {
    readonly trial: number | null;
    readonly params: Params;
    readonly seed: number;
  },
  signal: AbortSignal,
): Promise<number> {
  const { tuning, data } = context;
  const candidate = (await tuning.signalOf(params)).prepare(data.opened);
  const results = await tradeBlocks(candidate, data, { ...context, seed, signal });
  const entry = { trial: trial ?? -1, kind: "check", state: "COMPLETE", params } as const;
  await recordResults(context, entry, results);
  return foldScore(results).value;
}

/**
 * Scores the winner again with fresh seeds beside the defaults, and what lies around it.
 *
 * @param defaults null where the data cannot bear them
 */
export async function checkWinner(
  context: TuneContext,
  winner: Contender,
  defaults: Contender | null,
  control: {
    readonly signal: AbortSignal;
    readonly onProgress?: (stage: string, fraction: number) => void;
  },
): Promise<TuneCheck> {
  const { signal, onProgress } = control;
  const fresh = { winner: [] as number[], defaults: [] as number[] };
  for (let k = 0; k < FRESH_SEEDS; k++) {
    onProgress?.("fresh seeds", k / FRESH_SEEDS);
    const seed = mixSeed(context.seed, k + 1);
    fresh.winner.push(await scoreParams(context, { ...winner, seed }, signal));
    if (defaults === null) continue;
    fresh.defaults.push(await scoreParams(context, { ...defaults, trial: null, seed }, signal));
  }
  const values: number[] = [];
  const random = createRandom(mixSeed(context.seed, 0x6e656172));
  const { space } = await context.tuning.signalOf(winner.params);
  for (let k = 0; k < NEIGHBOURS; k++) {
    onProgress?.("neighbours", k / NEIGHBOURS);
    const params = neighbourOf(space, winner.params, random);
    const score = scoreParams(context, { ...winner, params, seed: context.seed }, signal);
    const value = await score.catch((error: unknown) => {
      if (error instanceof InputError) return null;
      throw error;
    });
    if (value !== null) values.push(value);
  }
  return {
    freshSeeds: {
      ...fresh,
      winnerMean: mean(Float64Array.from(fresh.winner)),
      defaultsMean: defaults === null ? null : mean(Float64Array.from(fresh.defaults)),
    },
    neighbours: neighbourhood(values, winner.value),
  };
}

function neighbourhood(values: readonly number[], best: number): TuneCheck["neighbours"] {
  if (values.length === 0) return { values, median: null, loss: null, fragile: null };
  const median = percentile(Float64Array.from(values).sort(), 0.5);
  const loss = best > 0 ? (best - median) / best : null;
  return { values, median, loss, fragile: loss === null ? null : loss > LARGEST_LOSS };
}
