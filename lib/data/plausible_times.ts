import type { ProblemLog } from "./problems.ts";
import type { Table } from "./table.ts";

/** No market has left bars from before, and no file holds bars from after. */
const EARLIEST = Date.UTC(1700, 0, 1);
const LATEST = Date.UTC(2100, 0, 1);
/** An epoch count whose unit nobody named is believed from here on. */
const EARLIEST_COUNT = Date.UTC(1980, 0, 1);
const YEAR_MS = 366 * 86_400_000;
/** A gap of so many common steps is a gap in bars of years, not a slip of the pen. */
const STEPS_OF_A_GAP = 20;

/**
 * Judges whether the stamps of a table can be those of bars, before anything computes with them:
 * years between 1700 and 2100 (1980 for counts whose unit was told from their size), and no stamp
 * that stands alone, more than a year from both of its neighbours. Stamps beyond these years
 * become NaN.
 *
 * @param step the most common step, milliseconds; null when unknown
 */
export function judgeTimes(table: Table, step: number | null, log: ProblemLog): void {
  const { stamps, lines, rows, counted } = table;
  const column = table.names.get("time");
  const earliest = counted ? EARLIEST_COUNT : EARLIEST;
  for (let i = 0; i < rows; i++) {
    const stamp = stamps[i]!;
    if (!(stamp < earliest || stamp >= LATEST)) continue;
    const shown = shownTime(stamp);
    const remedy = !counted
      ? "correct or delete the row"
      : i === 0
      ? "name the unit with --time-format s, ms, us or ns if it is an epoch count"
      : "correct or delete the row, or write all stamps in one unit";
    const detail = `${shown} is no time of a bar; ${remedy}`;
    log.add("implausible-time", lines[i]!, shown, detail, column);
    stamps[i] = NaN;
  }
  const gap = Math.max(YEAR_MS, STEPS_OF_A_GAP * (step ?? 0));
  if (rows < 3) return;
  let before = Infinity, after = Infinity;
  for (let i = 0; i < rows; i++, before = after) {
    after = i === rows - 1 ? Infinity : Math.abs(stamps[i + 1]! - stamps[i]!);
    if (!(before > gap && after > gap)) continue;
    const shown = shownTime(stamps[i]!);
    const days = Math.round(Math.min(before, after) / 86_400_000);
    const detail = `${shown} stands alone, ${days} days from the rows beside it; ` +
      "correct or delete the row";
    log.add("implausible-time", lines[i]!, shown, detail, column);
  }
}

function shownTime(time: number): string {
  const moment = new Date(time);
  return Number.isNaN(moment.getTime()) ? String(time) : moment.toISOString().slice(0, 19) + "Z";
}
