import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { convertData, inspectData, type InspectDocument } from "../tasks/data.ts";
import { rollData } from "../tasks/data_roll.ts";
import type { LoadOptions } from "../lib/data/loader.ts";
import { assert, assertEquals } from "./assert.ts";
import { CASES, hasCases, hasMarketData, MARKET_DATA } from "./fixtures/loader_fixture.ts";
import { inFolder } from "./fixtures/temporary_folder.ts";

const ignore = !hasCases();
const FOLDER = fileURLToPath(CASES);
const NEW_YORK = { timeZone: "America/New_York" } as const;

type Load = Omit<LoadOptions, "instrument" | "isOpen" | "intervalMs">;

function inspect(file: string, symbol: string, load: Load = {}): Promise<InspectDocument> {
  const known = /^(BTC)/.test(symbol) ? { kind: "stock" as const } : {};
  const folder = file.includes("/") ? FOLDER : join(FOLDER, "data");
  return inspectData({ path: join(folder, file), symbol, ...known, load });
}

/** Symbol, first and last open, layout and what the output must say of each readable file. */
const READ: readonly (readonly [
  file: string,
  symbol: string,
  first: string,
  last: string,
  layout: string,
  says: readonly string[],
  load?: Load,
])[] = [
  ["mt5.csv", "EURUSD", "2024-01-03T09:30", "2024-01-03T10:29", "metatrader-5", [
    "volume is <TICKVOL>",
  ], { timeZone: "UTC" }],
  ["ninja.txt", "ES", "2024-01-03T09:30", "2024-01-03T10:29", "ninjatrader", ["no header"]],
  ["sierra.txt", "ES", "2024-01-03T14:30", "2024-01-03T15:29", "sierra-chart", [], NEW_YORK],
  ["dukascopy.csv", "EURUSD", "2024-01-03T09:30", "2024-01-03T10:29", "dukascopy", ["day first"]],
  ["barchart.csv", "ES", "2024-01-02", "2024-03-27", "barchart", [
    "in reverse",
    "Downloaded from Barchart.com",
    "month first",
  ]],
  ["barchart_iso_footer.csv", "ES", "2024-01-02", "2024-03-27", "barchart", ["row 62"]],
  ["nasdaq.csv", "AAPL", "2024-01-02", "2024-03-27", "nasdaq", [
    "240 cells are written with a currency sign",
    "in reverse",
  ]],
  ["investing.csv", "ES", "2024-01-02", "2024-03-27", "investing", [
    "240 cells are written with thousands separators",
    "60 cells are written with K, M or B",
    "in reverse",
  ]],
  ["yf_multi.csv", "AAPL", "2024-01-02", "2024-03-27", "yfinance", []],
  ["binance_nohdr.csv", "BTC", "2024-01-03T09:30", "2024-01-03T10:29", "binance", []],
  ["binance_ms_us.csv", "BTC", "2024-12-31T23:30", "2025-01-01T00:29", "binance-header", [
    "from ms to us at row 32",
  ]],
  ["mix_s_ms.csv", "BTC", "2024-12-31T21:00", "2025-01-02T15:59", "plain", [
    "from s to ms at row 62",
  ]],
  ["cdd.csv", "BTC", "2024-01-03T09:30", "2024-01-03T10:29", "cryptodatadownload", [
    "1 line before the header",
  ]],
  ["comment.csv", "ES", "2024-01-03T09:30", "2024-01-03T10:29", "plain", ["2 lines before"]],
  ["quandl.csv", "ES", "2024-01-02", "2024-03-27", "quandl", ["taken from Settle"]],
  ["alphavantage.csv", "AAPL", "2024-01-02", "2024-03-27", "alpha-vantage", ["in reverse"]],
  ["excel_de.csv", "EURUSD", "2024-01-03T14:30", "2024-01-03T15:29", "plain", [
    "240 cells are written with a decimal comma",
  ], NEW_YORK],
  ["yahoo_null.csv", "AAPL", "2024-01-02", "2024-03-27", "yahoo", ["1 row has no price"]],
  ["est_suffix.csv", "ES", "2024-01-03T20:00", "2024-01-03T20:39", "plain", ["EST"]],
  ["databento_raw.csv", "ES", "2024-01-03T15:30", "2024-01-03T16:29", "databento", [
    "1,000,000,000 times",
  ]],
  ["ib_midpoint.csv", "EURUSD", "2024-01-03T14:30", "2024-01-03T15:29", "interactive-brokers", [
    "-1 means unknown in 60 rows",
  ]],
  ["us_date.csv", "AAPL", "2024-01-02", "2024-03-27", "plain", ["month first: 31 is no month"]],
  ["pandas_index.csv", "AAPL", "2024-01-02", "2024-03-27", "pandas", []],
  ["unnamed_index.csv", "AAPL", "2024-01-02", "2024-01-03", "pandas", []],
  ["compact14.csv", "ES", "2024-01-03T14:30", "2024-01-03T15:29", "plain", [], NEW_YORK],
  ["excel_serial.csv", "AAPL", "2024-01-02", "2024-03-27", "plain", ["spreadsheet"]],
  ["zn_32nds.csv", "ZN", "2024-01-03T14:30", "2024-01-03T15:29", "plain", ["32nds"]],
  ["aapl_ext.csv", "AAPL", "2024-01-03T09:00", "2024-01-05T00:59", "plain", [
    "1140 of 1920 bars lie outside",
  ], NEW_YORK],
];

