import { createRandom } from "../../core/mod.ts";
import type { DriftFinding } from "../../records/mod.ts";
import {
  mean,
  politisWhiteBlockLength,
  standardDeviation,
  stationaryBootstrapIndices,
  studentCdf,
} from "../../statistics/mod.ts";
import { threeDigits } from "../conditions.ts";
import type { EvidenceDay, SessionEvidence } from "./session_evidence.ts";

/** Probability of an alarm where nothing has changed. */
const LEVEL = 0.01;
const FEWEST_FILLS = 20;
const FEWEST_DAYS = 20;
/** Days that a band is drawn from, at least. */
const FEWEST_APPROVED = 60;
const SAMPLES = 4_000;

/** What a session is held against. */
export interface SessionAssumptions {
  /** Ticks that every fill was assumed to lose. */
  readonly slippageTicks: number;
  /** Daily net returns that the system was approved on, in full size, fractions. */
  readonly approved: Float64Array;
  /** Cash that those are fractions of, dollars; null where sizes follow the account. */
  readonly cashUsd: number | null;
  /** Seed of the histories of the band. */
  readonly seed: number;
}

/** Whether fills cost what was assumed, and the account earns what its approved days allow. */
export function detectSessionDrift(
  { days, paidTicks }: SessionEvidence,
  assumed: SessionAssumptions,
): DriftFinding[] {
  return [...slippageDrift(paidTicks, assumed.slippageTicks), ...profitDrift(days, assumed)];
}

/** Dearer fills than assumed, one-sided; cheaper ones harm nobody. */
function slippageDrift(paid: Float64Array, assumed: number): DriftFinding[] {
  if (paid.length < FEWEST_FILLS) return [];
  const found = mean(paid), error = standardDeviation(paid) / Math.sqrt(paid.length);
  const excess = found - assumed;
  // Fills that all cost the same leave no doubt.
  const pValue = error === 0
    ? (excess > 0 ? 0 : 1)
    : 1 - studentCdf(excess / error, paid.length - 1);
  return [{
    detector: "slippage",
    subject: "fills of the session",
    statistic: found,
    pValue,
    alarm: pValue < LEVEL,
    text: `${threeDigits(found)} ticks a lot over ${paid.length} fills where ${
      threeDigits(assumed)
    } were assumed: probability ${threeDigits(pValue)} by chance`,
  }];
}

/** The sum of the session's days within what as many approved days come to, redrawn in blocks. */
function profitDrift(
  days: readonly EvidenceDay[],
  { approved, cashUsd, seed }: SessionAssumptions,
): DriftFinding[] {
  if (days.length < FEWEST_DAYS || approved.length < FEWEST_APPROVED) return [];
  // In full size, so that days of half the size count as what the system did.
  const earned = days.map(({ beforeMicros, profitMicros, sizeFactor }) =>
    profitMicros / sizeFactor / (cashUsd === null ? beforeMicros : 1e6 * cashUsd)
  );
  const total = earned.reduce((sum, value) => sum + value, 0);
  const random = createRandom(seed);
  const blocks = politisWhiteBlockLength(approved).stationary;
  const rows = new Int32Array(days.length);
  let lower = 0;
  for (let sample = 0; sample < SAMPLES; sample++) {
    stationaryBootstrapIndices(random, blocks, rows, approved.length);
    let drawn = 0;
    for (const row of rows) drawn += approved[row]!;
    if (drawn <= total) lower++;
  }
  const pValue = (1 + lower) / (1 + SAMPLES);
  return [{
    detector: "profit band",
    subject: "days of the session",
    statistic: total,
    pValue,
    alarm: pValue < LEVEL,
    text: `${threeDigits(100 * total)} % of the cash in ${days.length} days, in full size: ${
      threeDigits(100 * pValue)
    } % of as many approved days come to that or less`,
  }];
}
