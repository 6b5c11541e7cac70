import type { z } from "zod";
import { InputError, jsonSha256, type JsonValue, nearestName, parseJson } from "../core/mod.ts";
import { CALENDARS, findCalendar } from "./calendars/calendars.ts";
import type { Dated, Instrument, InstrumentDocument } from "./instrument.ts";
import { type InstrumentFile, INSTRUMENTS_FORMAT, instrumentSchemas } from "./instrument_schema.ts";
import { wholeTickValue } from "./tick_value.ts";

const CALENDAR_NAMES: readonly string[] = CALENDARS.map(({ name }) => name);

/** The instrument that a checked document describes. */
export function instrumentOf(document: InstrumentDocument): Instrument {
  const { calendar, feePerSideUsd = [], margin = [], months = "", ...same } = document;
  return {
    ...same,
    session: calendar,
    timeZone: findCalendar(calendar).timeZone,
    feePerSideUsd: feePerSideUsd.map(({ from, usd }) => ({ from, value: usd })),
    margin: margin.map(({ from, ...value }) => ({ from, value })),
    rollMonths: months,
  };
}

/** The same of a document that a user has brought along: it stays with it. */
export function ownInstrument(document: InstrumentDocument): Instrument {
  return { ...instrumentOf(document), document };
}

/** What records say of an instrument that a user has brought along. */
export interface RecordedInstrument {
  /** Root symbol. */
  readonly symbol: string;
  /** SHA-256 of its document, whatever its layout, in hexadecimal. */
  readonly sha256: string;
}

/**
 * The user's own among some instruments, each known by the hash of its document: they lie outside
 * the code hash.
 */
export function recordedInstruments(
  instruments: readonly Pick<Instrument, "symbol" | "document">[],
): readonly RecordedInstrument[] {
  return instruments.flatMap(({ document, symbol }) =>
    document === undefined ? [] : { symbol, sha256: jsonSha256(document as unknown as JsonValue) }
  );
}

/**
 * Reads the text of a user's file of instruments.
 *
 * @param where the file, for the message
 * @param taken symbols that have a meaning already, in capitals
 * @throws {InputError} naming the first fault with its place, its value and what to do
 * @example
 * ```ts
 * import { parseInstruments } from "./parse_instruments.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * const text = JSON.stringify({
 *   format: 1,
 *   instruments: [{
 *     ...{ symbol: "DOT", name: "Polkadot", kind: "crypto", exchange: "Coinbase" },
 *     ...{ currency: "USD", tickSize: 0.001, pointValue: 0.1, lot: { size: 0.1, unit: "DOT" } },
 *     calendar: "always",
 *   }],
 * });
 * assertEquals(parseInstruments(text, "instruments.json")[0]?.calendar, "always");
 * ```
 */
export function parseInstruments(
  text: string,
  where: string,
  taken: Iterable<string> = [],
): readonly InstrumentDocument[] {
  const { instruments } = parseFile(text, where);
  const known = new Set(taken), own = new Set<string>();
  for (const [row, document] of instruments.entries()) {
    const place = placeOf(where, row, document.symbol);
    requireSound(document, place);
    if (own.has(document.symbol) || known.has(document.symbol)) {
      const other = own.has(document.symbol)
        ? "the file has it twice"
        : "it ships with the program";
      throw new InputError(
        `Cannot use the symbol twice: ${other}: current value is "${document.symbol}"`,
        {
          where: `${place}, symbol`,
          remedy: own.has(document.symbol)
            ? "remove one of the two"
            : `name it otherwise, for example ${document.symbol}.OWN; ` +
              "fees and margins of what ships are given by --fee and --margin",
        },
      );
    }
    own.add(document.symbol);
  }
  return instruments;
}

/**
 * Reads one instrument that is plain JSON, such as a stored request's.
 *
 * @param where what it belongs to, for the message
 * @throws {InputError} naming its first fault
 */
export function parseInstrument(value: unknown, where: string): InstrumentDocument {
  const parsed = instrumentSchemas().instrument.safeParse(value);
  if (!parsed.success) throw faultOf(parsed.error.issues[0]!, value, where);
  requireSound(parsed.data, where);
  return parsed.data;
}