for (const [file, symbol, first, last, layout, says, load] of READ) {
  Deno.test({
    name: `data inspect reads ${file}`,
    ignore,
    async fn() {
      const document = await inspect(file, symbol, load);
      assertEquals(document.problems.filter(({ severity }) => severity === "error"), []);
      assertEquals(document.usable, true);
      assertEquals(document.first?.slice(0, first.length), first);
      assertEquals(document.last?.slice(0, last.length), last);
      assertEquals(document.layout, layout);
      const notes = document.notes.join("\n");
      for (const words of says) assert(notes.includes(words), `${words} is not in ${notes}`);
    },
  });
}

/** Rows and first prices that a file must give, beyond its times. */
Deno.test({
  name: "data convert writes the true prices of converted files",
  ignore,
  fn: () =>
    inFolder(async (folder) => {
      const cases: [string, string, number, string, Load?][] = [
        ["zn_32nds.csv", "ZN", 60, "109.984375,110.03125,109.953125,110.015625,55"],
        ["databento_raw.csv", "ES", 60, "4800.25,4800.75,4799.5,4800,70"],
        ["excel_de.csv", "EURUSD", 60, "1.1,1.10003,1.09998,1.09998,10", NEW_YORK],
        ["investing.csv", "ES", 60, "4800.25,4800.75,4799.5,4800,1230000"],
        ["nasdaq.csv", "AAPL", 60, "184.99,185,184.95,184.98,32372"],
        ["mt5.csv", "EURUSD", 60, "1.1,1.10003,1.09998,1.09998,10", { timeZone: "UTC" }],
        ["quandl.csv", "ES", 60, "4800.25,4800.75,4799.5,4801,70"],
        ["yf_multi.csv", "AAPL", 60, "184.99,185,184.95,184.98,32372"],
        ["ib_midpoint.csv", "EURUSD", 60, "1.1,1.10003,1.09998,1.09998,0"],
        ["es1500_zero.csv", "ES", 1495, "2497.5,2500.75,2491.5,2496.5,1000000"],
      ];
      const out = join(folder, "bars.csv");
      for (const [file, symbol, rows, first, load = {}] of cases) {
        const written = await convertData(
          { path: join(FOLDER, "data", file), symbol, load },
          out,
        );
        assertEquals(written.rows, rows, file);
        const line = (await Deno.readTextFile(out)).split("\n")[1]!;
        assertEquals(line.slice(line.indexOf(",") + 1).split(",").slice(0, 5).join(","), first);
      }
    }),
});

/** Row, column and remedy of each file that is refused. */
const REFUSED: readonly (readonly [file: string, symbol: string, says: RegExp, load?: Load])[] = [
  ["h24.csv", "ES", /^row 31 time: .*24:00.*write 24:00 as 00:00 of the next day$/, NEW_YORK],
  ["header_repeat.csv", "ES", /^row 22 time: .*repeats the header; delete it$/],
  ["cat_repeated_header.csv", "ES", /^row 4 time: .*repeats the header; delete it$/],
  ["one_bad_stamp_utc.csv", "ES", /^row 4 time: .*2024-01-03 15:32.*correct or delete/],
  ["dst_nonexistent.csv", "BTC", /^row 4 time: 2024-03-10 02:00.*--time-zone/, NEW_YORK],
  ["dst_fwd_nonexist.csv", "BTC", /^row 92 time: 2024-03-10 02:00.*--time-zone/, NEW_YORK],
  ["typo_year_2204.csv", "ES", /^row 61 time: 2204-.*correct or delete the row$/],
  ["damaged/year_3022.csv", "ES", /^row 74 timestamp: 3022-.*correct or delete the row$/],
  ["damaged/year_huge.csv", "ES", /^row 5 timestamp: .*correct or delete the row$/],
  ["damaged/last_instant_zone.csv", "ES", /^row 3 timestamp: .*275760/, NEW_YORK],
  ["damaged/bad_mid.csv", "ES", /^row 5 timestamp: .*garbage/],
  ["damaged/FAIL-parquet-fault-22-in.parquet", "ES", /^row 10 timestamp: .*no time of a bar/],
  [
    "damaged/FAIL-parquet-footer-fault-42-in.parquet",
    "ES",
    /damaged: a column has no name; copy it again/,
  ],
  ["damaged/FAIL-parquet-slow-62-in.parquet", "ES", /^row 50 timestamp: 2335-/],
];

