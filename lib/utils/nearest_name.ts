/**
 * The candidate that was probably meant: fewest insertions, deletions and replacements
 * (Levenshtein 1966), at most a third of the name, case ignored. Null when none is that near.
 *
 * @example
 * ```ts
 * import { nearestName } from "./nearest_name.ts";
 * import { assertEquals } from "./assert.ts";
 *
 * assertEquals(nearestName("volatilty", ["volume", "volatility"]), "volatility");
 * assertEquals(nearestName("banana", ["volume", "volatility"]), null);
 * ```
 */
export function nearestName(name: string, candidates: Iterable<string>): string | null {
  let nearest: string | null = null;
  let least = Math.max(1, Math.floor(name.length / 3)) + 1;
  for (const candidate of candidates) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance < least) [nearest, least] = [candidate, distance];
  }
  return nearest;
}

function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const replaced = row[j - 1]! + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[to.length]!;
}
