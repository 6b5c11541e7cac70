/**
 * Fewest insertions, deletions and replacements that turn one text into the other, upper and lower
 * case alike (Levenshtein 1966).
 *
 * @example
 * ```ts
 * import { editDistance } from "./edit_distance.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * assertEquals(editDistance("kitten", "Sitting"), 3);
 * ```
 */
export function editDistance(from: string, to: string): number {
  const [a, b] = [from.toLowerCase(), to.toLowerCase()];
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