for (const [file, symbol, says, load] of REFUSED) {
  Deno.test({
    name: `data inspect refuses ${file} in one line with its place`,
    ignore,
    async fn() {
      const document = await inspect(file, symbol, load);
      assertEquals(document.usable, false);
      const error = document.problems.find(({ severity }) => severity === "error")!;
      const line = `row ${error.row} ${error.column ?? ""}: ${error.detail}`;
      assert(says.test(line), `${line} does not match ${says}`);
      assert(!line.includes("\n"));
    },
  });
}

Deno.test({
  name: "every remedy for a bad stamp works when it is followed",
  ignore,
  fn: () =>
    inFolder(async (folder) => {
      const remedies: [string, string, (text: string) => string, Load?][] = [
        ["h24.csv", "ES", (text) => text.replace("2024-01-03 24:00", "2024-01-04 00:00"), NEW_YORK],
        ["header_repeat.csv", "ES", (text) => withoutLine(text, 22)],
        ["cat_repeated_header.csv", "ES", (text) => withoutLine(text, 4)],
        ["one_bad_stamp_utc.csv", "ES", (text) => withoutLine(text, 4)],
        ["typo_year_2204.csv", "ES", (text) => withoutLine(text, 61)],
        ["dst_fwd_nonexist.csv", "SPY", (text) => text, { timeZone: "UTC" }],
        ["../damaged/year_3022.csv", "ES", (text) => withoutLine(text, 74)],
        ["../damaged/bad_mid.csv", "ES", (text) => withoutLine(text, 5)],
      ];
      for (const [file, symbol, remedy, load = {}] of remedies) {
        const path = join(folder, "mended.csv");
        const text = await Deno.readTextFile(join(FOLDER, "data", file));
        await Deno.writeTextFile(path, remedy(text));
        const document = await inspectData({ path, symbol, load });
        assertEquals(document.problems.filter(({ severity }) => severity === "error"), [], file);
      }
    }),
});

function withoutLine(text: string, line: number): string {
  return text.split("\n").filter((_, i) => i !== line - 1).join("\n");
}

Deno.test({
  name: "a date that may be two is refused, and read with the flag that the refusal names",
  ignore,
  fn: () =>
    inFolder(async (folder) => {
      const path = join(folder, "short.csv");
      const text = await Deno.readTextFile(join(FOLDER, "data/us_date.csv"));
      await Deno.writeTextFile(path, text.split("\n").slice(0, 9).join("\n"));
      const refused = await inspectData({ path, symbol: "AAPL", load: {} });
      assert(/--date-order mdy/.test(refused.problems[0]!.detail));
      const read = await inspectData({ path, symbol: "AAPL", load: { dateOrder: "mdy" } });
      assertEquals([read.usable, read.first?.slice(0, 10)], [true, "2024-01-02"]);
    }),
});

Deno.test({
  name: "a clock without a zone is refused with the flag that READ gives to the same files",
  ignore,
  async fn() {
    const wall = ["mt5.csv", "sierra.txt", "excel_de.csv", "compact14.csv", "aapl_ext.csv"];
    for (const file of wall) {
      const { problems } = await inspect(file, "EURUSD");
      assertEquals(problems.map(({ rule }) => rule), ["time-zone-missing"], file);
      assert(problems[0]!.detail.includes("--time-zone America/New_York"));
      assert(READ.some(([name, , , , , , load]) => name === file && load?.timeZone !== undefined));
    }
  },
});

