import { type Bars, closeReturns } from "../market/bars.ts";
import { InputError } from "../core/errors.ts";
import type { Instrument } from "../market/instrument.ts";
import { assert, assertClose, assertEquals } from "../../tests/assert.ts";
import { inspectBars, loadBars, type LoadOptions } from "./loader.ts";
import {
  createTestInstrument,
  hasMarketData,
  MARKET_DATA,
  withFile,
} from "../../tests/fixtures/loader_fixture.ts";

const instrument = createTestInstrument();
const HEAD = "timestamp,open,high,low,close,volume\n";
const GOOD = "2024-01-02T09:30:00Z,1,3,0.5,2,10\n2024-01-02T09:31:00Z,2,4,1.5,3,20\n";

async function errorOf(path: string, options: Partial<LoadOptions> = {}): Promise<string> {
  try {
    await loadBars(path, { instrument, ...options });
  } catch (error) {
    assert(error instanceof InputError, String(error));
    assert(!error.message.includes("\n"), "the message is one line");
    return error.message;
  }
  throw new Error("accepted bad input");
}

Deno.test("loadBars() gives bars, report and the file's hash", async () => {
  await withFile("bars.csv", HEAD + GOOD, async (path) => {
    const { bars, report, source } = await loadBars(path, { instrument });
    assertEquals(bars.length, 2);
    assertEquals(bars.intervalMs, 60_000);
    assertEquals([...bars.close], [2, 3]);
    assertEquals(report.firstTime, "2024-01-02T09:30:00.000Z");
    assertEquals(report.lastTime, "2024-01-02T09:31:00.000Z");
    assertEquals([report.timeFormat, report.timeZone, report.rows], ["iso", "UTC", 2]);
    assertEquals(report.columns, {
      time: "timestamp",
      open: "open",
      high: "high",
      low: "low",
      close: "close",
      volume: "volume",
    });
    // Printed by `sha256sum` for the same text.
    assertEquals(source, {
      path,
      bytes: 105,
      sha256: "dad9f1ed6dd364fb70aff1e94569b931b821eed80c809ca039fa843d93edba98",
    });
  });
});

Deno.test("loadBars() shifts stamps that name the close", async () => {
  await withFile("bars.csv", HEAD + GOOD, async (path) => {
    const { bars } = await loadBars(path, { instrument, stamp: "close" });
    assertEquals(bars.time[0], Date.UTC(2024, 0, 2, 9, 29));
  });
});

Deno.test("loadBars() says in one line what is wrong, where, and how to mend it", async () => {
  const cases: [string, RegExp, Partial<LoadOptions>?][] = [
    ["", /the file is empty/],
    [HEAD, /a header but no rows/],
    [GOOD, /row 1: the first line holds values.*time,open,high,low,close,volume/],
    [HEAD + GOOD.replace(",4,", ",x,"), /row 3, column high: cannot read 'x' as a number$/],
    [HEAD + GOOD.replace(",4,", ",,"), /row 3, column high: high is empty$/],
    [HEAD + GOOD.replace(",4,", ",1,"), /row 3, column high: high 1 is below low 1.5/],
    [HEAD + GOOD.replace(",20", ""), /row 3: the row has 5 fields, the header 6$/],
    [HEAD + GOOD.replace(",20", ",-20"), /row 3, column volume: volume is negative$/],
    [HEAD + GOOD.replaceAll("0.5", "-0.5"), /row 2, column low: low -0.5 is not above zero$/],
    [HEAD + GOOD.replace(/2.*\n$/, "$&$&"), /row 4, column timestamp: .*same time/],
    [HEAD + GOOD.replace("09:31", "09:29"), /row 3, .* earlier than the row before; sort/],
    [HEAD + GOOD.replaceAll("Z", ""), /--time-zone America\/New_York/],
    [HEAD + GOOD, /--time-zone: Cannot find the time zone: current value is 'NewYork'/, {
      timeZone: "NewYork",
    }],
    [HEAD + GOOD, /row 1, column close: found no close column.*--columns close=NAME/, {
      columns: { close: "last" },
    }],
    [HEAD + GOOD.slice(0, 34), /--interval/],
    [HEAD + GOOD.replaceAll("T09", "T9").replaceAll("Z", " o'clock"), /as a time stamp; write/],
    [HEAD + GOOD.replace("1,3", "a,b"), /column open: cannot read 'a' as a number; 1 more error/],
    ["date,close\n", /found no open column among: date, close;.*2 more errors/],
  ];
  for (const [text, message, options] of cases) {
    await withFile("bars.csv", text, async (path) => {
      const found = await errorOf(path, options);
      assert(message.test(found), `${found} does not match ${message}`);
    });
  }
});