function parseFile(text: string, where: string): InstrumentFile {
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (error) {
    throw new InputError(`Cannot read the instruments as JSON: ${(error as Error).message}`, {
      ...{ where, cause: error, remedy: "mend the file, or remove it and add them again" },
    });
  }
  const parsed = instrumentSchemas().file.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  const [field, row, ...path] = issue.path;
  if (field === "instruments" && typeof row === "number") {
    const document = (value as { readonly instruments: readonly unknown[] }).instruments[row];
    const symbol = (document as { readonly symbol?: unknown } | null)?.symbol;
    throw faultOf({ ...issue, path }, document, placeOf(where, row, symbol));
  }
  throw new InputError(
    `Cannot read the instruments: ${issue.path.join(".") || "the file"} ${issue.message}`,
    {
      where,
      remedy: `the file is { "format": ${INSTRUMENTS_FORMAT}, "instruments": [ … ] }`,
    },
  );
}

function placeOf(where: string, row: number, symbol: unknown): string {
  return `${where}, instrument ${row + 1}${typeof symbol === "string" ? ` (${symbol})` : ""}`;
}

/** What to write in each field, for whoever has written something else. */
const REMEDIES: Readonly<Record<keyof InstrumentDocument, string>> = {
  symbol: "give capitals and digits such as MES",
  name: "give its name in words",
  kind: "use future, stock, fx, metal, crypto or perpetual",
  exchange: "name where it trades",
  currency: "give the currency of its prices, such as USD",
  tickSize: "give the smallest price step, above 0",
  pointValue: "give the money for a price move of 1 in one lot, above 0",
  quotation: "say what a price counts, such as cents per bushel",
  priceFormat: "use decimal, 32nds or 8ths",
  lot: 'give what one lot is, such as { "size": 0.001, "unit": "BTC" }',
  calendar: `use one of ${CALENDAR_NAMES.join(", ")}`,
  months: "give month letters such as HMUZ",
  feePerSideUsd: 'give dated fees such as [{ "from": "2024-01-02", "usd": 0.62 }]',
  margin: "give dated margins such as " +
    '[{ "from": "2024-01-02", "initialUsd": 1320, "maintenanceUsd": 1200 }]',
  marginKnownUntil: "give the date up to which margins were looked up, such as 2026-11-30",
  contracts: "see docs/instruments.md, When contracts end",
  fundingHours: "give the hours between two payments, such as 8",
  sources: 'give sources such as [{ "of": "terms", "page": "…", "date": "2026-11-30" }]',
  notes: "give a list of sentences",
};

function faultOf(issue: z.core.$ZodIssue, document: unknown, place: string): InputError {
  if (issue.code === "unrecognized_keys") {
    const [key = ""] = issue.keys;
    const near = issue.path.length === 0 ? nearestName(key, Object.keys(REMEDIES)) : null;
    return new InputError(`Cannot use the field '${key}': an instrument has none of that name`, {
      where: [place, ...issue.path].join(", "),
      remedy: near === null ? "remove it" : `did you mean ${near}?`,
    });
  }
  const [field] = issue.path;
  const value = issue.path.reduce<unknown>(
    (inner, key) => (inner as Record<PropertyKey, unknown> | undefined)?.[key],
    document,
  );
  const remedy = REMEDIES[field as keyof InstrumentDocument] ??
    "give an object such as `instruments show MES --json` prints";
  if (value === undefined && field !== undefined) {
    return new InputError(`Cannot use an instrument without ${issue.path.join(".")}`, {
      ...{ where: place, remedy },
    });
  }
  return unsound(place, issue.path.join("."), issue.message, value, remedy);
}

