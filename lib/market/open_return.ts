import type { Bars } from "./bars.ts";

/**
 * Return from one open to a later one, as a fraction, rolls of a continuous future taken out.
 *
 * @param from row of the first open
 * @param to row of the second
 */
export function openReturn(bars: Bars, from: number, to: number): number {
  const { continuous, open } = bars;
  if (continuous === undefined) return open[to]! / open[from]! - 1;
  const { adjustment, method } = continuous;
  const isRatio = method === "ratio";
  const joined = (row: number) =>
    isRatio ? open[row]! * adjustment[row]! : open[row]! + adjustment[row]!;
  return (joined(to) - joined(from)) / (isRatio ? joined(from) : open[from]!);
}
