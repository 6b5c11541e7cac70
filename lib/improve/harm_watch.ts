import {
  drawdownPath,
  HARM_SCALE_DEVIATIONS,
  harmEvidence,
  percentile,
  simulateDrawdowns,
  standardDeviation,
  sumSteps,
} from "../statistics/mod.ts";
import { type Judged, threeDigits } from "./conditions.ts";
import { PROMOTION_RULE } from "./promotion_rule.ts";
import type { PairedReturns } from "./risk_comparison.ts";

/** What is watched, and what it was approved on. */
export interface Watched {
  /** The days that won the evidence, before the first of `since`. */
  readonly approved: PairedReturns;
  /** The days since then. */
  readonly since: PairedReturns;
  /** Days over which a position is judged: shorter steps overlap, and the evidence does not hold. */
  readonly stepDays: number;
  /** Seed of the histories that the band of drawdowns is drawn from. */
  readonly seed: number;
}

/** What watching found. */
export interface HarmFound {
  /** No evidence of harm. */
  readonly harm: Judged;
  /** A drawdown that its own history allows. */
  readonly drawdown: Judged;
  /** The figures of both. */
  readonly statistics: Readonly<Record<string, number | null>>;
}

/**
 * Looks for harm: evidence, valid at any time, that the challenger earns less than the champion, and
 * a drawdown deeper than 95 % of the histories that its approved days allow, where they are enough to
 * tell.
 *
 * @param bandSessions length of those histories: the longest time it will be watched, as the deepest
 * drawdown only grows
 */
export function watchHarm(watched: Watched, bandSessions: number): HarmFound {
  const { approved, seed, since, stepDays } = watched;
  const steps = (returns: PairedReturns) => ({
    challenger: sumSteps(returns.challenger, stepDays),
    champion: sumSteps(returns.champion, stepDays),
  });
  const before = steps(approved), now = steps(since);
  const spread = standardDeviation(
    before.challenger.map((value, step) => value - before.champion[step]!),
  );
  const found = spread > 0
    ? harmEvidence(now.challenger, now.champion, { scale: HARM_SCALE_DEVIATIONS * spread })
    : null;
  const largest = found?.largest ?? 1;
  const drawdown = drawdownPath(since.challenger).maxDrawdown;
  const band = drawdownBand(approved.challenger, seed, {
    periods: Math.max(bandSessions, since.challenger.length),
  });
  return {
    harm: {
      name: "harm",
      holds: largest < PROMOTION_RULE.harm,
      text: `evidence of harm ${threeDigits(largest)} after ${now.challenger.length} steps`,
      otherwise: `evidence of harm below ${PROMOTION_RULE.harm}`,
    },
    drawdown: {
      name: "drawdown",
      holds: band === null || drawdown >= band,
      text: `deepest drawdown ${threeDigits(100 * drawdown)} %, ${
        band === null
          ? `and ${approved.challenger.length} approved days are too few for a band`
          : `band to ${threeDigits(100 * band)} %`
      }`,
      otherwise: "a drawdown inside the band of its approved days",
    },
    statistics: {
      sessions: since.challenger.length,
      evidenceOfHarm: largest,
      clipped: found?.clipped ?? null,
      drawdown,
      drawdownBand: band,
    },
  };
}

/** The drawdown that few histories fall below; null where too few days are known to draw them from. */
function drawdownBand(
  approved: Float64Array,
  seed: number,
  { periods }: { readonly periods: number },
): number | null {
  if (approved.length < PROMOTION_RULE.bandDays) return null;
  const { maxDrawdown } = simulateDrawdowns(approved, { seed, periods });
  return percentile(maxDrawdown, PROMOTION_RULE.drawdownTail);
}