function unsound(
  place: string,
  field: string,
  rule: string,
  value: unknown,
  remedy: string,
): InputError {
  const near = field === "calendar" && typeof value === "string"
    ? nearestName(value, CALENDAR_NAMES)
    : null;
  const what = field === "calendar" ? "no calendar has that name" : rule;
  return new InputError(`Cannot use the value: ${what}: current value is ${shown(value)}`, {
    where: field === "" ? place : `${place}, ${field}`,
    remedy: near === null ? remedy : `did you mean ${near}? Else ${remedy}`,
  });
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

/** Refuses figures that do not go together. */
function requireSound(document: InstrumentDocument, place: string): void {
  for (const [field, rule, remedy] of faults(document)) {
    throw unsound(place, field, rule, document[field], remedy ?? REMEDIES[field]);
  }
}

type Fault = readonly [field: keyof InstrumentDocument, rule: string, remedy?: string];

function* faults(document: InstrumentDocument): Generator<Fault> {
  const { contracts, feePerSideUsd = [], fundingHours, kind, lot, margin = [] } = document;
  const { marginKnownUntil, months, pointValue, priceFormat = "decimal", tickSize } = document;
  if (Number.isNaN(wholeTickValue(tickSize, pointValue))) {
    const micros = Number((tickSize * pointValue * 1e6).toPrecision(9));
    yield [
      "tickSize",
      `with a pointValue of ${pointValue} a tick of one lot is worth ${micros} millionths of ` +
      `${document.currency}, which must be a whole number`,
      "correct tickSize or pointValue, or make the lot larger",
    ];
  }
  const parts = priceFormat === "32nds" ? 256 : 8;
  if (priceFormat !== "decimal" && !Number.isInteger(tickSize * parts)) {
    yield ["tickSize", `prices in ${priceFormat} need a tick of whole ${parts}ths`];
  }
  const isContract = kind === "future";
  const needsLot = kind !== "future" && kind !== "stock";
  if (isContract !== (months !== undefined)) {
    yield isContract
      ? ["months", "a future needs the months it is traded for"]
      : ["months", "only of futures", "remove it"];
  }
  if (needsLot && lot === undefined) yield ["lot", `needed where the kind is ${kind}`];
  if (needsLot && lot !== undefined && lot.size !== pointValue) {
    yield [
      "pointValue",
      `a lot of ${lot.size} ${lot.unit} earns ${lot.size} for a price move of 1`,
      "make pointValue and lot.size equal",
    ];
  }
  if (!isContract && contracts !== undefined) yield ["contracts", "only futures end", "remove it"];
  if (!isContract && kind !== "perpetual" && margin.length > 0) {
    yield ["margin", `what is of the kind ${kind} is paid in full`, "remove it"];
  }
  if (marginKnownUntil !== undefined && !((margin.at(-1)?.from ?? "9999") <= marginKnownUntil)) {
    yield ["marginKnownUntil", "a margin begins after it, or there is none"];
  }
  if ((kind === "perpetual") !== (fundingHours !== undefined)) {
    yield kind === "perpetual"
      ? ["fundingHours", "a perpetual contract needs them"]
      : ["fundingHours", "only of perpetual contracts", "remove it"];
  }
  const { time, timeZone } = contracts?.lastTrade ?? {};
  if ((time === undefined) !== (timeZone === undefined)) {
    yield ["contracts", "lastTrade names time and timeZone together, or neither"];
  }
  const stranger = Object.keys(contracts?.lastTrade.exceptions ?? {})
    .find((month) => !months?.includes(month));
  if (stranger !== undefined) {
    yield ["contracts", `lastTrade.exceptions names ${stranger}, which is none of its months`];
  }
  if (!isRising(feePerSideUsd)) yield ["feePerSideUsd", "dates must rise"];
  if (!isRising(margin)) yield ["margin", "dates must rise"];
  const wrong = margin.find(({ initialUsd, maintenanceUsd }) => maintenanceUsd > initialUsd);
  if (wrong !== undefined) {
    yield [
      "margin",
      `of ${wrong.from} keeps a position at ${wrong.maintenanceUsd} dollars and opens one at ` +
      `${wrong.initialUsd}, which must not be less`,
    ];
  }
}

function isRising(rows: readonly Pick<Dated<unknown>, "from">[]): boolean {
  return rows.every(({ from }, row) => row === 0 || rows[row - 1]!.from < from);
}
