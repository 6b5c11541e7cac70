import { diffArrays } from "diff";

/** Two changes of one text joined, or the places where they meet. */
export interface Merge {
  /** The joined text; conflicts stand between `<<<<<<<` and `>>>>>>>`. */
  readonly text: string;
  /** Number of places where both sides changed the same lines in different ways. */
  readonly conflicts: number;
}

/** Lines of the base, from `start` to before `end`, and what a side has in their place. */
interface Region {
  readonly side: Side;
  readonly start: number;
  readonly end: number;
  readonly lines: readonly string[];
}

type Side = "ours" | "theirs";

/**
 * Joins two changes of the same base line by line (Khanna, Kunal & Pierce 2007): what only one
 * side changed is taken from it.
 *
 * @param ours the base with one change, kept where both agree
 * @param theirs the base with the other change
 * @example
 * ```ts
 * import { mergeThreeWay } from "./merge_three_way.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * const merge = mergeThreeWay("a\nb\nc\n", "A\nb\nc\n", "a\nb\nC\n");
 * assertEquals(merge, { text: "A\nb\nC\n", conflicts: 0 });
 * ```
 */
export function mergeThreeWay(base: string, ours: string, theirs: string): Merge {
  const lines = splitLines(base);
  const regions = [
    ...changedRegions("ours", lines, splitLines(ours)),
    ...changedRegions("theirs", lines, splitLines(theirs)),
  ].sort((a, b) => a.start - b.start || a.end - b.end);
  const merged: string[] = [];
  let conflicts = 0;
  let at = 0;
  for (const group of touching(regions)) {
    const start = group[0]!.start;
    const end = Math.max(...group.map((region) => region.end));
    const old = lines.slice(start, end);
    const our = replaced(lines, group.filter(({ side }) => side === "ours"), start, end);
    const their = replaced(lines, group.filter(({ side }) => side === "theirs"), start, end);
    merged.push(...lines.slice(at, start));
    if (isSame(our, their) || isSame(old, their)) merged.push(...our);
    else if (isSame(old, our)) merged.push(...their);
    else {
      merged.push(...conflictLines(our, old, their));
      conflicts++;
    }
    at = end;
  }
  return { text: [...merged, ...lines.slice(at)].join(""), conflicts };
}

/** Regions that touch each other, on either side, are decided together. */
function touching(regions: readonly Region[]): readonly Region[][] {
  const groups: Region[][] = [];
  let end = -1;
  for (const region of regions) {
    if (region.start > end) groups.push([]);
    groups.at(-1)!.push(region);
    end = Math.max(end, region.end);
  }
  return groups;
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.join("") === other.join("");
}

function splitLines(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

/** What a side replaces, in order of the base. */
function changedRegions(side: Side, base: string[], changed: string[]): Region[] {
  const found: Region[] = [];
  let at = 0;
  let open: { start: number; lines: string[] } | null = null;
  for (const { added, removed, value } of diffArrays(base, changed)) {
    if (added || removed) open ??= { start: at, lines: [] };
    if (added) open!.lines.push(...value);
    else {
      if (!removed && open !== null) {
        found.push({ side, ...open, end: at });
        open = null;
      }
      at += value.length;
    }
  }
  if (open !== null) found.push({ side, ...open, end: at });
  return found;
}

/** The base from `start` to before `end` with regions of one side put in. */
function replaced(
  base: readonly string[],
  regions: readonly Region[],
  start: number,
  end: number,
): string[] {
  const lines: string[] = [];
  let at = start;
  for (const region of regions) {
    lines.push(...base.slice(at, region.start), ...region.lines);
    at = region.end;
  }
  return [...lines, ...base.slice(at, end)];
}

function conflictLines(
  our: readonly string[],
  old: readonly string[],
  their: readonly string[],
): string[] {
  const ended = (lines: readonly string[]) =>
    lines.map((line) => line.endsWith("\n") ? line : `${line}\n`);
  return [
    "<<<<<<< as it is now\n",
    ...ended(our),
    "||||||| as the change left it\n",
    ...ended(old),
    "=======\n",
    ...ended(their),
    ">>>>>>> as it was before the change\n",
  ];
}
