import type { JournaledBar } from "../../trading/mod.ts";
import type { VenueMessage } from "../venue/bar_venue.ts";

/** What the messages of one stream must be of. */
export interface KlineOf {
  /** In capitals. */
  readonly symbol: string;
  /** Binance's name of the length. */
  readonly interval: string;
  /** The length, milliseconds. */
  readonly intervalMs: number;
}

/** Counts of microseconds since 1970 have 16 digits, of milliseconds 13, from 1973 to 5138. */
const FEWEST_MICROSECONDS = 1e14, FEWEST_MILLISECONDS = 1e11;

/** Epoch milliseconds of a stamp in milliseconds or microseconds; NaN for anything else. */
export function readStamp(value: unknown): number {
  if (typeof value !== "number" || !Number.isSafeInteger(value)) return NaN;
  if (value >= FEWEST_MICROSECONDS) return Math.floor(value / 1_000);
  return value >= FEWEST_MILLISECONDS ? value : NaN;
}

/** Numbers are written as text, so that no digit is lost; nothing else is one. */
function readNumber(value: unknown): number {
  return typeof value === "string" && /^\d+(?:\.\d+)?$/.test(value) ? Number(value) : NaN;
}

/** Reads a message of a kline stream. Anything may come; what is no bar of it is refused. */
export function readKlineMessage(text: string, wanted: KlineOf): VenueMessage {
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch {
    return refused(`a message is no JSON: ${shown(text)}`);
  }
  if (!isRecord(message)) return refused(`a message is no object: ${shown(text)}`);
  if ("id" in message && "result" in message) return { kind: "pulse" };
  if (message.e === "serverShutdown") {
    return { kind: "goodbye", reason: "the server said that it shuts down" };
  }
  const { k } = message;
  if (message.e !== "kline" || !isRecord(k)) return refused(`a message is no bar: ${shown(text)}`);
  if (k.s !== wanted.symbol || k.i !== wanted.interval) {
    return refused(
      `a bar is of ${shown(`${k.s} ${k.i}`)}, not of ${wanted.symbol} ${wanted.interval}`,
    );
  }
  const stampedAt = readStamp(message.E), bar = readKline([k.t, k.o, k.h, k.l, k.c, k.v]);
  if (Number.isNaN(stampedAt) || typeof k.x !== "boolean") {
    return refused(`a bar has no stamp: ${shown(text)}`);
  }
  const fault = gridFault(bar, wanted);
  return fault === null ? { kind: "bar", bar, isClosed: k.x, stampedAt } : refused(fault);
}

/** Reads one bar of an answer: time, open, high, low, close, volume, and more that is not needed. */
export function readKline(cells: readonly unknown[]): JournaledBar {
  const [time, open, high, low, close, volume] = cells;
  return {
    time: readStamp(time),
    open: readNumber(open),
    high: readNumber(high),
    low: readNumber(low),
    close: readNumber(close),
    volume: readNumber(volume),
  };
}

/** Binance counts bars from midnight UTC. */
function gridFault({ time }: JournaledBar, { interval, intervalMs }: KlineOf): string | null {
  if (time % intervalMs === 0) return null;
  const opens = Number.isNaN(time) ? "at no time" : `at ${new Date(time).toISOString()}`;
  return `a bar opens ${opens}, where none of ${interval} does`;
}

function refused(reason: string): VenueMessage {
  return { kind: "refused", reason };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The beginning of a text, in one line. */
function shown(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}
