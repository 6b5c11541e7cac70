import { nearestName } from "../core/mod.ts";

/** Most names that a line holds. */
const MOST = 4;

/** What to write in place of a name that nobody knows: those near it, and where all stand. */
export function remedyOf(name: string, known: readonly string[]): string {
  const words = name.toLowerCase().split("-").filter((word) => word.length > 2);
  const alike = known.filter((each) => words.some((word) => each.toLowerCase().includes(word)));
  const nearest = nearestName(name, known);
  const near = [...new Set([...(nearest === null ? [] : [nearest]), ...alike])].slice(0, MOST);
  const guess = near.length === 0 ? "" : `did you mean ${near.join(", ")}? `;
  return `${guess}All ${known.length} stand in docs/sandbox.md`;
}
