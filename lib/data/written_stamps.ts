import type { CellReader } from "./timestamps.ts";

/** Which of the figures of a date that does not start with its year is which. */
export type DateOrder = "mdy" | "dmy" | "ymd";

/** What stands behind the clock of every stamp of a column. */
export type StampSuffix = "none" | "offset" | "name";

/** How the stamps of a column are written, beyond the forms of `timestamps.ts`. */
export interface WrittenForm {
  /** Order of dates such as 03/04/2024; null where no cell needs one. */
  readonly order: DateOrder | null;
  /** Nothing, an offset or abbreviation that fixes the moment, or the IANA name of a zone. */
  readonly suffix: StampSuffix;
}

/** A stamp taken apart. */
interface Stamp {
  /** Midnight of its date as if it were UTC, epoch milliseconds. */
  readonly day: number;
  /** Milliseconds since midnight; null for a date alone. */
  readonly clock: number | null;
  readonly suffix: StampSuffix;
  /** Milliseconds east of UTC; 0 where the suffix is none or a name. */
  readonly offset: number;
  /** The text of the suffix. */
  readonly zone: string;
}

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
/** Two-digit years before this one are of this century. */
const CENTURY_PIVOT = 70;
const MONTHS = "janfebmaraprmayjunjulaugsepoctnovdec";

const YEAR_FIRST = /^(\d{4})([-/.]) ?(\d{1,2})\2 ?(\d{1,2})(?!\d)/;
const YEAR_LAST = /^(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})(?!\d)/;
const COMPACT = /^((?:19|20)\d\d)(\d\d)(\d\d)(?!\d)/;
const DAY_MONTH = /^(\d{1,2})[- /]([A-Za-z]{3,9})\.?[- /,]+(\d{4}|\d{2})(?!\d)/;
const MONTH_DAY = /^([A-Za-z]{3,9})\.? (\d{1,2}),? +(\d{4})(?!\d)/;
const RUN_TOGETHER = /^((?:19|20)\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:(\d\d)(\d{3})?)?$/;
const CLOCK = /^(\d{1,2}):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(?![\d:])/;
const COMPACT_CLOCK = /^(\d{1,6}|\d{9})(?:\.(\d{1,9}))?(?: (\d{7}))?(?![\d:])/;
const NOON_HALF = /^ ?([ap])\.?m\.?(?![a-z])/i;
const OFFSET = /^(?:UTC|GMT)?([+-])(\d{1,2})(?::?(\d\d))?$/i;
const ZONE_NAME = /^[A-Z][A-Za-z]+(?:\/[A-Z][A-Za-z_+-]+)+$/;

/**
 * Zone abbreviations of vendors' files, hours east of UTC. Each means this offset and no other,
 * in summer and in winter; names with several meanings (IST) are absent.
 */
const ABBREVIATIONS: Readonly<Record<string, number>> = {
  Z: 0,
  UTC: 0,
  GMT: 0,
  EST: -5,
  EDT: -4,
  CST: -6,
  CDT: -5,
  MST: -7,
  MDT: -6,
  PST: -8,
  PDT: -7,
  CET: 1,
  CEST: 2,
  EET: 2,
  EEST: 3,
  MSK: 3,
  JST: 9,
};

/** Midnight of a date, epoch milliseconds; NaN for one that no calendar has. */
function midnight(year: number, month: number, day: number): number {
  if (month < 1 || month > 12 || day < 1) return NaN;
  const moment = new Date(0);
  moment.setUTCFullYear(year, month - 1, day);
  return moment.getUTCDate() === day ? moment.getTime() : NaN;
}

function monthOf(name: string): number {
  const at = MONTHS.indexOf(name.slice(0, 3).toLowerCase());
  return at % 3 === 0 ? at / 3 + 1 : 0;
}

function fullYear(text: string, order: DateOrder | null): number {
  if (text.length === 4) return Number(text);
  // A century is believed only where the caller has said how the dates are written.
  return order === null ? NaN : Number(text) + (Number(text) < CENTURY_PIVOT ? 2000 : 1900);
}

function yearLast(match: RegExpExecArray, order: DateOrder | null): number {
  const [, first, , second, third] = match as unknown as string[];
  if (order === "ymd") {
    return third!.length === 2
      ? midnight(fullYear(first!.padStart(2, "0"), order), Number(second), Number(third))
      : NaN;
  }
  if (order === null) return NaN;
  const [month, day] = order === "mdy" ? [first, second] : [second, first];
  return midnight(fullYear(third!, order), Number(month), Number(day));
}

