import { CLASSES } from "../market/mod.ts";

/** What a model predicted, and what it would need to trade. */
export interface PredictionNumbers {
  /** Probabilities of down, flat, up. */
  readonly probabilities: readonly [number, number, number];
  /** Expected return of a long position, ticks. */
  readonly edgeTicks: number;
  /** Edge needed to trade, ticks. */
  readonly neededTicks: number;
}

/**
 * A prediction as one clause.
 *
 * @example
 * ```ts
 * import { describePrediction } from "./decision_text.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * const text = describePrediction({
 *   probabilities: [0.12, 0.27, 0.61],
 *   edgeTicks: 2.31,
 *   neededTicks: 1.9,
 * });
 * assertEquals(text, "up 0.61, edge +2.3 ticks above the 1.9 needed");
 * ```
 */
export function describePrediction(numbers: PredictionNumbers): string {
  const { probabilities, edgeTicks, neededTicks } = numbers;
  const likeliest = probabilities.indexOf(Math.max(...probabilities));
  const relation = Math.abs(edgeTicks) > neededTicks ? "above" : "within";
  const sign = edgeTicks < 0 ? "-" : "+";
  return `${CLASSES[likeliest]} ${probabilities[likeliest]!.toFixed(2)}, edge ${sign}${
    Math.abs(edgeTicks).toFixed(1)
  } ticks ${relation} the ${neededTicks.toFixed(1)} needed`;
}

/** The change of position in words: "stay flat", "hold long 2", "go short 1", "close long 1". */
export function describeMove(
  { positionLots, targetLots }: { readonly positionLots: number; readonly targetLots: number },
): string {
  if (targetLots === positionLots) {
    return targetLots === 0 ? "stay flat" : `hold ${describePosition(targetLots)}`;
  }
  return targetLots === 0
    ? `close ${describePosition(positionLots)}`
    : `go ${describePosition(targetLots)}`;
}

function describePosition(lots: number): string {
  return `${lots > 0 ? "long" : "short"} ${Math.abs(lots)}`;
}
