import type { ProblemLog } from "./problems.ts";
import type { Table } from "./table.ts";
import { createWallClock, type WallClock } from "./time_zone.ts";

/** The time column in UTC, and what was assumed to get there. */
export interface TimeColumn {
  /** Epoch milliseconds, UTC; NaN where a stamp stands for no moment. */
  readonly time: Float64Array;
  /** Zone the stamps were read in. */
  readonly timeZone: string;
  /** The stamps are dates without a time of day. */
  readonly dates: boolean;
}

const DAY_MS = 86_400_000;

/**
 * Turns the stamps of a table into UTC. Dates mean 00:00 UTC. Wall-clock readings need a zone:
 * the caller's, or UTC where the column's name says so.
 *
 * @returns null when readings have no zone; the log says so
 * @throws InputError when the zone is not known
 */
export function toUtcColumn(
  table: Table,
  timeZone: string | undefined,
  log: ProblemLog,
  notes: string[],
): TimeColumn | null {
  const { stamps, form } = table;
  const known = timeZone ?? (form.zoned ? undefined : table.timeZone);
  const clock = known === undefined ? undefined : createWallClock(known);
  const midnight = !form.zoned && timeZone === undefined && !table.timeIsUtc &&
    stamps.every((stamp) => Number.isNaN(stamp) || stamp % DAY_MS === 0);
  if (form.format === "date" || midnight) {
    notes.push("The stamps are dates; each bar's time is 00:00 UTC of its date.");
    return { time: stamps, timeZone: "UTC", dates: true };
  }
  if (form.zoned) {
    if (clock !== undefined && clock.timeZone !== "UTC") {
      notes.push(`The stamps fix their own moment; time zone ${clock.timeZone} was not needed.`);
    }
    return { time: stamps, timeZone: "UTC", dates: false };
  }
  if (timeZone === undefined && known !== undefined) {
    const whose = table.layout?.timeZone === known ? `, as ${table.layout.title} states` : "";
    notes.push(`The stamps were read in ${known}${whose}; --time-zone names another.`);
  }
  if (clock === undefined && !table.timeIsUtc) {
    const detail = "the stamps have a time of day but no zone; name it with --time-zone, for " +
      "example --time-zone America/New_York or --time-zone UTC";
    log.add("time-zone-missing", table.lines[0] ?? 0, "", detail, table.names.get("time"));
    return null;
  }
  if (clock === undefined || clock.timeZone === "UTC") {
    return { time: stamps, timeZone: "UTC", dates: false };
  }
  if (table.timeIsUtc) {
    notes.push(`The column name says UTC, but the stamps were read as ${clock.timeZone} as asked.`);
  }
  return { time: fromWallClock(table, clock, log), timeZone: clock.timeZone, dates: false };
}

function fromWallClock(table: Table, clock: WallClock, log: ProblemLog): Float64Array {
  const { stamps, rows, lines } = table;
  const column = table.names.get("time");
  const time = new Float64Array(rows);
  // Where clocks go back, the hour occurs twice; a stamp that does not advance is the second one.
  let unresolved: number | undefined;
  let previous = -Infinity;
  const report = (): void => {
    if (unresolved === undefined) return;
    const shown = wallText(stamps[unresolved]!);
    const detail = `${shown} occurs twice in ${clock.timeZone} as clocks go back; ` +
      "taken as the first, since the hour is not repeated in the file";
    log.add("ambiguous-time", lines[unresolved]!, shown, detail, column);
    unresolved = undefined;
  };
  for (let i = 0; i < rows; i++) {
    const wall = stamps[i]!;
    // A cell that could not be read stands for no moment; it is reported where it was read.
    let utc = Number.isNaN(wall) ? NaN : clock.toUtc(wall);
    if (Number.isNaN(utc) && !Number.isNaN(wall)) {
      const { earlier, later } = clock.resolve(wall);
      const second = earlier <= previous;
      utc = second ? later : earlier;
      if (Number.isNaN(earlier)) {
        const detail = `${wallText(wall)} does not exist in ${clock.timeZone}: clocks skip it; ` +
          "name the zone of the stamps with --time-zone, or correct or delete the row";
        log.add("nonexistent-time", lines[i]!, wallText(wall), detail, column);
      } else if (second) unresolved = undefined;
      else unresolved ??= i;
    } else if (unresolved !== undefined) report();
    time[i] = utc;
    if (!Number.isNaN(utc)) previous = utc;
  }
  report();
  return time;
}

function wallText(wall: number): string {
  return new Date(wall).toISOString().slice(0, 19).replace("T", " ");
}

/**
 * The most common step between neighbouring stamps, in either direction; the shorter one of two
 * equally common.
 *
 * @returns milliseconds, or null when no two neighbours differ
 */
export function commonStep(time: Float64Array): number | null {
  const counts = new Map<number, number>();
  // Steps come in long runs of the same length: count a run, then book it.
  let current = 0;
  let run = 0;
  const book = (): void => {
    if (current > 0) counts.set(current, (counts.get(current) ?? 0) + run);
  };
  for (let i = 1; i < time.length; i++) {
    const step = Math.abs(time[i]! - time[i - 1]!);
    if (step === current) run++;
    else {
      book();
      current = step;
      run = 1;
    }
  }
  book();
  let best: number | null = null;
  for (const [step, count] of counts) {
    const most = best === null ? 0 : counts.get(best)!;
    if (best === null || count > most || (count === most && step < best)) best = step;
  }
  return best;
}
