import type { Bars } from "../market/mod.ts";
import { type RollRow, rollTable } from "./rolls.ts";

/** What the commands that write bars print. */
export interface WrittenDocument {
  /** The file. */
  readonly path: string;
  /** Bars in it. */
  readonly rows: number;
  /** Open of the first bar, ISO, UTC. */
  readonly first: string;
  /** Open of the last bar, ISO, UTC. */
  readonly last: string;
  /** Changes of contract, oldest first; of a joined future alone. */
  readonly rolls?: readonly RollRow[];
  /** What was seen on the way. */
  readonly notes: readonly string[];
}

/** Says what was written. */
export function describeWritten(
  bars: Bars,
  path: string,
  notes: readonly string[],
): WrittenDocument {
  const iso = (at: number | undefined): string => new Date(at ?? NaN).toISOString();
  const rolls = rollTable(bars);
  return {
    path,
    rows: bars.length,
    first: iso(bars.time[0]),
    last: iso(bars.time.at(-1)),
    ...(rolls === undefined ? {} : { rolls }),
    notes,
  };
}