Deno.test({
  name: "what the notes advise works when it is followed",
  ignore,
  async fn() {
    const quandl = await inspect("quandl.csv", "ES");
    assert(quandl.notes.some((note) => note.includes("(--columns close=Last)")));
    const last = await inspect("quandl.csv", "ES", { columns: { close: "Last" } });
    assertEquals([last.usable, last.columns.close, last.problems.length], [true, "Last", 0]);
    const yahoo = await inspect("yahoo_null.csv", "AAPL", { columns: { close: "Adj Close" } });
    assertEquals(yahoo.columns.close, "Adj Close");
    const ninja = await inspect("ninja.txt", "ES", { stamp: "close" });
    assertEquals(ninja.first, "2024-01-03T09:29:00.000Z");
    const est = await inspect("est_suffix.csv", "ES", NEW_YORK);
    assertEquals([est.usable, est.first], [true, "2024-01-03T20:00:00.000Z"]);
    const forced = await inspect("ninja.txt", "ES", { layout: "histdata-ascii" });
    assertEquals([forced.layout, forced.first], ["histdata-ascii", "2024-01-03T14:30:00.000Z"]);
  },
});

Deno.test({
  name: "settlement rows are left out before anything trades, and counted",
  ignore,
  async fn() {
    const whole = await inspect("es1500.csv", "ES");
    const zero = await inspect("es1500_zero.csv", "ES");
    assertEquals([whole.rows, zero.rows], [1500, 1495]);
    assertEquals(zero.problemCounts, { "settlement-only": 5 });
    const minimal = await inspect("zero_ohl_min.csv", "ES");
    assertEquals([minimal.rows, minimal.intervalMs], [2, 86_400_000]);
  },
});

Deno.test({
  name: "--interval loses no hour of ZN on the Good Friday of 2023, and says what it leaves out",
  ignore,
  fn: () =>
    inFolder(async (folder) => {
      const out = join(folder, "hours.csv");
      const path = join(FOLDER, "data/zn_good_friday.csv");
      const request = { path, symbol: "ZN", intervalMs: 3_600_000, load: {} };
      const hours = await convertData(request, out);
      assert(!hours.notes.some((note) => note.includes("outside")), hours.notes.join("\n"));
      const volumes = async (file: string): Promise<number> =>
        (await Deno.readTextFile(file)).trim().split("\n").slice(1)
          .reduce((sum, line) => sum + Number(line.split(",")[5]), 0);
      assertEquals(await volumes(out), await volumes(path));
      const stock = await convertData({
        path: join(FOLDER, "data/aapl_ext.csv"),
        symbol: "AAPL",
        intervalMs: 3_600_000,
        load: NEW_YORK,
      }, out);
      assert(stock.notes.some((note) => note.startsWith("1140 of 1920 bars lie outside")));
      assertEquals(stock.rows, 14);
    }),
});

Deno.test({
  name: "data roll orders contracts by expiry and refuses a ratio across zero",
  ignore,
  fn: () =>
    inFolder(async (folder) => {
      const file = (name: string) => ({ name, path: join(FOLDER, `data/${name}.csv`) });
      const roll = async (symbol: string, names: string[], adjust: "difference" | "ratio") => {
        const out = join(folder, "joined.csv");
        await rollData(
          names.map(file),
          { symbol, load: {} },
          { roll: { kind: "volume" }, adjust },
          out,
        );
        return await Deno.readTextFile(out);
      };
      const ordered = await roll("ES", ["ESH4", "ESM4"], "difference");
      assertEquals(await roll("ES", ["ESM4", "ESH4"], "difference"), ordered);
      let refusal = "";
      try {
        await roll("CL", ["CLK20", "CLM20"], "ratio");
      } catch (error) {
        refusal = (error as Error).message;
      }
      assert(
        /CLK20, 2020-04-20: .*-3\d\.\d+ \(join by difference: --adjust difference\)/.test(refusal),
      );
      assert((await roll("CL", ["CLK20", "CLM20"], "difference")).includes("CLM20"));
    }),
});

Deno.test({
  name: "bars of another instrument are refused with their share, and --adjusted takes them",
  ignore,
  async fn() {
    const refused = await inspect("aapl_ext.csv", "ES", NEW_YORK);
    const error = refused.problems.find(({ severity }) => severity === "error")!;
    assertEquals(error.rule, "wrong-tick");
    assert(/\d+ % of the bars|ticks of ES/.test(error.detail), error.detail);
  },
});

Deno.test({
  name: "hourly EURUSD whose name says New York is found to be UTC, and the advice holds",
  ignore: !hasMarketData(),
  async fn() {
    const path = fileURLToPath(new URL("eurusd_hour_newyork.csv", MARKET_DATA));
    const named = await inspectData({ path, symbol: "EURUSD", load: NEW_YORK });
    assert(named.notes.some((note) => note.includes("try --time-zone UTC")), named.notes.join());
    const followed = await inspectData({ path, symbol: "EURUSD", load: { timeZone: "UTC" } });
    assert(!followed.notes.some((note) => note.includes("try --")), followed.notes.join());
    assert(followed.outsideSession < named.outsideSession / 50, String(followed.outsideSession));
  },
});