Deno.test("loadBars() reads a newest-first file in reverse and says so", async () => {
  const rows = ["04", "03", "02"].map((day) => `2024-01-${day},1,1,1,${day},1\n`).join("")
    .replaceAll(",1,1,1,0", ",4,4,1,");
  await withFile("bars.csv", HEAD + rows, async (path) => {
    const { bars, report } = await loadBars(path, { instrument });
    assertEquals([...bars.close], [2, 3, 4]);
    assertEquals(report.firstTime, "2024-01-02T00:00:00.000Z");
    assert(report.notes.some((note) => note.includes("newest first")));
  });
});

Deno.test("loadBars() explains a path that is no file", async () => {
  await withFile("es_daily.csv", HEAD + GOOD, async (path) => {
    assert((await errorOf(path.replace("daily", "dayly"))).includes("did you mean es_daily.csv?"));
    assert((await errorOf(`${path}/more.csv`)).includes("no such file"));
  });
});

Deno.test("loadBars() joins the files of a folder, each shared row once", async () => {
  const day = (n: number, close = n): string => `2024-01-0${n},${n},9,0.5,${close},10\n`;
  const write = async (folder: string, files: Record<string, string>): Promise<void> => {
    for (const [name, rows] of Object.entries(files)) {
      await Deno.writeTextFile(`${folder}/${name}`, HEAD + rows);
    }
  };
  const folders: [Record<string, string>, number[] | RegExp, RegExp?][] = [
    [{ "a.csv": day(2) + day(3), "b.csv": day(4) + day(5) }, [2, 3, 4, 5]],
    [{ "z.csv": day(2) + day(3), "a.csv": day(4) + day(5) }, [2, 3, 4, 5]],
    [
      { "a.csv": day(2) + day(3) + day(4), "b.csv": day(4) + day(5) },
      [2, 3, 4, 5],
      /1 rows are in two files with the same values/,
    ],
    [
      {
        "a.csv": day(2) + day(3),
        "b.csv": day(4).replaceAll("-01-", "-02-") + day(5).replace("-01-", "-02-"),
      },
      [2, 3, 4, 5],
      /Between a.csv and b.csv 32 days have no bars/,
    ],
    [
      { "a.csv": day(2) + day(3), "b.csv": day(3, 8) + day(4) },
      /b\.csv and a\.csv both .*2024-01-03.*keep one/,
    ],
    [
      { "a.csv": day(2) + day(4), "b.csv": day(3) + day(5) },
      /b\.csv has a bar .*2024-01-03.*inside a\.csv/,
    ],
    [{ "a.csv": day(2) + day(3), "b.csv": "x,1,1,1,1,1\n" }, /b\.csv: .*as a time stamp/],
    [{ "a.csv": day(2) + day(3), "b.csv": GOOD }, /b\.csv has bars of 60 s|a\.csv has bars of/],
    [{ "readme.md": "" }, /folder that holds no file of bars/],
  ];
  for (const [files, expected, note] of folders) {
    const folder = await Deno.makeTempDir();
    try {
      await write(folder, files);
      if (expected instanceof RegExp) {
        const found = await errorOf(folder, { adjusted: true });
        assert(expected.test(found), `${found} does not match ${expected}`);
        continue;
      }
      const { bars, report, source } = await loadBars(folder, { instrument, adjusted: true });
      assertEquals([...bars.close], expected);
      assertEquals(source.sha256.length, 64);
      assert(note === undefined || report.notes.some((one) => note.test(one)), report.notes.join());
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  }
});

Deno.test("inspectBars() reports everything, lists twenty of a rule and counts all", async () => {
  const rows = Array.from({ length: 50 }, (_, i) => {
    const minute = String(i % 60).padStart(2, "0");
    return `2024-01-02T09:${minute}:00Z,1,0.5,1,1,x\n`;
  });
  await withFile("bars.csv", HEAD + rows.join(""), async (path) => {
    const { bars, report, source } = await inspectBars(path, { instrument });
    assertEquals(bars, null);
    assertEquals(report.rows, 50);
    assertEquals(report.problemCounts, { "not-a-number": 50, "high-below-low": 50 });
    assertEquals(report.problems.length, 40);
    assertEquals(source.sha256.length, 64);
  });
});

// Real market data beside the project; the printed digits are docs/methods.md#real-bars.

const ignore = !hasMarketData();
const stock = createTestInstrument("SPY");
const INSTRUMENTS: Readonly<Record<string, Instrument>> = {
  "spy_daily.csv": stock,
  "spy_hour_newyork.csv": stock,
  "eurusd_hour_newyork.csv": createTestInstrument("EURUSD", 0.00001, "fx"),
  "esz3_1min_utc.csv": createTestInstrument("ES", 0.25, "future"),
  "esh4_1min_utc.csv": createTestInstrument("ES", 0.25, "future"),
  "6eh4_1min_utc.csv": createTestInstrument("6E", 0.00005, "future"),
  "es_daily_adjusted.csv": createTestInstrument("ES", 0.25, "future"),
  "nq_daily_adjusted.csv": createTestInstrument("NQ", 0.25, "future"),
  "gc_daily_adjusted.csv": createTestInstrument("GC", 0.1, "future"),
  "cl_daily_adjusted.csv": createTestInstrument("CL", 0.01, "future"),
};

function marketFile(name: string): { path: string; options: LoadOptions } {
  const zone = name.includes("newyork") ? { timeZone: "America/New_York" } : {};
  return {
    path: new URL(name, MARKET_DATA).pathname,
    options: { instrument: INSTRUMENTS[name]!, ...zone },
  };
}

async function loadMarketFile(name: string): Promise<Bars> {
  const { path, options } = marketFile(name);
  return (await loadBars(path, options)).bars;
}

/** Buy-and-hold statistics of simple returns, 252 a year. */
function statistics(bars: Bars) {
  const returns = [...closeReturns(bars).subarray(1)];
  const count = returns.length;
  const mean = returns.reduce((sum, value) => sum + value) / count;
  const variance = returns.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (count - 1);
  let wealth = 1;
  let peak = 1;
  let maxDrawdown = 0;
  let products = 0;
  for (const [i, value] of returns.entries()) {
    wealth *= 1 + value;
    peak = Math.max(peak, wealth);
    maxDrawdown = Math.min(maxDrawdown, wealth / peak - 1);
    if (i > 0) products += (value - mean) * (returns[i - 1]! - mean);
  }
  return {
    count,
    sharpe: mean / Math.sqrt(variance) * Math.sqrt(252),
    volatility: Math.sqrt(variance * 252),
    maxDrawdown,
    total: wealth - 1,
    lag1: products / (variance * (count - 1)),
  };
}

Deno.test({
  name: "loadBars() loads every file of the market data folder with its documented rows",
  ignore,
  async fn() {
    const rows = [5849, 40_832, 74_439, 16_673, 5116, 29_996, 2521, 2521, 2520, 2520];
    for (const [i, name] of Object.keys(INSTRUMENTS).entries()) {
      const bars = await loadMarketFile(name);
      assertEquals(bars.length, rows[i]!, name);
    }
  },
});

Deno.test({
  name: "loadBars() reproduces the buy-and-hold checksums of SPY",
  ignore,
  async fn() {
    const spy = statistics(await loadMarketFile("spy_daily.csv"));
    assertEquals(spy.count, 5848);
    assertClose(spy.sharpe, 0.4075, 5e-5);
    assertClose(spy.volatility, 0.1954, 5e-5);
    assertClose(spy.maxDrawdown, -0.5645, 5e-5);
    assertClose(spy.total, 3.0708, 5e-5);
    assertClose(spy.lag1, -0.0907, 5e-5);
  },
});

Deno.test({
  name: "loadBars() reproduces the Sharpe ratios of the joined futures",
  ignore,
  async fn() {
    const expected = { es: 0.8326, nq: 1.0923, gc: 0.2826, cl: -0.1654 };
    for (const [root, sharpe] of Object.entries(expected)) {
      const result = statistics(await loadMarketFile(`${root}_daily_adjusted.csv`));
      assertClose(result.sharpe, sharpe, 5e-5);
      if (root !== "es") continue;
      assertEquals(result.count, 2520);
      assertClose(result.maxDrawdown, -0.3412, 5e-5);
    }
  },
});

Deno.test({
  name: "loadBars() restores raw futures prices that lie on the tick grid and in the day's range",
  ignore,
  async fn() {
    for (const root of ["es", "nq", "gc", "cl"]) {
      const { path, options } = marketFile(`${root}_daily_adjusted.csv`);
      const { bars, report } = await loadBars(path, options);
      const { tickSize } = bars.instrument;
      const offTick = [bars.open, bars.high, bars.low].flatMap((column) =>
        [...column].filter((price) => Number((price / tickSize).toFixed(6)) % 1 !== 0)
      );
      assertEquals(offTick, []);
      // One ES settlement, 1767.4, is off the grid in the source.
      assertEquals(report.problemCounts["off-tick-price"], root === "es" ? 1 : undefined);
      assertEquals(bars.continuous!.adjustment[0], 0);
    }
  },
});

Deno.test({
  name: "inspectBars() finds that the 6E stamps name the close of their bars",
  ignore,
  async fn() {
    const { path, options } = marketFile("6eh4_1min_utc.csv");
    // January: the daily halt 16:00-17:00 in Chicago is 22:00-23:00 UTC.
    const isOpen = (time: number): boolean => new Date(time).getUTCHours() !== 22;
    const { report } = await inspectBars(path, { ...options, isOpen });
    assert(report.notes.some((note) => note.includes("22 of 29996 bars lie outside")));
    assert(report.notes.some((note) => note.includes("--stamp close")));
    const shifted = await inspectBars(path, { ...options, isOpen, stamp: "close" });
    assert(!shifted.report.notes.some((note) => note.includes("--stamp")));
    assertEquals(shifted.report.firstTime, "2024-01-01T23:00:00.000Z");
  },
});
