import { CLASSES } from "../market/outcome_class.ts";

/** What a model predicted and what the strategy makes of it. */
export interface PredictionNumbers {
  /** Probabilities of down, flat, up. */
  readonly probabilities: readonly [number, number, number];
  /** Expected return of a long position, ticks. */
  readonly edgeTicks: number;
  /** Edge needed to trade, ticks. */
  readonly neededTicks: number;
  /** Position held now, signed lots. */
  readonly positionLots: number;
  /** Position wanted, signed lots. */
  readonly targetLots: number;
}

/**
 * A prediction and its consequence as one sentence.
 *
 * @example
 * ```ts
 * import { describeDecision } from "./decision_text.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * const text = describeDecision({
 *   probabilities: [0.12, 0.27, 0.61],
 *   edgeTicks: 2.31,
 *   neededTicks: 1.9,
 *   positionLots: 0,
 *   targetLots: 1,
 * });
 * assertEquals(text, "up 0.61, edge +2.3 ticks above the 1.9 needed: go long 1");
 * ```
 */
export function describeDecision(numbers: PredictionNumbers): string {
  const { probabilities, edgeTicks, neededTicks } = numbers;
  const likeliest = probabilities.indexOf(Math.max(...probabilities));
  const relation = Math.abs(edgeTicks) > neededTicks ? "above" : "within";
  const sign = edgeTicks < 0 ? "-" : "+";
  return `${CLASSES[likeliest]} ${probabilities[likeliest]!.toFixed(2)}, edge ${sign}${
    Math.abs(edgeTicks).toFixed(1)
  } ticks ${relation} the ${neededTicks.toFixed(1)} needed: ${describeMove(numbers)}`;
}

/** The change of position in words: "stay flat", "hold long 2", "go short 1", "close long 1". */
export function describeMove(
  { positionLots, targetLots }: Pick<PredictionNumbers, "positionLots" | "targetLots">,
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
