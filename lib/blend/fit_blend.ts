import { mean } from "../statistics/mod.ts";
import type { Blender, BlendHistory, BlendRule } from "./blender.ts";
import { blenderOf, BLENDERS } from "./blenders.ts";
import { type ConfidenceCalibration, fitConfidence } from "./confidence_calibration.ts";
import type { Signal } from "./signal.ts";

/** All that a blend learns before it begins; plain data. */
export interface FittedBlend {
  /** Evidence to probability, one per part; null where there were too few rows. */
  readonly calibrations: readonly (ConfidenceCalibration | null)[];
  /** The blender with its settings. */
  readonly rule: BlendRule;
  /** Mean result of winning and of losing positions, as fractions of price, after costs. */
  readonly bet: { readonly win: number; readonly loss: number } | null;
}

/** Share of the rows, the older, that fit the parts' confidence where the blender is fitted on the rest. */
const FIRST_STAGE = 0.6;

/**
 * Fits the parts' confidence, P(the position held over the horizon ends above its round trip), and
 * what the blender needs. A blender that reads the confidence is fitted on newer rows than it, so
 * its inputs are out of fold.
 *
 * @param horizonBars rows that one outcome spans, left out between the two stages
 * @param blenders where the kind is looked up
 * @throws {InputError} when there is no such blender
 * @throws {RangeError} when the sizes differ
 */
export function fitBlend(
  kind: string,
  history: BlendHistory,
  horizonBars: number,
  blenders: readonly Blender[] = BLENDERS,
): FittedBlend {
  const rows = history.moves.length;
  if (history.costs.length !== rows) {
    throw new RangeError(
      `Cannot fit a blend as ${rows} moves need as many costs: current value is ${history.costs.length}`,
    );
  }
  const blender = blenderOf(kind, blenders);
  const { readsConfidence } = blender;
  const unseenFrom = readsConfidence ? Math.floor(rows * FIRST_STAGE) : rows;
  const calibrations = history.signals.map((signals) =>
    fitPart(signals, history, readsConfidence ? unseenFrom - horizonBars - 1 : rows)
  );
  const rule = blender.fit({ history, calibrations, unseenFrom });
  return { calibrations, rule, bet: meanBet(history) };
}

function fitPart(
  signalAt: (row: number) => Signal | null,
  { costs, moves }: BlendHistory,
  end: number,
): ConfidenceCalibration | null {
  const evidence = [], won: number[] = [];
  for (let row = 0; row < end; row++) {
    const signal = signalAt(row);
    const net = (signal?.position ?? 0) * moves[row]! -
      Math.abs(signal?.position ?? 0) * costs[row]!;
    if (signal?.evidence == null || signal.position === 0 || Number.isNaN(net)) continue;
    if (!Number.isFinite(signal.evidence.volatility)) continue;
    evidence.push(signal.evidence);
    won.push(net > 0 ? 1 : 0);
  }
  return fitConfidence(evidence, Uint8Array.from(won));
}

function meanBet({ costs, moves }: BlendHistory): FittedBlend["bet"] {
  const sizes = moves.map(Math.abs).filter(Number.isFinite);
  const cost = costs.filter(Number.isFinite);
  if (sizes.length === 0 || cost.length === 0) return null;
  const size = mean(sizes), paid = mean(cost);
  return { win: size - paid, loss: size + paid };
}
