import type { Bars } from "../lib/domain/bars.ts";
import { createCalendar, sessionMarks } from "../lib/domain/calendar.ts";
import { findInstrument } from "../lib/domain/instruments.ts";
import type { JsonValue } from "../lib/domain/model_manifest.ts";
import { simulateBars, type SimulationOptions } from "../lib/data/simulator.ts";
import { sha256Hex } from "../lib/utils/sha256.ts";
import type { OpenedData } from "./open_data.ts";

/** Simulated bars as if they had been loaded; the hash covers every price. */
export async function openSimulated(simulation: SimulationOptions): Promise<OpenedData> {
  const bars = simulateBars(simulation);
  const calendar = createCalendar(bars.instrument);
  const request = recorded(simulation);
  return {
    bars,
    calendar,
    session: sessionMarks(bars, calendar),
    source: {
      path: `simulated ${JSON.stringify(request)}`,
      bytes: 0,
      sha256: await sha256Hex(priceBytes(bars)),
      request: { simulation: request },
    },
    problemCounts: {},
    notes: [],
  };
}

/** The simulation that a manifest records; null when its bars came from a file. */
export function recordedSimulation(request: JsonValue): SimulationOptions | null {
  if (typeof request !== "object" || request === null || !("simulation" in request)) return null;
  const { symbol, ...options } = request["simulation"] as
    & Omit<SimulationOptions, "instrument">
    & { readonly symbol: string };
  return { ...options, instrument: findInstrument(symbol) };
}

function recorded({ instrument, ...options }: SimulationOptions): JsonValue {
  return JSON.parse(JSON.stringify({ ...options, symbol: instrument.symbol })) as JsonValue;
}

function priceBytes(bars: Bars): Uint8Array {
  const columns = [bars.time, bars.open, bars.high, bars.low, bars.close, bars.volume];
  const all = new Float64Array(columns.length * bars.length);
  columns.forEach((column, index) => all.set(column, index * bars.length));
  return new Uint8Array(all.buffer);
}
