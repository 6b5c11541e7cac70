/** What a kind or type is called, without case, blanks and punctuation. */
const KINDS: Readonly<Record<string, "split" | "dividend">> = {
  split: "split",
  stocksplit: "split",
  forwardsplit: "split",
  reversesplit: "split",
  dividend: "dividend",
  cashdividend: "dividend",
  specialdividend: "dividend",
  cash: "dividend",
};

/** A kind in words, null for one that is neither. */
export function readKind(text: string): "split" | "dividend" | null {
  const name = text.toLowerCase().replace(/[^a-z]/g, "");
  return Object.hasOwn(KINDS, name) ? KINDS[name]! : null;
}

/** Dollars such as `$0.82`; NaN where it is no number. */
export function readAmount(text: string): number {
  const plain = text.trim().replace(/^\$|\s*USD$/gi, "").replaceAll(",", "");
  return /^-?\d*\.?\d+(e-?\d+)?$/i.test(plain) ? Number(plain) : NaN;
}

/**
 * Shares after a split for each one before: `4`, `4:1`, `4/1`, `4-for-1`; NaN where it is none. A
 * decimal such as .333333 is taken for the ratio of small numbers that it stands for.
 */
export function readRatio(text: string): number {
  const parts = /^\s*(\d*\.?\d+)\s*(?::|\/|-?\s*for\s*-?)\s*(\d*\.?\d+)\s*$/i.exec(text);
  if (parts !== null) {
    const before = Number(parts[2]);
    return before === 0 ? NaN : Number(parts[1]) / before;
  }
  return wholeRatio(readAmount(text));
}

const MOST_SHARES = 100;
/** Six digits of a fraction are this near to it. */
const WRITTEN_DIGITS = 2e-6;

function wholeRatio(ratio: number): number {
  for (let before = 1; before <= MOST_SHARES; before++) {
    const after = Math.round(ratio * before);
    if (after >= 1 && Math.abs(ratio - after / before) <= WRITTEN_DIGITS * ratio) {
      return after / before;
    }
  }
  return ratio;
}

/** Order of day and month. */
export type DayOrder = "mdy" | "dmy";

/**
 * A date as `YYYY-MM-DD`: ISO with or without a clock, `YYYYMMDD`, day and month with points, dashes
 * or slashes, epoch seconds or milliseconds. A clock is left out, so that midnight in New York stays
 * on its day.
 *
 * @returns null where it is none
 */
export function readDate(text: string, order: DayOrder): string | null {
  const plain = text.trim();
  const iso = /^(\d{4})[-/.]?(\d\d)[-/.]?(\d\d)(?!\d)/.exec(plain);
  if (iso !== null) return existing(iso[1]!, iso[2]!, iso[3]!);
  const parts = /^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})/.exec(plain);
  if (parts !== null) {
    const [first, second, year] = [parts[1]!, parts[2]!, parts[3]!];
    return order === "mdy" ? existing(year, first, second) : existing(year, second, first);
  }
  if (!/^\d{10,13}(\.0)?$/.test(plain)) return null;
  const count = Number(plain);
  const time = new Date(count >= 1e10 ? count : count * 1000);
  return time.toISOString().slice(0, 10);
}

/** Whether a date may be a day in one of two months. */
export function isAmbiguous(text: string): boolean {
  const parts = /^\s*(\d{1,2})[-/.](\d{1,2})[-/.]\d{4}/.exec(text);
  return parts !== null && Number(parts[1]) <= 12 && Number(parts[2]) <= 12 &&
    parts[1] !== parts[2];
}

/** The order that a figure above 12 decides; null where none does. */
export function dayOrderOf(texts: readonly string[]): DayOrder | null {
  for (const text of texts) {
    const parts = /^\s*(\d{1,2})[-/.](\d{1,2})[-/.]\d{4}/.exec(text);
    if (parts === null) continue;
    if (Number(parts[1]) > 12) return "dmy";
    if (Number(parts[2]) > 12) return "mdy";
  }
  return null;
}

function existing(year: string, month: string, day: string): string | null {
  const date = `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
  const time = Date.parse(`${date}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(date) ? date : null;
}
