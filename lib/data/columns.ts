/** What a column can hold. `clock` is a time of day beside a date column. */
export const COLUMN_ROLES = [
  "time",
  "clock",
  "open",
  "high",
  "low",
  "close",
  "volume",
  "openInterest",
  "rawClose",
  "adjustmentDifference",
  "adjustmentRatio",
  "contract",
] as const;

/** What a column holds. */
export type ColumnRole = (typeof COLUMN_ROLES)[number];

/** Roles a caller can give a column name for. */
export type NamedColumns = Partial<
  Record<
    "time" | "open" | "high" | "low" | "close" | "volume" | "openInterest" | "rawClose",
    string
  >
>;

/** Which column of the file has which role. */
export interface ColumnMap {
  /** Index of the column, for each role found. */
  readonly index: ReadonlyMap<ColumnRole, number>;
  /** The time column's name says its stamps are UTC. */
  readonly timeIsUtc: boolean;
  /** Roles that no column has, though bars need them or the caller named a column for them. */
  readonly missing: readonly ColumnRole[];
  /** Names that occur twice among the columns with a role. */
  readonly duplicate: readonly string[];
  /** Columns without a role, as the file spells them. */
  readonly unused: readonly string[];
}

/** Usual names, most specific first; compared without case, blanks and punctuation. */
const USUAL_NAMES: Readonly<Record<ColumnRole, readonly string[]>> = {
  time: [
    "timestamp",
    "datetime",
    "tsevent",
    "opentime",
    "time",
    "date",
    "tradedate",
    "ts",
    "t",
    "utc",
  ],
  clock: ["time", "clock", "timeofday"],
  open: ["open", "o", "openprice"],
  high: ["high", "h", "highprice"],
  low: ["low", "l", "lowprice"],
  close: ["close", "c", "closeprice", "last", "settle"],
  volume: ["volume", "vol", "v", "totalvolume", "tickvolume", "tickvol"],
  openInterest: ["openinterest", "openint", "oi"],
  rawClose: ["spliced", "rawclose", "closeraw", "unadjustedclose", "closeunadjusted"],
  adjustmentDifference: ["adjustmentdifference"],
  adjustmentRatio: ["adjustmentratio"],
  contract: ["contract"],
};

const NEEDED: readonly ColumnRole[] = ["time", "open", "high", "low", "close"];

/**
 * Finds the bar columns among a file's column names, by the usual names without regard to case,
 * blanks and punctuation. A `date` column beside a `time` column makes a pair.
 *
 * @param names column names in file order
 * @param wanted names given by the caller; they win over the usual names
 * @example
 * ```ts
 * import { mapColumns } from "./columns.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * const map = mapColumns(["Date", "Open", "High", "Low", "Close", "Open Int"], {});
 * assertEquals(map.index.get("openInterest"), 5);
 * assertEquals(map.missing, []);
 * ```
 */
export function mapColumns(names: readonly string[], wanted: NamedColumns): ColumnMap {
  const plain = names.map(simplify);
  const index = new Map<ColumnRole, number>();
  for (const role of COLUMN_ROLES) {
    const name = role in wanted ? wanted[role as keyof NamedColumns] : undefined;
    const found = name === undefined
      ? findUsual(plain, USUAL_NAMES[role], role === "time")
      : findNamed(names, name);
    if (found >= 0 && ![...index.values()].includes(found)) index.set(role, found);
  }
  pairDateWithClock(plain, index, wanted.time);
  const used = new Set(index.values());
  return {
    index,
    timeIsUtc: index.has("time") && plain[index.get("time")!]!.endsWith("utc"),
    missing: COLUMN_ROLES.filter((role) =>
      !index.has(role) && (NEEDED.includes(role) || role in wanted)
    ),
    duplicate: names.filter((name, i) => used.has(i) && plain.indexOf(simplify(name), i + 1) > i),
    unused: names.filter((_, i) => !used.has(i)),
  };
}

/** A lone `time` column is the stamp, not a clock; with `date` beside it, the two are one stamp. */
function pairDateWithClock(
  plain: readonly string[],
  index: Map<ColumnRole, number>,
  wantedTime: string | undefined,
): void {
  index.delete("clock");
  const time = index.get("time");
  const date = plain.indexOf("date");
  const clock = findUsual(plain, USUAL_NAMES.clock, false);
  if (time === undefined || date < 0 || clock < 0) return;
  if (time !== date && (wantedTime !== undefined || time !== clock)) return;
  index.set("time", date);
  index.set("clock", clock);
}

function findUsual(plain: readonly string[], usual: readonly string[], utc: boolean): number {
  for (const name of usual) {
    const found = plain.findIndex((column) => column === name || (utc && column === `${name}utc`));
    if (found >= 0) return found;
  }
  return -1;
}

function findNamed(names: readonly string[], wanted: string): number {
  const exact = names.indexOf(wanted);
  return exact >= 0 ? exact : names.findIndex((name) => simplify(name) === simplify(wanted));
}

function simplify(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
}
