import { throws as assertThrows } from "node:assert/strict";
import { createCalendar } from "../market/calendar.ts";
import { InputError } from "../core/errors.ts";
import { findInstrument } from "../market/instruments.ts";
import { assert, assertEquals } from "../../tests/assert.ts";
import { createTestInstrument, withFile } from "../../tests/fixtures/loader_fixture.ts";
import { inspectBars, type InspectedBars, type LoadOptions } from "./loader.ts";
import { openData } from "./open_data.ts";
import { guessSymbol, symbolOfFile } from "./symbol_of_file.ts";

const stock = createTestInstrument("TEST", 0.01);

async function inspect(
  text: string,
  options: Partial<LoadOptions> = {},
  name = "bars.csv",
): Promise<InspectedBars> {
  return await withFile(
    name,
    text,
    (path) => inspectBars(path, { instrument: stock, ...options }),
  );
}

const errorsOf = ({ report }: InspectedBars) =>
  report.problems.filter(({ severity }) => severity === "error");

/** The one refusal of a file, as its rule and sentence. */
async function refusal(text: string, options: Partial<LoadOptions> = {}): Promise<string> {
  const [first] = errorsOf(await inspect(text, options));
  assert(first !== undefined, "accepted bad input");
  return `row ${first.row}: ${first.detail}`;
}

const HEAD = "time,open,high,low,close,volume\n";
const rows = (times: readonly string[]): string =>
  HEAD + times.map((time) => `${time},10,11,9,10,5\n`).join("");

Deno.test("several symbols in one file are refused by name, and --select takes one", async () => {
  const text = "time,symbol,open,high,low,close\n" +
    ["2024-01-02T15:00Z", "2024-01-02T15:01Z"].flatMap((time) => [
      `${time},AAA,10,11,9,10\n`,
      `${time},BBB,x,21,19,20\n`,
    ]).join("");
  const said = await refusal(text.replaceAll("x", "20"));
  assert(/holds 2 symbols: AAA, BBB; take one with --select AAA/.test(said), said);
  // What is wrong in the rows of the other symbol does not matter.
  const { bars, report } = await inspect(text, { select: "AAA" });
  assertEquals([...bars!.close], [10, 10]);
  assertEquals(report.symbols, ["AAA", "BBB"]);
  assert(/no symbol 'CCC'/.test(await refusal(text.replaceAll("x", "20"), { select: "CCC" })));
  assert(/leave --select out/.test(
    await refusal(rows(["2024-01-02", "2024-01-03"]), {
      select: "AAA",
    }),
  ));
});

Deno.test("a number that may have thousands or decimals is refused, and --decimal decides", async () => {
  const text = "date;open;high;low;close\n2024-01-02;1,100;1,300;1,000;1,200\n" +
    "2024-01-03;1,200;1,400;1,100;1,300\n";
  assert(/row 2: '1,100' may have thousands.*--decimal point or --decimal comma/.test(
    await refusal(text),
  ));
  assertEquals([...(await inspect(text, { decimal: "comma" })).bars!.close], [1.2, 1.3]);
  assertEquals([...(await inspect(text, { decimal: "point" })).bars!.close], [1200, 1300]);
});

Deno.test("years of two digits are read only when the order is named", async () => {
  const text = rows(["01/02/24", "01/03/24"]);
  assert(/two digits.*--date-order mdy/.test(await refusal(text)));
  const time = async (dateOrder: "mdy" | "dmy" | "ymd") =>
    new Date((await inspect(text, { dateOrder })).bars!.time[0]!).toISOString().slice(0, 10);
  assertEquals([await time("mdy"), await time("dmy")], ["2024-01-02", "2024-02-01"]);
});

Deno.test("a stamp that stands alone is refused by its row", async () => {
  const minutes = Array.from({ length: 20 }, (_, i) => `2024-01-02T15:${10 + i}:00Z`);
  assert(/^row 22: 2025-06-.*stands alone.*correct or delete/.test(
    await refusal(rows([...minutes, "2025-06-02T15:00:00Z"])),
  ));
  assert(/^row 2: 2021-06-.*stands alone/.test(
    await refusal(rows(["2021-06-02T15:00:00Z", ...minutes])),
  ));
  const yearly = ["2019", "2020", "2021", "2022"].map((year) => `${year}-01-02`);
  assertEquals(errorsOf(await inspect(rows(yearly), { intervalMs: 365 * 86_400_000 })), []);
});

