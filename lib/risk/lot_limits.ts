/** Rules that can overrule a strategy, in the order applied. */
export const VETOES = ["max-lots", "margin"] as const;

/** Name of a rule that can overrule a strategy. */
export type Veto = typeof VETOES[number];

/** Target cut to at most `maxLots` in either direction. */
export function capLots(targetLots: number, maxLots: number): number {
  return Math.max(-maxLots, Math.min(maxLots, targetLots));
}

/**
 * Target cut to the lots that the equity can back. Lots already held on the same side are never
 * sold for it: the rule stands before entries only.
 *
 * @param requirementMicros what one lot must be backed with, micro-dollars
 * @example
 * ```ts
 * import { affordLots } from "./lot_limits.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * assertEquals(affordLots(-5, 0, 10_000, 3_000), -3);
 * assertEquals(affordLots(5, 4, 10_000, 3_000), 4);
 * ```
 */
export function affordLots(
  targetLots: number,
  positionLots: number,
  equityMicros: number,
  requirementMicros: number,
): number {
  const wanted = Math.abs(targetLots);
  if (wanted * requirementMicros <= equityMicros) return targetLots;
  const held = targetLots > 0 === positionLots > 0 ? Math.abs(positionLots) : 0;
  const affordable = Math.max(0, Math.floor(equityMicros / requirementMicros));
  return Math.sign(targetLots) * Math.min(wanted, Math.max(held, affordable));
}
