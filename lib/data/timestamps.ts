/** How a time column is written. */
export const STAMP_FORMATS = ["s", "ms", "us", "ns", "iso", "date"] as const;

/**
 * How a time column is written: an epoch count in seconds, milliseconds, microseconds or
 * nanoseconds, an ISO-like date and time, or a date alone.
 */
export type StampFormat = (typeof STAMP_FORMATS)[number];

/** Unit of an epoch count. */
export type EpochUnit = "s" | "ms" | "us" | "ns";

/** What the first cell of a time column says about all of them. */
export interface StampForm {
  /** How the cells are written. */
  readonly format: StampFormat;
  /** True when each cell fixes a moment by itself: an epoch count, or a text with `Z` or an offset. */
  readonly zoned: boolean;
}

/** Reads one cell of bytes `[start, end)` as a number; NaN when it cannot. */
export type CellReader = (bytes: Uint8Array, start: number, end: number) => number;

const ZERO = 48;
const SPACE = 32;
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** Largest time value of ECMAScript, the year 275760. */
const LAST_TIME = 8.64e15;
const DATE_NUMBER = /^(19|20)\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])$/;
const LAST_DIGITS = { s: 0, ms: 0, us: 3, ns: 6 } as const;

/**
 * Works out how a time column is written from its first cell. Whole numbers are epoch counts
 * whose unit follows from their size (seconds up to the year 5138, and so on), except eight
 * digits that form a date of the years 1900 to 2099.
 *
 * @param cell text of the first cell
 * @param wanted the format named by the caller; `auto` to detect
 * @returns null when the text fits no known form
 * @example
 * ```ts
 * import { detectStampForm } from "./timestamps.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * assertEquals(detectStampForm("1700000000000", "auto"), { format: "ms", zoned: true });
 * assertEquals(detectStampForm("2024-01-02", "auto"), { format: "date", zoned: false });
 * ```
 */
export function detectStampForm(
  cell: string,
  wanted: "auto" | "s" | "ms" | "us" | "ns" | "iso",
): StampForm | null {
  if (wanted !== "auto" && wanted !== "iso") return { format: wanted, zoned: true };
  if (wanted === "auto" && /^-?\d+(\.0*)?$/.test(cell) && !DATE_NUMBER.test(cell)) {
    return { format: epochUnit(Math.abs(Number(cell))), zoned: true };
  }
  const bytes = new TextEncoder().encode(cell);
  const forms: StampForm[] = [
    { format: "date", zoned: false },
    { format: "iso", zoned: false },
    { format: "iso", zoned: true },
  ];
  return forms.find((form) => !Number.isNaN(stampReader(form)(bytes, 0, bytes.length))) ?? null;
}

/** Unit of an epoch count by its size: each unit reads as a date before the year 5138. */
export function epochUnit(size: number): EpochUnit {
  if (size < 1e11) return "s";
  if (size < 1e14) return "ms";
  return size < 1e17 ? "us" : "ns";
}

/**
 * A reader for the cells of one time column. It gives epoch milliseconds, fractions of a
 * millisecond cut off; for a form that is not zoned, the wall-clock reading as if it were UTC.
 * A cell in another form than the column's gives NaN.
 */
export function stampReader(form: StampForm): CellReader {
  const { format, zoned } = form;
  if (format === "date") return createDateReader();
  if (format === "iso") return createIsoReader(zoned);
  const lastDigits = LAST_DIGITS[format];
  const scale = format === "s" ? 1000 : 1;
  return (bytes, start, end) => {
    const time = readEpoch(bytes, start, end, lastDigits) * scale;
    return Math.abs(time) <= LAST_TIME ? time : NaN;
  };
}

/** Reads `HH:MM`, `HH:MM:SS`, `HHMM` or `HHMMSS`, with a fraction or without, as milliseconds. */
export function readClock(bytes: Uint8Array, start: number, end: number): number {
  const hour = digits(bytes, start, 2);
  const colon = bytes[start + 2] === 58 ? 1 : 0;
  const minute = digits(bytes, start + 2 + colon, 2);
  let position = start + 4 + colon;
  let second = 0;
  let fraction = 0;
  if (position < end && bytes[position] !== 46) {
    if (colon === 1 && bytes[position] !== 58) return NaN;
    second = digits(bytes, position + colon, 2);
    position += 2 + colon;
  }
  if (position < end && bytes[position] === 46) {
    const shown = end - position - 1;
    if (shown < 1 || shown > 9) return NaN;
    for (let i = 1; i <= shown; i++) if (digits(bytes, position + i, 1) < 0) return NaN;
    for (let i = 1; i <= 3; i++) {
      fraction = fraction * 10 + (i <= shown ? digits(bytes, position + i, 1) : 0);
    }
    position = end;
  }
  if (position !== end || hour < 0 || minute < 0 || second < 0) return NaN;
  if (hour > 23 || minute > 59 || second > 59) return NaN;
  return hour * 3_600_000 + minute * MINUTE_MS + second * 1000 + fraction;
}

