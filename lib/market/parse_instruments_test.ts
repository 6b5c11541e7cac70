import { InputError } from "../core/mod.ts";
import { assert, assertEquals } from "../../tests/assert.ts";
import type { InstrumentDocument } from "./instrument.ts";
import {
  instrumentOf,
  ownInstrument,
  parseInstrument,
  parseInstruments,
  recordedInstruments,
} from "./parse_instruments.ts";
import { tickValueMicros } from "./tick_value.ts";

const COIN: InstrumentDocument = {
  symbol: "DOT",
  name: "Polkadot in US dollars",
  kind: "crypto",
  exchange: "Coinbase",
  currency: "USD",
  tickSize: 0.001,
  pointValue: 0.1,
  lot: { size: 0.1, unit: "DOT" },
  calendar: "always",
};
const FUTURE: InstrumentDocument = {
  symbol: "MWH",
  name: "Micro wheat",
  kind: "future",
  exchange: "CBOT",
  currency: "USD",
  tickSize: 0.5,
  pointValue: 5,
  priceFormat: "8ths",
  calendar: "cbot-grains",
  months: "HKNUZ",
  margin: [
    { from: "2025-02-24", initialUsd: 198, maintenanceUsd: 180 },
    { from: "2025-06-02", initialUsd: 187, maintenanceUsd: 170 },
  ],
  contracts: {
    businessDays: ["us-exchange"],
    lastTrade: { from: { day: 15 }, businessDays: -1 },
    firstNotice: null,
  },
};

function textOf(...instruments: readonly unknown[]): string {
  return JSON.stringify({ format: 1, instruments });
}

function fault(text: string, taken: readonly string[] = []): string {
  try {
    parseInstruments(text, "instruments.json", taken);
  } catch (error) {
    assert(error instanceof InputError, String(error));
    return error.message;
  }
  return "none";
}

Deno.test("parseInstruments() reads a user's file, and recordedInstruments() knows each by its hash", () => {
  const read = parseInstruments(textOf(COIN, FUTURE), "instruments.json");
  assertEquals(read, [COIN, FUTURE]);
  const wheat = instrumentOf(read[1]!);
  assertEquals(wheat.timeZone, "America/Chicago");
  assertEquals(wheat.margin[1], {
    from: "2025-06-02",
    value: { initialUsd: 187, maintenanceUsd: 170 },
  });
  assertEquals(tickValueMicros(instrumentOf(read[0]!)), 100);
  const sha256 = (document: InstrumentDocument): string | undefined =>
    recordedInstruments([ownInstrument(document)])[0]?.sha256;
  const { symbol, ...rest } = COIN;
  assertEquals(sha256({ ...rest, symbol }), sha256(COIN));
  assert(sha256({ ...COIN, tickSize: 0.01 }) !== sha256(COIN));
  assertEquals(recordedInstruments([instrumentOf(COIN)]), []);
});