/** The date at the start of a text and how long it is; null when there is none. */
function readDate(text: string, order: DateOrder | null): { day: number; length: number } | null {
  const forms: readonly (readonly [RegExp, (match: RegExpExecArray) => number])[] = [
    [YEAR_FIRST, ([, y, , m, d]) => midnight(Number(y), Number(m), Number(d))],
    [YEAR_LAST, (match) => yearLast(match, order)],
    [COMPACT, ([, y, m, d]) => midnight(Number(y), Number(m), Number(d))],
    [DAY_MONTH, ([, d, m, y]) => midnight(fullYear(y!, order), monthOf(m!), Number(d))],
    [MONTH_DAY, ([, m, d, y]) => midnight(Number(y), monthOf(m!), Number(d))],
  ];
  for (const [form, read] of forms) {
    const match = form.exec(text);
    if (match !== null) return { day: read(match), length: match[0].length };
  }
  return null;
}

function clockOf(hour: number, minute: number, second: number, fraction: string): number {
  if (hour > 23 || minute > 59 || second > 59) return NaN;
  const milliseconds = Number(fraction.padEnd(3, "0").slice(0, 3));
  return hour * HOUR_MS + minute * MINUTE_MS + second * 1000 + milliseconds;
}

/**
 * The time of day at the start of a text, as milliseconds, and how long it is: `H:MM[:SS[.f]]`,
 * `HMM`, `HHMMSS`, `HHMMSSmmm`, with `am` or `pm` or without; null when there is none.
 */
function readTimeOfDay(text: string): { clock: number; length: number } | null {
  const match = CLOCK.exec(text);
  if (match !== null) {
    const [whole, hour, minute, second = "0", fraction = ""] = match as unknown as string[];
    const half = NOON_HALF.exec(text.slice(whole!.length));
    if (half === null) {
      return {
        clock: clockOf(Number(hour), Number(minute), Number(second), fraction),
        length: whole!.length,
      };
    }
    const twelve = Number(hour);
    const hours = twelve < 1 || twelve > 12 ? NaN : twelve % 12 +
      (half[1]!.toLowerCase() === "p" ? 12 : 0);
    return {
      clock: clockOf(hours, Number(minute), Number(second), fraction),
      length: whole!.length + half[0].length,
    };
  }
  const compact = COMPACT_CLOCK.exec(text);
  if (compact === null) return null;
  const [whole, digits, fraction = "", ticks = ""] = compact as unknown as string[];
  const long = digits!.length > 4;
  const padded = long
    ? digits!.padStart(digits!.length === 9 ? 9 : 6, "0")
    : digits!.padStart(4, "0");
  return {
    clock: clockOf(
      Number(padded.slice(0, 2)),
      Number(padded.slice(2, 4)),
      long ? Number(padded.slice(4, 6)) : 0,
      padded.length === 9 ? padded.slice(6) : fraction === "" ? ticks : fraction,
    ),
    length: whole!.length,
  };
}

function readSuffix(text: string): Pick<Stamp, "suffix" | "offset" | "zone"> | null {
  if (text === "") return { suffix: "none", offset: 0, zone: "" };
  const hours = ABBREVIATIONS[text.toUpperCase()];
  if (hours !== undefined) return { suffix: "offset", offset: hours * HOUR_MS, zone: text };
  const match = OFFSET.exec(text);
  if (match !== null) {
    const size = Number(match[2]) * HOUR_MS + Number(match[3] ?? 0) * MINUTE_MS;
    if (size > DAY_MS || Number(match[3] ?? 0) > 59) return null;
    return { suffix: "offset", offset: match[1] === "-" ? -size : size, zone: text };
  }
  return ZONE_NAME.test(text) ? { suffix: "name", offset: 0, zone: text } : null;
}

/** Takes a stamp apart; null when it is in no known form. */
function readStamp(text: string, order: DateOrder | null): Stamp | null {
  const together = RUN_TOGETHER.exec(text);
  if (together !== null) {
    const [y, m, d, hour, minute, second = 0] = together.slice(1, 7).map((part) =>
      part === undefined ? undefined : Number(part)
    );
    const clock = clockOf(hour!, minute!, second, together[7] ?? "");
    return { day: midnight(y!, m!, d!), clock, suffix: "none", offset: 0, zone: "" };
  }
  const date = readDate(text, order);
  if (date === null) return null;
  const rest = text.slice(date.length);
  if (rest === "" || rest === "T") {
    return { day: date.day, clock: null, suffix: "none", offset: 0, zone: "" };
  }
  const gap = /^(?:T| *, *| +)/.exec(rest);
  const time = gap === null ? null : readTimeOfDay(rest.slice(gap[0].length));
  if (time === null) return null;
  const suffix = readSuffix(rest.slice(gap![0].length + time.length).trim());
  return suffix === null ? null : { day: date.day, clock: time.clock, ...suffix };
}