/** An epoch count without its last digits, which are below a millisecond. */
function readEpoch(bytes: Uint8Array, start: number, end: number, lastDigits: number): number {
  const negative = bytes[start] === 45;
  const stop = wholeEnd(bytes, start, end);
  let count = 0;
  const first = negative ? start + 1 : start;
  if (stop <= first || stop - first > 19) return NaN;
  for (let i = first; i < stop; i++) {
    const digit = bytes[i]! - ZERO;
    if (digit < 0 || digit > 9) return NaN;
    if (i < stop - lastDigits) count = count * 10 + digit;
  }
  return negative ? -count : count;
}

/** End of the whole part: a column of floats prints counts as `1700000000.0`. */
function wholeEnd(bytes: Uint8Array, start: number, end: number): number {
  let stop = end;
  while (stop > start && bytes[stop - 1] === ZERO) stop--;
  return stop > start && bytes[stop - 1] === 46 ? stop - 1 : end;
}

/** `YYYY-MM-DD`, `YYYY/MM/DD` or `YYYYMMDD`. */
function createDateReader(): CellReader {
  const readDay = createDayReader();
  return (bytes, start, end) =>
    end - start === dateLength(bytes, start) ? readDay(bytes, start) : NaN;
}

/** A date, `T` or a blank, a clock, and an offset when `zoned`. */
function createIsoReader(zoned: boolean): CellReader {
  const readDay = createDayReader();
  return (bytes, start, end) => {
    const clockStart = start + dateLength(bytes, start) + 1;
    const between = bytes[clockStart - 1];
    if (clockStart >= end || (between !== SPACE && between !== 84)) return NaN;
    const clockEnd = zoned ? findOffset(bytes, clockStart, end) : end;
    const offset = zoned ? readOffset(bytes, clockEnd, end) : 0;
    const last = bytes[clockEnd - 1] === SPACE ? clockEnd - 1 : clockEnd;
    return readDay(bytes, start) + readClock(bytes, clockStart, last) - offset;
  };
}

function dateLength(bytes: Uint8Array, start: number): number {
  const digit = bytes[start + 4]! - ZERO;
  return digit >= 0 && digit <= 9 ? 8 : 10;
}

/** Reads the midnight of a written date; keeps the last answer, as neighbouring bars share it. */
function createDayReader(): (bytes: Uint8Array, start: number) => number {
  let lastKey = -1;
  let lastDay = NaN;
  return (bytes, start) => {
    const year = digits(bytes, start, 4);
    const compact = dateLength(bytes, start) === 8;
    const mark = bytes[start + 4];
    if (!compact && ((mark !== 45 && mark !== 47) || bytes[start + 7] !== mark)) return NaN;
    const month = digits(bytes, start + (compact ? 4 : 5), 2);
    const day = digits(bytes, start + (compact ? 6 : 8), 2);
    if (year < 0 || month < 1 || month > 12 || day < 1) return NaN;
    const key = (year * 100 + month) * 100 + day;
    if (key !== lastKey) {
      lastKey = key;
      lastDay = midnight(year, month, day);
    }
    return lastDay;
  };
}

/** Epoch milliseconds; NaN for a day that the month does not have. */
function midnight(year: number, month: number, day: number): number {
  const moment = new Date(0);
  moment.setUTCFullYear(year, month - 1, day);
  return moment.getUTCDate() === day ? moment.getTime() : NaN;
}

/** Where the zone mark starts: `Z`, `+`, `-` or ` UTC`; `end` when there is none. */
function findOffset(bytes: Uint8Array, start: number, end: number): number {
  if (bytes[end - 1] === 90) return end - 1;
  for (let i = start; i < end; i++) {
    const byte = bytes[i]!;
    if (byte === 90 || byte === 122 || byte === 43 || byte === 45 || byte === 85) return i;
  }
  return end;
}

/** `Z`, `UTC`, `±HH`, `±HHMM` or `±HH:MM` as milliseconds east of UTC. */
function readOffset(bytes: Uint8Array, start: number, end: number): number {
  const mark = bytes[start]!;
  const length = end - start;
  if (length === 1) return mark === 90 || mark === 122 ? 0 : NaN;
  if (mark === 85) {
    return length === 3 && bytes[start + 1] === 84 && bytes[start + 2] === 67 ? 0 : NaN;
  }
  const hours = digits(bytes, start + 1, 2);
  const colon = bytes[start + 3] === 58 ? 1 : 0;
  const minutes = length === 3 ? 0 : digits(bytes, start + 3 + colon, 2);
  if (length !== 3 && length !== 5 + colon) return NaN;
  if (hours < 0 || minutes < 0 || minutes > 59) return NaN;
  const size = hours * 3_600_000 + minutes * MINUTE_MS;
  if (size > DAY_MS || (mark !== 43 && mark !== 45)) return NaN;
  return mark === 45 ? -size : size;
}

/** A whole number of `count` digits; -1 when a byte is not a digit. */
function digits(bytes: Uint8Array, start: number, count: number): number {
  let value = 0;
  for (let i = start; i < start + count; i++) {
    const digit = bytes[i]! - ZERO;
    if (!(digit >= 0 && digit <= 9)) return -1;
    value = value * 10 + digit;
  }
  return value;
}
