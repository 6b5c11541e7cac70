import { InputError, mixSeed } from "../../core/mod.ts";
import {
  type Metric,
  type PairedSharpe,
  pairedSharpe,
  sharpeInterval,
} from "../../statistics/mod.ts";
import type { OpenedData } from "../../data/mod.ts";
import type { Contender } from "./check.ts";
import type { DevelopmentData } from "./data.ts";
import { recordResults, type TuneContext } from "./objective.ts";
import { type BlockResult, tradeBlock } from "./score.ts";

/** What one contender earned on the held-out bars. */
export interface HoldoutResult {
  /** Annual, net of costs; null where it never traded. */
  readonly sharpe: Metric;
  /** 95 % interval of the ratio; null where it is undefined. */
  readonly interval: readonly [number, number] | null;
  /** Why the sign of the ratio cannot be known; null where it can or is undefined. */
  readonly undecided: string | null;
  readonly trades: number;
  readonly netUsd: number;
}

/** Winner and defaults on bars that the search has never seen. */
export interface HoldoutComparison {
  readonly from: string;
  readonly to: string;
  /** Returns that were compared. */
  readonly periods: number;
  readonly winner: HoldoutResult;
  /** Null where the data cannot bear the defaults. */
  readonly defaults: HoldoutResult | null;
  /** Null for fewer than eight periods, or without the defaults. */
  readonly paired: PairedSharpe | null;
  /** How many winners of these development bars were tried on held-out bars, this one included. */
  readonly looks: number;
}

/**
 * Fits winner and defaults on all development bars, as `train` would, and trades the held-out ones
 * once. Both series go into the ledger, which so knows how often the held-out bars were opened.
 *
 * @param opened all bars
 */
export async function compareOnHoldout(
  context: TuneContext,
  opened: OpenedData,
  winner: Contender,
  signal: AbortSignal,
): Promise<HoldoutComparison> {
  const { data, tuning, ledger, seed } = context;
  const { bars } = opened;
  const block = { from: data.opened.bars.length, to: bars.length };
  const trade = async ({ params }: Pick<Contender, "params">): Promise<BlockResult> => {
    const candidate = (await tuning.signalOf(params)).prepare(opened);
    const { period, periodsPerYear } = data;
    return tradeBlock(candidate, opened, block, { ...context, period, periodsPerYear, signal });
  };
  const won = await trade(winner);
  const defaults = await trade({ params: tuning.defaults }).catch((error: unknown) => {
    if (error instanceof InputError) return null;
    throw error;
  });
  const entry = { kind: "holdout", state: "COMPLETE" } as const;
  const { params } = winner;
  await recordResults(context, { ...entry, trial: winner.trial ?? -1, params }, [won]);
  const looks = await ledger.entries({ dataSha256: data.sha256, kind: "holdout" });
  return {
    from: isoTime(bars.time[block.from]!),
    to: isoTime(bars.time[block.to - 1]!),
    periods: won.returns.length,
    winner: summaryOf(won, data),
    defaults: defaults && summaryOf(defaults, data),
    paired: defaults && pairedSharpe(won.returns, defaults.returns, {
      periodsPerYear: data.periodsPerYear,
      seed: mixSeed(seed, 0x70616972),
    }),
    looks: new Set(looks.map(({ returnsSha256 }) => returnsSha256)).size,
  };
}

function summaryOf(
  { sharpe, trades, netUsd, returns }: BlockResult,
  { periodsPerYear }: DevelopmentData,
): HoldoutResult {
  const judged = sharpeInterval(returns, { periodsPerYear });
  const { interval, undecided } = judged ?? { interval: null, undecided: null };
  return { sharpe, interval, undecided, trades, netUsd };
}

function isoTime(time: number): string {
  return new Date(time).toISOString();
}