/** A column's form, what its cells show, and how to read them. */
export interface WrittenColumn {
  readonly form: WrittenForm;
  /** No cell has a time of day. */
  readonly dates: boolean;
  /** Zone names and abbreviations behind the stamps, in order of first use. */
  readonly zones: readonly string[];
  readonly read: CellReader;
}

/** Whether a text is a date whose order of month and day its figures leave open. */
export function needsDateOrder(text: string): boolean {
  return YEAR_LAST.test(text);
}

/** Whether a date's year is written with two digits. */
export function hasShortYear(text: string): boolean {
  const match = YEAR_LAST.exec(text) ?? DAY_MONTH.exec(text);
  return match !== null && match.at(-1)!.length === 2;
}

/** The first two figures of a date such as 03/04/2024, in the order written; null for others. */
export function leadingFigures(text: string): readonly [number, number] | null {
  const match = YEAR_LAST.exec(text);
  return match === null ? null : [Number(match[1]), Number(match[3])];
}

/**
 * Works out how a column of stamps is written from a sample of its cells: dates with the year
 * first or last, months by name, padded or not, clocks with or without colons, seconds and
 * `am`/`pm`, offsets, abbreviations and zone names.
 *
 * @param cells some cells of the column
 * @param order how dates that do not start with the year are to be read; null when not known
 * @param ignoreNames read stamps with a zone's name or abbreviation as wall-clock readings
 * @returns null when no cell is in a known form
 * @example
 * ```ts
 * import { writtenColumn } from "./written_stamps.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * const column = writtenColumn(["03.01.2024 9:30"], "dmy", false)!;
 * const bytes = new TextEncoder().encode("13.01.2024 17:00");
 * assertEquals(column.read(bytes, 0, bytes.length), Date.UTC(2024, 0, 13, 17));
 * ```
 */
export function writtenColumn(
  cells: readonly string[],
  order: DateOrder | null,
  ignoreNames: boolean,
): WrittenColumn | null {
  const stamps = cells.map((cell) => readStamp(cell, order))
    .filter((stamp) => stamp !== null && !Number.isNaN(stamp.day + (stamp.clock ?? 0)));
  if (stamps.length === 0) return null;
  const suffixOf = (stamp: Stamp): StampSuffix =>
    ignoreNames && isPlaceName(stamp.zone) ? "none" : stamp.suffix;
  const suffix = suffixOf(mostCommon(stamps, suffixOf));
  const dates = stamps.every((stamp) => stamp!.clock === null);
  const zones = [...new Set(stamps.map((stamp) => stamp!.zone).filter((zone) => zone !== ""))];
  const read = remembering((text) => {
    const stamp = readStamp(text, order);
    if (stamp === null || suffixOf(stamp) !== suffix) return NaN;
    if (suffix === "name" && stamp.zone !== zones[0]) return NaN;
    if ((stamp.clock === null) !== dates) return NaN;
    return stamp.day + (stamp.clock ?? 0) - (suffix === "offset" ? stamp.offset : 0);
  });
  return { form: { order, suffix }, dates, zones, read };
}

/** Whether a suffix names a place's clock, which --time-zone can say better; UTC and offsets do not. */
export function isPlaceName(zone: string): boolean {
  return ZONE_NAME.test(zone) || (ABBREVIATIONS[zone.toUpperCase()] ?? 0) !== 0;
}

/** Reads a time of day in any written form, as milliseconds; NaN when it is none. */
export const readAnyClock: CellReader = remembering((text) => {
  const time = readTimeOfDay(text);
  return time !== null && time.length === text.length ? time.clock : NaN;
});

function mostCommon(stamps: readonly (Stamp | null)[], key: (stamp: Stamp) => string): Stamp {
  const counts = new Map<string, number>();
  for (const stamp of stamps) counts.set(key(stamp!), (counts.get(key(stamp!)) ?? 0) + 1);
  const [most] = [...counts].reduce((best, entry) => entry[1] > best[1] ? entry : best);
  return stamps.find((stamp) => key(stamp!) === most)!;
}

/** Makes a reader of texts read bytes; equal neighbours, as dates are, cost a comparison. */
function remembering(read: (text: string) => number): CellReader {
  const decoder = new TextDecoder();
  let last = new Uint8Array(0);
  let value = NaN;
  return (bytes, start, end) => {
    const length = end - start;
    let same = length === last.length;
    for (let i = 0; same && i < length; i++) same = bytes[start + i] === last[i];
    if (same && length > 0) return value;
    last = bytes.slice(start, end);
    return value = read(decoder.decode(last));
  };
}