Deno.test("an epoch count of no plausible unit is refused, and --time-format is believed", async () => {
  const days = [0, 1, 2].map((day) => String(day * 86_400));
  assert(/row 2: 1970-01-01.*--time-format s, ms, us or ns/.test(await refusal(rows(days))));
  const { bars } = await inspect(rows(days), { timeFormat: "s" });
  assertEquals([...bars!.time], [0, 86_400_000, 172_800_000]);
});

Deno.test("rows of values before the header are not passed over as a preamble", async () => {
  const text = "2024-01-02,10,11,9,10,5\n" + rows(["2024-01-03", "2024-01-04"]);
  assert(/row 1: the header stands in row 2/.test(await refusal(text)));
});

Deno.test("a layout that nobody knows is refused with the nearest name", async () => {
  let message = "";
  try {
    await inspect(rows(["2024-01-02", "2024-01-03"]), { layout: "kibott" });
  } catch (error) {
    assert(error instanceof InputError);
    message = error.message;
  }
  assertEquals(message, "--layout: Cannot find the layout 'kibott' (did you mean kibot?)");
});

const ES = findInstrument("ES");
const CALENDAR = createCalendar(ES);
const isOpen = (time: number): boolean => CALENDAR.isOpen(time);

/** Stamps of all open minutes of two days, written as a wall clock shows them. */
function wallMinutes(timeZone: string, shift: number): string[] {
  const clock = new Intl.DateTimeFormat("sv", {
    timeZone,
    dateStyle: "short",
    timeStyle: "medium",
  });
  const from = Date.parse("2024-06-10T22:00Z");
  return Array.from({ length: 2 * 1440 }, (_, i) => from + i * 60_000).filter(isOpen)
    .map((time) => clock.format(time + shift));
}

const advice = ({ report }: InspectedBars): string =>
  report.notes.find((note) => note.includes("try --")) ?? "";

const esRows = (times: readonly string[]): string =>
  HEAD + times.map((time) => `${time},5000,5001,4999,5000,5\n`).join("");

Deno.test("a wrong zone is suggested as a zone, and the advice works", async () => {
  const text = esRows(wallMinutes("America/Chicago", 0));
  const wrong = await inspect(text, { instrument: ES, isOpen, timeZone: "UTC" });
  assert(/try --time-zone America\/Chicago/.test(advice(wrong)), advice(wrong));
  const right = await inspect(text, { instrument: ES, isOpen, timeZone: "America/Chicago" });
  assertEquals(advice(right), "");
});

Deno.test("the zone of a clock without one is suggested where the session tells it", async () => {
  const text = esRows(wallMinutes("America/Chicago", 0));
  const missing = await inspect(text, { instrument: ES, isOpen });
  assertEquals(errorsOf(missing).map(({ rule }) => rule), ["time-zone-missing"]);
  assert(/Only in America\/Chicago .*try --time-zone America\/Chicago/.test(advice(missing)));
  const hour = esRows(wallMinutes("America/Chicago", 0).slice(0, 60));
  assertEquals(advice(await inspect(hour, { instrument: ES, isOpen })), "");
});

Deno.test("bars stamped by their close are suggested as such, and the advice works", async () => {
  const text = esRows(wallMinutes("America/Chicago", 60_000));
  const options = { instrument: ES, isOpen, timeZone: "America/Chicago" } as const;
  const wrong = await inspect(text, options);
  assert(/try --stamp close/.test(advice(wrong)), advice(wrong));
  assertEquals(advice(await inspect(text, { ...options, stamp: "close" })), "");
});

Deno.test("nothing is suggested where no reading explains the bars outside the session", async () => {
  const all = Array.from(
    { length: 2880 },
    (_, i) => new Date(Date.parse("2024-06-10T00:00Z") + i * 60_000).toISOString(),
  );
  assertEquals(advice(await inspect(esRows(all), { instrument: ES, isOpen })), "");
});

Deno.test("an unadjusted split is refused with its date, and its remedy works", async () => {
  const prices = Array.from({ length: 30 }, (_, i) => (i < 20 ? 400 : 100) + (i % 3));
  const write = (divide: number): string =>
    HEAD + prices.map((price, i) => {
      const raw = i < 20 ? price / divide : price;
      const date = new Date(Date.UTC(2020, 7, 11 + i)).toISOString().slice(0, 10);
      return `${date},${raw},${raw + 1},${raw - 1},${raw},1000\n`;
    }).join("");
  const said = await refusal(write(1));
  assert(
    /row 22: .*a 4-for-1 split on 2020-08-31.*with --actions FILE, or add --adjusted/.test(said),
    said,
  );
  assertEquals(errorsOf(await inspect(write(4))), []);
  assertEquals(errorsOf(await inspect(write(1), { adjusted: true })), []);
  const actions = [{ date: "2020-08-31", kind: "split", value: 4 }] as const;
  assertEquals(errorsOf(await inspect(write(1), { actions })), []);
});

