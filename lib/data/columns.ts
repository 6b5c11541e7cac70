/**
 * What a column can hold. `clock` is a time of day beside a date column, `symbol` what a row is of
 * in a file of several, `tickVolume` a count of price changes, and `upVolume` and `downVolume` are
 * the parts of a volume that has no column of its own.
 */
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
  "enteredBy",
  "splitRatio",
  "cashDividend",
  "symbol",
  "tickVolume",
  "upVolume",
  "downVolume",
] as const;

/** What a column holds. */
export type ColumnRole = (typeof COLUMN_ROLES)[number];

/** Column names given by role; a name that ends in `*` is the first column that starts so. */
export type NamedColumns = Partial<Record<ColumnRole, string>>;

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

/**
 * Usual names, most specific first, as vendors write them in English and other languages;
 * compared without case, blanks and punctuation.
 */
// deno-fmt-ignore
const USUAL_NAMES: Readonly<Record<ColumnRole, readonly string[]>> = {
  time: [
    "timestamp", "datetime", "tsevent", "opentime", "windowstart", "timeperiodstart", "gmttime",
    "localtime", "timeeet", "unix", "time", "date", "tradedate", "ts", "t", "utc",
    "fecha", "datum", "data", "дата", "tarih", "日期", "日付け", "日付", "날짜", "indexlevel0",
  ],
  clock: ["time", "clock", "timeofday", "msofday", "hora", "uhrzeit", "heure"],
  open: [
    "open", "o", "openprice", "priceopen", "eröffnung", "erster", "ouv", "ouverture", "apertura",
    "abertura", "otwarcie", "откр", "açılış", "开盘", "始値", "시가",
  ],
  high: [
    "high", "h", "highprice", "pricehigh", "hoch", "plushaut", "haut", "máximo", "máxima",
    "massimo", "najwyzszy", "najwyższy", "макс", "yüksek", "最高", "高", "高値", "고가",
  ],
  low: [
    "low", "l", "lowprice", "pricelow", "tief", "plusbas", "bas", "mínimo", "mínima", "minimo",
    "najnizszy", "najniższy", "мин", "düşük", "最低", "低", "安値", "저가",
  ],
  close: [
    "close", "c", "closeprice", "priceclose", "settle", "settlement", "last", "latest",
    "closelast", "lastprice", "schlusskurs", "schluss", "dernier", "último", "ultimo",
    "zamkniecie", "zamknięcie", "цена", "şimdi", "收盘", "終値", "종가", "price",
  ],
  volume: [
    "volume", "vol", "v", "totalvolume", "tradevolume", "volumetraded", "stuecke", "stücke",
    "wolumen", "объём", "hac", "交易量", "成交量", "出来高", "거래량", "tickvolume", "tickvol",
    "volumen",
  ],
  openInterest: ["openinterest", "openint", "oi", "previousdayopeninterest", "prevdayopeninterest"],
  rawClose: ["spliced", "rawclose", "closeraw", "unadjustedclose", "closeunadjusted"],
  adjustmentDifference: ["adjustmentdifference"],
  adjustmentRatio: ["adjustmentratio"],
  contract: ["contract"],
  enteredBy: ["enteredby"],
  splitRatio: ["splitratio"],
  cashDividend: ["cashdividend"],
  symbol: ["symbol", "ticker", "rawsymbol", "instrument"],
  tickVolume: ["tickvolume", "tickvol"],
  upVolume: ["up", "upvolume"],
  downVolume: ["down", "downvolume"],
};

/** A date column beside a clock. */
const DATE_NAMES: readonly string[] = ["date", "fecha", "datum", "data"];
/** What libraries call the column of an index without a name. */
const NAMELESS: readonly string[] = ["", "unnamed0", "index"];
/** Columns read only where there is no column of the whole. */
const PARTS: readonly ColumnRole[] = ["upVolume", "downVolume"];

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
    const name = wanted[role];
    const found = name === undefined
      ? findUsual(plain, USUAL_NAMES[role], role === "time")
      : findNamed(names, name);
    if (found >= 0 && ![...index.values()].includes(found)) index.set(role, found);
  }
  if (wanted.clock === undefined) pairDateWithClock(plain, index, wanted.time);
  if (!index.has("time") && wanted.time === undefined && NAMELESS.includes(plain[0] ?? "-")) {
    index.set("time", 0);
  }
  if (index.has("volume")) { for (const role of PARTS) index.delete(role); }
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
  const date = plain.findIndex((name) => DATE_NAMES.includes(name));
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
  if (wanted.endsWith("*")) {
    return names.findIndex((name) => simplify(name).startsWith(simplify(wanted)));
  }
  const exact = names.indexOf(wanted);
  return exact >= 0 ? exact : names.findIndex((name) => simplify(name) === simplify(wanted));
}

/** A name without case, blanks and punctuation, as names are compared. */
export function simplify(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
}
