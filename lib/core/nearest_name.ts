import { editDistance } from "./edit_distance.ts";

/**
 * The candidate that was probably meant: fewest insertions, deletions and replacements
 * (Levenshtein 1966), at most a third of the name, case ignored. Null when none is that near.
 *
 * @example
 * ```ts
 * import { nearestName } from "./nearest_name.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * assertEquals(nearestName("volatilty", ["volume", "volatility"]), "volatility");
 * assertEquals(nearestName("banana", ["volume", "volatility"]), null);
 * ```
 */
export function nearestName(name: string, candidates: Iterable<string>): string | null {
  let nearest: string | null = null;
  let least = Math.max(1, Math.floor(name.length / 3)) + 1;
  for (const candidate of candidates) {
    const distance = editDistance(name, candidate);
    if (distance < least) [nearest, least] = [candidate, distance];
  }
  return nearest;
}
