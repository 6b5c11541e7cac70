import {
  type Bars,
  createCalendar,
  DAILY_INTERVAL_MS,
  type FundingRate,
  type SessionCalendar,
  sessionMarks,
  sessionOfBar,
  sliceBars,
} from "../market/mod.ts";
import { InputError, type JsonValue } from "../core/mod.ts";
import { loadBars, type LoadOptions } from "./loader.ts";
import { type InstrumentRequest, requestedInstrument } from "./requested_instrument.ts";
import { resampleCounted } from "./resample.ts";

/** What the data flags of every command say. */
export interface DataRequest extends InstrumentRequest {
  /** CSV or Parquet file. */
  readonly path: string;
  /** Resample to this interval, milliseconds; the file's own when absent. */
  readonly intervalMs?: number;
  /** Funding payments of a perpetual contract, oldest first. */
  readonly funding?: readonly FundingRate[];
  /** Where `load.actions` come from, and what was seen there. */
  readonly actionSource?: { readonly files: readonly string[]; readonly notes: readonly string[] };
  /** How the file is read. */
  readonly load: Omit<LoadOptions, "instrument" | "isOpen" | "intervalMs">;
}

/** Bars with everything that is known about them. */
export interface OpenedData {
  /** Columns of prices. */
  readonly bars: Bars;
  /** Rows with a warning of the loader, by rule. */
  readonly problemCounts: Readonly<Record<string, number>>;
  /** What was seen while it was read. */
  readonly notes: readonly string[];
  /** Where it comes from. */
  readonly source: {
    /** File name or description of a simulation. */
    readonly path: string;
    /** Size of the file. */
    readonly bytes: number;
    /** Of its bytes, in hexadecimal. */
    readonly sha256: string;
    /** How the source was opened, to open it so again; null for a simulation. */
    readonly request: JsonValue;
  };
  /** When its instrument trades. */
  readonly calendar: SessionCalendar;
  /** Trade day of each bar, and whether it is the last of its session. */
  readonly session: { readonly tradeDay: Int32Array; readonly isLast: Uint8Array };
}

/**
 * Loads, checks and, when asked, resamples bars.
 *
 * @throws {InputError} when the file, its content or the request is not usable
 */
export async function openData(request: DataRequest): Promise<OpenedData> {
  const instrument = requestedInstrument(request);
  const calendar = createCalendar(instrument);
  const loaded = await loadBars(request.path, {
    ...request.load,
    instrument,
    isOpen: (time) => calendar.isOpen(time),
  });
  const { bars: plain, notes } = atInterval(loaded.bars, request.intervalMs, calendar);
  const bars = withFunding(plain, request.funding);
  return {
    bars,
    problemCounts: loaded.report.problemRows,
    notes: [...request.actionSource?.notes ?? [], ...loaded.report.notes, ...notes],
    source: { ...loaded.source, request: recorded(request) },
    calendar,
    session: sessionMarks(bars, calendar),
  };
}

function withFunding(bars: Bars, funding: DataRequest["funding"]): Bars {
  if (funding === undefined) return bars;
  const { kind, symbol } = bars.instrument;
  if (kind === "perpetual") return { ...bars, funding };
  throw new InputError(`Cannot take funding of ${symbol} as it pays none: it is a ${kind}`, {
    ...{ where: "--funding", remedy: "leave it out" },
  });
}

/** The request without its paths, which may differ on another machine. */
function recorded({ actionSource: _source, path: _path, ...request }: DataRequest): JsonValue {
  return JSON.parse(JSON.stringify(request)) as JsonValue;
}

/** Bars outside all sessions: how many, and when the first of them opens. */
export interface OutsideBars {
  readonly count: number;
  /** Epoch milliseconds; NaN when there is none. */
  readonly first: number;
}

/** Counts the bars that lie outside all sessions. */
export function barsOutside(bars: Bars, calendar: SessionCalendar): OutsideBars {
  let count = 0, first = NaN;
  for (let i = 0; i < bars.length; i++) {
    if (sessionOfBar(bars.time[i]!, bars.intervalMs, calendar) !== null) continue;
    if (count++ === 0) first = bars.time[i]!;
  }
  return { count, first };
}

/**
 * Bars of the wanted length, and a sentence on each kind of bar that is in none of them.
 *
 * @throws {InputError} when the wanted bars are shorter than those of the file
 */
export function atInterval(
  bars: Bars,
  intervalMs: number | undefined,
  calendar: SessionCalendar,
): { readonly bars: Bars; readonly notes: readonly string[] } {
  const { symbol } = bars.instrument;
  if (intervalMs === undefined || intervalMs === bars.intervalMs) {
    const { count, first } = barsOutside(bars, calendar);
    if (count === 0) return { bars, notes: [] };
    const daily = bars.intervalMs >= DAILY_INTERVAL_MS;
    const shown = new Date(first).toISOString();
    return {
      bars,
      notes: [
        `${count} of ${bars.length} bars lie outside the sessions of ${symbol}, the first at ` +
        `${daily ? shown.slice(0, 10) : `${shown.slice(0, 16)}Z`}; ` +
        `${daily ? "they were kept" : "each counts to the session after it"}.`,
      ],
    };
  }
  if (intervalMs < bars.intervalMs) {
    throw new InputError(
      `Cannot make bars of ${intervalMs / 1000} s from bars of ${bars.intervalMs / 1000} s`,
      { where: "--interval", remedy: "give the interval of the file or a longer one" },
    );
  }
  const made = resampleCounted(bars, intervalMs, calendar);
  const notes: string[] = [];
  if (made.outsideSession > 0) {
    notes.push(
      `${made.outsideSession} of ${bars.length} bars lie outside the sessions of ${symbol} and ` +
        "are in none of the longer bars.",
    );
  }
  if (made.unfinished > 0) {
    notes.push(
      `The last ${made.unfinished} of ${bars.length} bars do not fill a bar of ` +
        `${intervalMs / 1000} s and were left out.`,
    );
  }
  return { bars: made.bars, notes };
}

/** The rows [from, to) as if nothing else had been loaded. */
export function sliceOpened(opened: OpenedData, from: number, to: number): OpenedData {
  const { bars, session } = opened;
  return {
    ...opened,
    bars: sliceBars(bars, from, to),
    session: {
      tradeDay: session.tradeDay.subarray(from, to),
      isLast: session.isLast.subarray(from, to),
    },
  };
}
