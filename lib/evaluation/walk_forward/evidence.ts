import type { LedgerEntry, StoredEntry, TrialLedger } from "../../registry/mod.ts";
import {
  DAYS_PER_YEAR,
  estimateSharpe,
  judgeTrackRecord,
  type TrackRecordJudgement,
} from "../../statistics/mod.ts";
import type { StrategyRun } from "../comparison.ts";

/** What the stitched out-of-sample result proves; Sharpe ratios are annual. */
export interface WalkForwardEvidence extends Omit<TrackRecordJudgement, "overfitting"> {
  /** Configurations of this run: blends and parts. */
  readonly configurations: number;
  /** PBO of choosing the best of them; null where `reasons.overfitting` says why. */
  readonly overfitting: {
    readonly probability: number;
    readonly lossProbability: number;
  } | null;
}

/** Writes every configuration into the ledger, so that later ones know of it. */
export async function recordTrials(
  ledger: TrialLedger,
  runs: readonly StrategyRun[],
  shared: Pick<LedgerEntry, "study" | "target" | "symbol" | "dataSha256" | "recordedAt">,
): Promise<void> {
  for (const [trial, { evaluation }] of runs.entries()) {
    await ledger.append({
      ...shared,
      ...{ trial, kind: "search", state: "COMPLETE", periodsPerYear: DAYS_PER_YEAR },
      params: { strategy: evaluation.result.strategy },
      value: evaluation.metrics["sharpe"]?.value ?? 0,
      periods: evaluation.days,
      returns: evaluation.returns,
    });
  }
}

/**
 * Judges the first configuration, knowing how many were tried on its market: trials of every study
 * and of every walk-forward count, those that did the same only once.
 *
 * @param tried the configurations of this run
 * @param entries all trials on the market, those of this run among them
 */
export function judge(
  tried: readonly StrategyRun[],
  entries: readonly StoredEntry[],
  seed: number,
): { readonly judgement: TrackRecordJudgement; readonly evidence: WalkForwardEvidence } {
  const returns = tried.map(({ evaluation }) => evaluation.returns);
  const distinct = [...new Map(returns.map((one) => [one.join(), one])).values()];
  const ever = [...new Map(entries.map((entry) => [entry.returnsSha256, entry])).values()];
  const judgement = judgeTrackRecord({
    returns: returns[0]!,
    periodsPerYear: DAYS_PER_YEAR,
    period: "day",
    trials: distinct,
    trialCount: ever.length,
    // Ratios of bars and of days have no common spread, and a trial given up has seen too little.
    trialSharpes: Float64Array.from(
      ever.filter(({ periodsPerYear, state }) =>
        state === "COMPLETE" && periodsPerYear === DAYS_PER_YEAR
      ).flatMap((entry) => estimateSharpe(entry.returns)?.sharpe ?? []),
    ),
  }, { seed });
  return { judgement, evidence: { ...evidenceOf(judgement), configurations: tried.length } };
}

function evidenceOf(
  { overfitting, reasons, ...rest }: TrackRecordJudgement,
): Omit<WalkForwardEvidence, "configurations"> {
  const probability = overfitting?.probability.value ?? null;
  const lossProbability = overfitting?.lossProbability.value ?? null;
  if (probability !== null && lossProbability !== null) {
    return { ...rest, reasons, overfitting: { probability, lossProbability } };
  }
  const reason = overfitting?.probability.reason;
  return {
    ...rest,
    reasons: reason === undefined ? reasons : { ...reasons, overfitting: reason },
    overfitting: null,
  };
}
