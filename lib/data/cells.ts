import type { ColumnRole } from "./columns.ts";
import type { ProblemLog } from "./problems.ts";

const EMPTY = /^(|-|nan|na|n\/a|null|none|undefined)$/i;

/**
 * Judges a cell that could not be read, puts it into the log, and gives the value to go on with:
 * 0 for an empty volume or open interest (unknown), NaN for everything else.
 *
 * @param row line or row number that a person sees
 * @param column name as the file spells it
 */
export function reportCell(
  log: ProblemLog,
  role: ColumnRole,
  row: number,
  column: string,
  text: string,
): number {
  const empty = EMPTY.test(text.trim());
  if (empty && (role === "volume" || role === "openInterest")) {
    log.add("unknown-volume", row, text, `no ${column} given, taken as 0 (unknown)`, column);
    return 0;
  }
  if (role === "time" || role === "clock") {
    log.add("unreadable-time", row, text, unreadableStamp(text, column), column);
  } else if (empty) {
    log.add("empty-cell", row, text, `${column} is empty`, column);
  } else {
    const comma = /^-?\d+,\d+$/.test(text) ? "; write decimals with a point" : "";
    const detail = `cannot read '${shorten(text)}' as a number${comma}`;
    log.add("not-a-number", row, text, detail, column);
  }
  return NaN;
}

/** What is wrong with a stamp that differs from the others of its column, and the remedy. */
function unreadableStamp(text: string, column: string): string {
  const found = `cannot read '${shorten(text)}' as a time stamp like those before it`;
  if (text.trim() === "") return `${column} is empty; write the row's time or delete the row`;
  if (text.trim() === column) return `${found}: the row repeats the header; delete it`;
  if (/\b24:?00/.test(text)) return `${found}: write 24:00 as 00:00 of the next day`;
  return `${found}; correct or delete the row`;
}

function shorten(text: string): string {
  // deno-lint-ignore no-control-regex
  return text.slice(0, 40).replace(/[\u0000-\u001f\u007f-\u009f]/g, "?");
}
