import { InputError } from "../core/mod.ts";

/** One exact replacement. */
export interface TextEdit {
  /** Text to look for; not empty. */
  readonly search: string;
  /** Text to put in its place. */
  readonly replace: string;
  /** How often `search` must occur; 1 when absent. */
  readonly count?: number;
  /** Text that must not occur. */
  readonly absent?: string;
}

interface Match {
  readonly start: number;
  readonly end: number;
  readonly replace: string;
}

/**
 * Makes exact replacements. All of them look at the original text, so their order does not matter.
 *
 * @throws {InputError} when a search text occurs more or less often than expected, when a text
 * occurs that must not, or when two replacements meet the same text
 * @example
 * ```ts
 * import { editText } from "./edit_text.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * const edits = [{ search: "a", replace: "b", count: 2 }, { search: "b", replace: "a" }];
 * assertEquals(editText("a-b-a", edits), "b-a-b");
 * ```
 */
export function editText(text: string, edits: readonly TextEdit[]): string {
  const matches = edits.flatMap((edit) => findMatches(text, edit));
  matches.sort((a, b) => a.start - b.start);
  const parts: string[] = [];
  let end = 0;
  for (const match of matches) {
    if (match.start < end) {
      throw new InputError("Cannot make two edits of the same text", {
        where: `line ${lineOf(text, match.start)}`,
        remedy: "join them into one edit",
      });
    }
    parts.push(text.slice(end, match.start), match.replace);
    end = match.end;
  }
  return parts.join("") + text.slice(end);
}

function findMatches(text: string, { search, replace, count = 1, absent }: TextEdit): Match[] {
  if (absent !== undefined && text.includes(absent)) {
    const words = absent.trim();
    const at = text.indexOf(absent) + absent.indexOf(words);
    throw new InputError(`Cannot add what is there already: '${excerpt(words)}'`, {
      where: `line ${lineOf(text, at)}`,
    });
  }
  const matches: Match[] = [];
  for (let at = text.indexOf(search); at >= 0; at = text.indexOf(search, at + search.length)) {
    matches.push({ start: at, end: at + search.length, replace });
  }
  if (matches.length === count) return matches;
  throw new InputError(
    `Cannot replace ${
      JSON.stringify(excerpt(search))
    }: it occurs ${matches.length} times, not ${count}`,
    { remedy: "give more of the text around it, or the right count" },
  );
}

function excerpt(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 57)}…`;
}

function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}
