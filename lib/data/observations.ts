import type { Bars } from "../market/bars.ts";
import type { Source } from "./checks.ts";

const DAY_MS = 86_400_000;

/**
 * What a reader of the data should know although no rule is broken, as plain sentences: volume
 * that is unknown, bars without a range, prices that stand still.
 */
export function describeBars(bars: Bars, source: Source): string[] {
  const { open, high, low, close, volume, length } = bars;
  const notes: string[] = [];
  if (length > 0 && !source.names.has("volume")) {
    notes.push("There is no volume column; volume is 0, which means unknown.");
  } else if (length > 0 && volume.every((lots) => lots === 0)) {
    notes.push("Volume is 0 in every bar, which means unknown.");
  }
  let flat = 0;
  let repeated = 0;
  let run = 0;
  let longest = { run: 0, row: 0 };
  for (let i = 0; i < length; i++) {
    if (high[i] === low[i]) flat++;
    const same = i > 0 && open[i] === open[i - 1] && high[i] === high[i - 1] &&
      low[i] === low[i - 1] && close[i] === close[i - 1] && volume[i] === volume[i - 1];
    run = same ? run + 1 : 0;
    if (same) repeated++;
    if (run > longest.run) longest = { run, row: i };
  }
  if (flat > 0) notes.push(`${share(flat, length)} have no range: high equals low.`);
  if (repeated > 0) {
    const line = source.lines[longest.row - longest.run];
    notes.push(
      `${share(repeated, length)} repeat the bar before in every value; ` +
        `the longest run is ${longest.run + 1} bars from row ${line}.`,
    );
  }
  return notes;
}

/**
 * Tells whether intraday stamps name the open or the close of their bars, by counting the bars
 * that each reading puts outside the session: bars stamped by their close have one at the very
 * end of each session and none at its start.
 *
 * @param isOpen whether a bar that opens at this moment belongs to the session
 * @param stamp the reading used
 * @returns a sentence with a suggestion when the other reading fits better, else null
 */
export function suggestStamp(
  bars: Bars,
  isOpen: (time: number) => boolean,
  stamp: "open" | "close",
): string | null {
  const { time, length, intervalMs } = bars;
  if (intervalMs >= DAY_MS) return null;
  const shift = stamp === "open" ? -intervalMs : intervalMs;
  let outside = 0;
  let outsideShifted = 0;
  for (let i = 0; i < length; i++) {
    if (!isOpen(time[i]!)) outside++;
    if (!isOpen(time[i]! + shift)) outsideShifted++;
  }
  if (outside <= outsideShifted) return null;
  const other = stamp === "open" ? "close" : "open";
  return `Read as bar ${stamp}s, ${share(outside, length)} lie outside the session; read as bar ` +
    `${other}s, ${outsideShifted} do. The stamps look like bar ${other}s: try --stamp ${other}.`;
}

function share(count: number, total: number): string {
  return `${count} of ${total} bars`;
}
