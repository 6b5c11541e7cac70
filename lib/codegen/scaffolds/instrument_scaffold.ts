import { InputError } from "../../core/mod.ts";
import type { Change } from "../change_set.ts";
import { requireKnownValues, type ScaffoldRequest } from "./scaffold.ts";

const TABLE = "lib/market/instrument_table.ts";
const SESSIONS = ["cme-equity", "cme-energy-metals", "cme-fx", "cme-rates", "always"];
/** How the last trading day is found: rules of `futures_expiry.ts` by what they are for. */
const EXPIRY_RULES: Readonly<Record<string, string>> = {
  "equity-index": "INDEX",
  "crude-oil": "crudeOil(0)",
  "natural-gas": "NATURAL_GAS",
  metal: "METAL",
  currency: "EURO",
  "treasury-note": "NOTE",
};
const FUTURE_VALUES = [
  "title",
  "exchange",
  "session",
  "months",
  "expiry",
  "tick",
  "point",
  "fee",
  "margin",
];

/**
 * A row of the instrument table, with the tick value in its test: a future with all its terms, or,
 * with `kind=stock`, a share or fund by its title.
 */
export function instrumentScaffold({ name, values }: ScaffoldRequest): readonly Change[] {
  const { kind = "future", ...terms } = values;
  if (kind === "stock") return stockChanges(name, terms);
  if (kind === "future") return futureChanges(name, terms);
  throw new InputError(`Cannot make an instrument of the kind '${kind}'`, {
    remedy: "use kind=future or kind=stock",
  });
}

function futureChanges(symbol: string, values: ScaffoldRequest["values"]): readonly Change[] {
  requireKnownValues(values, FUTURE_VALUES);
  requireSymbol(symbol, /^[A-Z0-9]{2,3}$/, "two or three capital letters or digits such as ZB");
  const [tick, point] = [positive(values, "tick"), positive(values, "point")];
  const constant = `FUTURE_${symbol}`;
  const market = [
    `exchange: ${words(values, "exchange", /^[A-Z]{2,10}$/)}`,
    `session: ${words(values, "session", new RegExp(`^(${SESSIONS.join("|")})$`))}`,
    `rollMonths: ${words(values, "months", /^(?=.)F?G?H?J?K?M?N?Q?U?V?X?Z?$/)}`,
  ].join(", ");
  const terms = [
    `symbol: "${symbol}"`,
    `name: ${words(values, "title", /^[\p{L}\p{N} &.'()/-]{1,60}$/u)}`,
    `tickSize: ${grouped(tick)}`,
    `pointValue: ${grouped(point)}`,
    `fee: ${grouped(positive(values, "fee"))}`,
    `margin: margins([START, ${grouped(positive(values, "margin"))}])`,
  ].join(", ");
  return [
    {
      kind: "edit",
      path: TABLE,
      search: "/** The futures that ship, by root symbol. */\n",
      replace: `/* deno-fmt-ignore */
const ${constant} = futures({ ${market} }, [
  { ${terms} },
]);

/** The futures that ship, by root symbol. */
`,
    },
    {
      kind: "edit",
      path: TABLE,
      search: "export const FUTURES: readonly Instrument[] = [\n",
      replace: `export const FUTURES: readonly Instrument[] = [\n  ...${constant},\n`,
    },
    expiryEdit(symbol, values["expiry"] ?? ""),
    tickValueEdit(symbol, tick * point),
  ];
}

function stockChanges(symbol: string, values: ScaffoldRequest["values"]): readonly Change[] {
  requireKnownValues(values, ["title"]);
  requireSymbol(symbol, /^[A-Z]{1,5}$/, "up to five capital letters such as XLE");
  const head = "export const STOCKS: Readonly<Record<string, string>> = {\n";
  const title = words(values, "title", /^[\p{L}\p{N} &.'()/-]{1,60}$/u);
  return [
    { kind: "edit", path: TABLE, search: head, replace: `${head}  ${symbol}: ${title},\n` },
    tickValueEdit(symbol, 0.01),
  ];
}

function expiryEdit(symbol: string, name: string): Change {
  const rule = EXPIRY_RULES[name];
  if (rule === undefined) {
    throw new InputError(`Cannot make the instrument: expiry is '${name}'`, {
      remedy: `add --value expiry= with one of ${Object.keys(EXPIRY_RULES).join(", ")}`,
    });
  }
  const head = "const RULES: Readonly<Record<string, ExpiryRule>> = {\n";
  return {
    kind: "edit",
    path: "lib/data/futures_expiry.ts",
    search: head,
    replace: `${head}  ${keyOf(symbol)}: ${rule},\n`,
  };
}

/**
 * The published value of a tick in dollars, which a test compares with the table. Every instrument
 * has one, so it tells a symbol that is there already.
 */
function tickValueEdit(symbol: string, dollars: number): Change {
  const head = "const TICK_VALUES: Readonly<Record<string, number>> = {\n";
  const key = `\n  ${keyOf(symbol)}: `;
  return {
    kind: "edit",
    path: "lib/market/instruments_test.ts",
    search: head,
    replace: `${head.trimEnd()}${key}${Number(dollars.toPrecision(12))},\n`,
    absent: key,
  };
}

/** A symbol as a key of an object literal. */
function keyOf(symbol: string): string {
  return /^\d/.test(symbol) ? `"${symbol}"` : symbol;
}

function requireSymbol(symbol: string, form: RegExp, wanted: string): void {
  if (form.test(symbol)) return;
  throw new InputError(`Cannot use the symbol '${symbol}'`, { remedy: `give ${wanted}` });
}

function positive(values: ScaffoldRequest["values"], key: string): number {
  const value = Number(values[key] ?? NaN);
  if (value > 0 && Number.isFinite(value)) return value;
  throw new InputError(`Cannot make the instrument: ${key} is ${values[key] ?? "not given"}`, {
    remedy: `add --value ${key}=NUMBER`,
  });
}

function words(values: ScaffoldRequest["values"], key: string, form: RegExp): string {
  const value = values[key] ?? "";
  if (form.test(value)) return JSON.stringify(value);
  throw new InputError(`Cannot make the instrument: ${key} is '${value}'`, {
    remedy: `add --value ${key}=TEXT in the form of the instrument table`,
  });
}

/** A number as the table writes it: thousands apart. */
function grouped(value: number): string {
  const [whole = "", decimals] = String(value).split(".");
  const thousands = whole.replace(/\B(?=(\d{3})+$)/g, "_");
  return decimals === undefined ? thousands : `${thousands}.${decimals}`;
}
