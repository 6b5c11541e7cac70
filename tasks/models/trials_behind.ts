import { existsSync } from "node:fs";
import { openTrialLedger } from "../../lib/registry/mod.ts";
import {
  DAYS_PER_YEAR,
  deflatedSharpe,
  estimateSharpe,
  standardDeviation,
} from "../../lib/statistics/mod.ts";

/** The newest stored test of a version. */
export interface NewestTest {
  /** Of the run. */
  readonly runId: string;
  /** Its net return of each day. */
  readonly returns: Float64Array;
}

/** How many settings were tried on an instrument, and what is left of a test after all of them. */
export interface TrialsBehind {
  /** Distinct settings that competed on bars of the instrument, in all studies and nights. */
  readonly trials: number;
  /** Run of the newest stored test; null for none. */
  readonly test: string | null;
  /**
   * Probability that the test's true Sharpe ratio is above the best that so many worthless trials
   * would show; null where it cannot be told.
   */
  readonly deflatedSharpe: number | null;
  /** Why it is null. */
  readonly reason: string | null;
}

/**
 * Counts the trials behind a version by the ledger, and deflates its newest stored test by them.
 *
 * @param storage database of studies and ledger
 * @param test newest stored test of the version; null for none
 */
export async function trialsBehind(
  symbol: string,
  storage: string,
  test: NewestTest | null,
): Promise<TrialsBehind> {
  const ratios = await triedRatios(symbol, storage);
  const found = { trials: ratios.length, test: test?.runId ?? null };
  const none = (reason: string): TrialsBehind => ({ ...found, deflatedSharpe: null, reason });
  if (test === null) return none("no stored backtest has tested it");
  const estimate = estimateSharpe(test.returns);
  if (estimate === null) return none("its test has no Sharpe ratio");
  const known = ratios.filter((ratio) => ratio !== null);
  if (known.length < 2) return none("fewer than two trials have a Sharpe ratio");
  const variance = standardDeviation(Float64Array.from(known)) ** 2;
  return {
    ...found,
    deflatedSharpe: deflatedSharpe(estimate, ratios.length, variance),
    reason: null,
  };
}

/** Sharpe ratios a day of all distinct trials; null for one without. */
async function triedRatios(symbol: string, storage: string): Promise<(number | null)[]> {
  // Whoever only looks makes no database.
  if (!existsSync(storage)) return [];
  await using ledger = await openTrialLedger(storage);
  const entries = (await ledger.entries({ kind: "search" }))
    .filter((entry) => entry.symbol === symbol);
  const distinct = new Map(entries.map((entry) => [entry.returnsSha256, entry]));
  return [...distinct.values()].map(({ periodsPerYear, returns, state }) => {
    const sharpe = state === "COMPLETE" ? estimateSharpe(returns)?.sharpe ?? null : null;
    return sharpe === null ? null : sharpe * Math.sqrt(periodsPerYear / DAYS_PER_YEAR);
  });
}