/** A faulty file, and the one line that it is refused with. */
const REFUSED: readonly (readonly [why: string, file: string, line: string])[] = [
  [
    "a negative tick",
    textOf(COIN, { ...FUTURE, tickSize: -0.25 }),
    "instruments.json, instrument 2 (MWH), tickSize: Cannot use the value: Too small: expected " +
    "number to be >0: current value is -0.25 (give the smallest price step, above 0)",
  ],
  [
    "a tick written as text",
    textOf({ ...COIN, tickSize: "0.01" }),
    "instruments.json, instrument 1 (DOT), tickSize: Cannot use the value: Invalid input: " +
    'expected number, received string: current value is "0.01" (give the smallest price step, ' +
    "above 0)",
  ],
  [
    "a tick that money cannot be counted in",
    textOf({ ...COIN, tickSize: 1e-8 }),
    "instruments.json, instrument 1 (DOT), tickSize: Cannot use the value: with a pointValue of " +
    "0.1 a tick of one lot is worth 0.001 millionths of USD, which must be a whole number: " +
    "current value is 1e-8 (correct tickSize or pointValue, or make the lot larger)",
  ],
  [
    "a tick off the grid of its price format",
    textOf({ ...FUTURE, tickSize: 0.1 }),
    "instruments.json, instrument 1 (MWH), tickSize: Cannot use the value: prices in 8ths need a " +
    "tick of whole 8ths: current value is 0.1 (give the smallest price step, above 0)",
  ],
  [
    "an unknown calendar",
    textOf({ ...FUTURE, calendar: "cbot-grain" }),
    "instruments.json, instrument 1 (MWH), calendar: Cannot use the value: no calendar has that " +
    'name: current value is "cbot-grain" (did you mean cbot-grains? Else use one of cme-equity, ',
  ],
  [
    "a symbol twice",
    textOf(COIN, FUTURE, COIN),
    "instruments.json, instrument 3 (DOT), symbol: Cannot use the symbol twice: the file has it " +
    'twice: current value is "DOT" (remove one of the two)',
  ],
  [
    "a symbol that ships",
    textOf({ ...FUTURE, symbol: "ES" }),
    "instruments.json, instrument 1 (ES), symbol: Cannot use the symbol twice: it ships with the " +
    'program: current value is "ES" (name it otherwise, for example ES.OWN; ',
  ],
  [
    "a misspelt field",
    textOf({ ...COIN, tikSize: 0.1 }),
    "instruments.json, instrument 1 (DOT): Cannot use the field 'tikSize': an instrument has " +
    "none of that name (did you mean tickSize?)",
  ],
  [
    "a missing field",
    textOf({ ...COIN, currency: undefined }),
    "instruments.json, instrument 1 (DOT): Cannot use an instrument without currency (give the " +
    "currency of its prices, such as USD)",
  ],
  [
    "a future without months",
    textOf({ ...FUTURE, months: undefined }),
    "instruments.json, instrument 1 (MWH), months: Cannot use the value: a future needs the " +
    "months it is traded for: current value is undefined (give month letters such as HMUZ)",
  ],
  [
    "a lot that is not what a point is worth",
    textOf({ ...COIN, pointValue: 1 }),
    "instruments.json, instrument 1 (DOT), pointValue: Cannot use the value: a lot of 0.1 DOT " +
    "earns 0.1 for a price move of 1: current value is 1 (make pointValue and lot.size equal)",
  ],
  [
    "a perpetual without funding",
    textOf({ ...COIN, kind: "perpetual" }),
    "instruments.json, instrument 1 (DOT), fundingHours: Cannot use the value: a perpetual " +
    "contract needs them: current value is undefined (give the hours between two payments, such " +
    "as 8)",
  ],
  [
    "margins out of order",
    textOf({ ...FUTURE, margin: FUTURE.margin!.toReversed() }),
    "instruments.json, instrument 1 (MWH), margin: Cannot use the value: dates must rise: current",
  ],
  [
    "a margin that keeps more than it asks for",
    textOf({
      ...FUTURE,
      margin: [{ from: "2025-01-02", initialUsd: 100, maintenanceUsd: 110 }],
    }),
    "instruments.json, instrument 1 (MWH), margin: Cannot use the value: of 2025-01-02 keeps a " +
    "position at 110 dollars and opens one at 100, which must not be less",
  ],
  [
    "margins that were not looked up",
    textOf({ ...FUTURE, marginKnownUntil: "2025-03-01" }),
    "instruments.json, instrument 1 (MWH), marginKnownUntil: Cannot use the value: a margin " +
    "begins after it, or there is none",
  ],
  [
    "a date that does not exist",
    textOf({ ...FUTURE, feePerSideUsd: [{ from: "2025-02-30", usd: 1 }] }),
    "instruments.json, instrument 1 (MWH), feePerSideUsd.0.from: Cannot use the value: Invalid " +
    'ISO date: current value is "2025-02-30" (give dated fees',
  ],
  [
    "a last trade that is no rule",
    textOf({
      ...FUTURE,
      contracts: { businessDays: ["us-exchange"], lastTrade: { from: { weekday: "friday" } } },
    }),
    "instruments.json, instrument 1 (MWH), contracts.lastTrade.from: Cannot use the value: must " +
    'be { "day": 25 }, { "weekday": "friday", "nth": 3 } or { "businessDay": -3 }: current value',
  ],
  [
    "a share that ends",
    textOf({ ...FUTURE, kind: "stock", months: undefined, margin: undefined }),
    "instruments.json, instrument 1 (MWH), contracts: Cannot use the value: only futures end",
  ],
  [
    "no list",
    '{ "format": 1 }',
    "instruments.json: Cannot read the instruments: instruments Invalid input: expected array, " +
    'received undefined (the file is { "format": 1, "instruments": [ … ] })',
  ],
  [
    "a newer format",
    '{ "format": 2, "instruments": [] }',
    "instruments.json: Cannot read the instruments: format Invalid input: expected 1 (the file is",
  ],
  ["no JSON", "[", "instruments.json: Cannot read the instruments as JSON: "],
  ["an instrument that is none", textOf(7), "instruments.json, instrument 1: Cannot use the value"],
];

for (const [why, file, line] of REFUSED) {
  Deno.test(`parseInstruments() refuses ${why} in one line`, () => {
    const message = fault(file, ["ES"]);
    assertEquals(message.slice(0, line.length), line);
    assert(!message.includes("\n"));
  });
}

Deno.test("parseInstrument() reads the document of a stored request, and refuses a broken one", () => {
  assertEquals(parseInstrument(COIN, "run 1"), COIN);
  let message = "";
  try {
    parseInstrument({ ...COIN, calendar: "nowhere" }, "run 1");
  } catch (error) {
    message = (error as Error).message;
  }
  assert(message.startsWith("run 1, calendar: Cannot use the value: no calendar has that name"));
});
