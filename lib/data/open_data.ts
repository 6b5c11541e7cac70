import type { Bars } from "../market/bars.ts";
import { createCalendar, type SessionCalendar, sessionMarks } from "../market/calendar.ts";
import { InputError } from "../core/errors.ts";
import type { Instrument } from "../market/instrument.ts";
import type { JsonValue } from "../core/json.ts";
import { findInstrument, genericFx, genericStock } from "../market/instruments.ts";
import { loadBars, type LoadOptions } from "./loader.ts";
import { resampleBars } from "./resample.ts";

/** What the data flags of every command say. */
export interface DataRequest {
  readonly path: string;
  readonly symbol: string;
  /** For symbols that are not in the instrument table. */
  readonly kind?: "stock" | "fx";
  /** Resample to this interval, milliseconds; the file's own when absent. */
  readonly intervalMs?: number;
  readonly load: Omit<LoadOptions, "instrument" | "isOpen" | "intervalMs">;
}

/** Bars with everything that is known about them. */
export interface OpenedData {
  readonly bars: Bars;
  /** Warnings of the loader by rule. */
  readonly problemCounts: Readonly<Record<string, number>>;
  readonly notes: readonly string[];
  readonly source: {
    readonly path: string;
    readonly bytes: number;
    readonly sha256: string;
    /** How the source was opened, to open it so again; null for a simulation. */
    readonly request: JsonValue;
  };
  readonly calendar: SessionCalendar;
  readonly session: { readonly tradeDay: Int32Array; readonly isLast: Uint8Array };
}

/** Finds the instrument of a data request. @throws {InputError} for a symbol nobody knows */
export function requestedInstrument(request: Pick<DataRequest, "symbol" | "kind">): Instrument {
  if (request.kind === "stock") return genericStock(request.symbol);
  if (request.kind === "fx") return genericFx(request.symbol);
  return findInstrument(request.symbol);
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
  const bars = resampled(loaded.bars, request.intervalMs, calendar);
  return {
    bars,
    problemCounts: loaded.report.problemCounts,
    notes: loaded.report.notes,
    source: { ...loaded.source, request: recorded(request) },
    calendar,
    session: sessionMarks(bars, calendar),
  };
}

/** The request without its path, which may differ on another machine. */
function recorded({ path: _, ...request }: DataRequest): JsonValue {
  return JSON.parse(JSON.stringify(request)) as JsonValue;
}

function resampled(bars: Bars, intervalMs: number | undefined, calendar: SessionCalendar): Bars {
  if (intervalMs === undefined || intervalMs === bars.intervalMs) return bars;
  if (intervalMs < bars.intervalMs) {
    throw new InputError(
      `Cannot make bars of ${intervalMs / 1000} s from bars of ${bars.intervalMs / 1000} s`,
      { where: "--interval", remedy: "give the interval of the file or a longer one" },
    );
  }
  return resampleBars(bars, intervalMs, calendar);
}