Deno.test("openData() says how many bars --interval leaves out, and why", async () => {
  const minutes = Array.from(
    { length: 150 },
    (_, i) => new Date(Date.parse("2024-06-10T13:00Z") + i * 60_000).toISOString(),
  );
  await withFile("SPY.csv", rows(minutes), async (path) => {
    const { bars, notes } = await openData({
      path,
      symbol: "SPY",
      intervalMs: 3_600_000,
      load: {},
    });
    assertEquals(bars.length, 2);
    assert(notes.some((note) => note.startsWith("30 of 150 bars lie outside")), notes.join("\n"));
    const finer = await openData({ path, symbol: "SPY", intervalMs: 7_200_000, load: {} });
    assertEquals(finer.bars.length, 1);
    const cut = await openData({ path, symbol: "SPY", intervalMs: 5_400_000, load: {} });
    assert(cut.notes.some((note) => note.startsWith("The last 30 of 150 bars")), cut.notes.join());
  });
});

Deno.test("guessSymbol() takes the one known symbol of a file's name", () => {
  const cases: [string, string | null][] = [
    ["/data/es_daily_adjusted.csv", "ES"],
    ["6eh4_1min_utc.csv", "6EH4"],
    ["AAPL.csv", "AAPL"],
    ["EURUSD_M1_202401010000.csv", "EURUSD"],
    ["DAT_ASCII_EURUSD_M1_2012.csv", "EURUSD"],
    ["spy-and-qqq.csv", null],
    ["bars.csv", null],
    ["es1500.csv", null],
    ["BTC-USD.csv", "BTCUSD"],
    ["eur_usd_1h.csv", "EURUSD"],
    ["xau-usd 2024.csv", "XAUUSD"],
    ["BTCUSDT.P, 60.csv", "BTCUSDT.P"],
    ["BTCUSDT-1m-2024-01.csv", null],
    ["b.csv", null],
    ["zc_daily.csv", "ZC"],
    ["FGBLZ24_1min.csv", "FGBLZ24"],
    ["meta.parquet", "META"],
    ["notes.es", null],
  ];
  for (const [path, symbol] of cases) assertEquals(guessSymbol(path), symbol, path);
  const own = [{ ...ES, symbol: "DOT.OWN" }];
  assertEquals(guessSymbol("dot.own_daily.csv", own), "DOT.OWN");
  assertEquals(guessSymbol("dot.own_daily.csv"), null);
});

Deno.test("symbolOfFile() names what a file's name may mean", () =>
  withFile("BTCUSDT-1m-2024-01.csv", "", (path) => {
    assertThrows(() => symbolOfFile(path), {
      name: "InputError",
      message: `${path}: Cannot tell the instrument from the file's name ` +
        "(add --symbol BTCUSDT or --symbol BTCUSDT.P)",
    });
    return Promise.resolve();
  }));

Deno.test("symbolOfFile() of a file that is not there says that first", () => {
  assertThrows(() => symbolOfFile("/nowhere/bars.csv"), {
    name: "InputError",
    message: "/nowhere/bars.csv: there is no such file (check the path)",
  });
});

Deno.test("a file's name without letters says no symbol", () => {
  for (const path of ["", "é", "—/…"]) assertEquals(guessSymbol(path), null);
});

Deno.test("a file of two rows a thousand gaps apart costs its rows, not its years", async () => {
  const times = Array.from(
    { length: 200 },
    (_, i) => new Date(Date.UTC(1900 + i, 0, 2, 15) + (i % 2) * 1000).toISOString(),
  );
  const pairs = times.flatMap((time) => [time, new Date(Date.parse(time) + 1000).toISOString()]);
  const start = performance.now();
  await withFile("ES.csv", esRows(pairs), async (path) => {
    const { inspectData } = await import("../../tasks/data.ts");
    const { gaps } = await inspectData({ path, symbol: "ES", load: {} });
    assertEquals(gaps.count > 0, true);
  });
  // Fifty times what it takes, so that a busy machine passes and a loop over days does not.
  assert(performance.now() - start < 60_000);
});
