import { type Bars, openReturn } from "../../market/mod.ts";
import { isPolicy, type ModelManifest } from "../../records/mod.ts";

/**
 * A model taken at its word: one whose edge could not be told from nothing, or a policy that must
 * stand aside, is followed all the same. Only to see what it would have done.
 *
 * A classifier's edge is then (p(up) - p(down)) times the mean size of a move over its horizon in
 * the bars it was trained on.
 */
export function takenAtItsWord(manifest: ModelManifest, trained: Bars): ModelManifest {
  if (isPolicy(manifest)) return { ...manifest, stance: "trade" };
  if (manifest.edge.shrinkage > 0) return manifest;
  const move = meanMove(trained, manifest.horizonBars);
  return { ...manifest, classOutcomes: [-move, 0, move] };
}

function meanMove(bars: Bars, horizonBars: number): number {
  let sum = 0, count = 0;
  for (let row = 0; row + horizonBars < bars.length; row++, count++) {
    sum += Math.abs(openReturn(bars, row, row + horizonBars));
  }
  return count === 0 ? 0 : sum / count;
}
