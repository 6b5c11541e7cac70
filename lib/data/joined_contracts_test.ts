import { backAdjustedClose, researchPrice } from "../market/bars.ts";
import { assertEquals } from "../../tests/assert.ts";
import { loadBars } from "./loader.ts";
import { inspectBars } from "./loader.ts";
import { createTestInstrument, withFile } from "../../tests/fixtures/loader_fixture.ts";

const HEAD = "Date,Open,High,Low,Close,Spliced,Volume,Open Int\n";
const ROWS = [
  "2020-01-02,48.8,49.2,48.7,49.1,50.4,10,100",
  "2020-01-03,49.1,49.3,48.9,49,50.3,11,101",
  "2020-01-06,49,49.4,48.9,49.2,49.9,12,102",
  "2020-01-07,49.2,49.6,49.1,49.5,50.2,13,103",
  "2020-01-08,49.5,50,49.3,49.9,49.9,14,104",
];
const instrument = createTestInstrument("GC", 0.1, "future");
const load = (rows: readonly string[]) =>
  withFile("gc.csv", HEAD + rows.join("\n"), (path) => loadBars(path, { instrument }));

Deno.test("joinContracts() restores raw prices and anchors the adjustment at the first bar", async () => {
  const { bars, report } = await load(ROWS);
  assertEquals([...bars.open], [50.1, 50.4, 49.7, 49.9, 49.5]);
  assertEquals([...bars.high], [50.5, 50.6, 50.1, 50.3, 50]);
  assertEquals([...bars.close], [50.4, 50.3, 49.9, 50.2, 49.9]);
  assertEquals([...bars.continuous!.adjustment], [0, 0, 0.6, 0.6, 1.3]);
  assertEquals([...bars.continuous!.contract], [0, 0, 1, 1, 2]);
  assertEquals(bars.continuous!.contracts, ["#1", "#2", "#3"]);
  assertEquals([...bars.openInterest!], [100, 101, 102, 103, 104]);
  assertEquals(report.notes.some((note) => note.includes("2 rolls")), true);
});

Deno.test("joinContracts() keeps the file's own back-adjusted curve", async () => {
  const { bars } = await load(ROWS);
  const shown = Array.from(backAdjustedClose(bars), (price) => price.toFixed(6));
  assertEquals(shown, ["49.100000", "49.000000", "49.200000", "49.500000", "49.900000"]);
  assertEquals(researchPrice(bars, bars.close)[0], bars.close[0]);
});

Deno.test("joinContracts() gives the same bits however long the file is", async () => {
  const whole = (await load(ROWS)).bars;
  for (let rows = 2; rows < ROWS.length; rows++) {
    const { bars } = await load(ROWS.slice(0, rows));
    for (const column of ["open", "high", "low", "close"] as const) {
      assertEquals(bars[column], whole[column].slice(0, rows));
    }
    assertEquals(bars.continuous!.adjustment, whole.continuous!.adjustment.slice(0, rows));
    assertEquals(bars.continuous!.contract, whole.continuous!.contract.slice(0, rows));
  }
});

Deno.test("joinContracts() refuses an adjustment that changes with every bar", async () => {
  const drifting = ROWS.map((row, i) => row.replace(/,5?4?[\d.]+(,\d+,\d+)$/, `,${60 + i * i}$1`));
  const text = HEAD + drifting.join("\n");
  const { bars, report } = await withFile(
    "gc.csv",
    text,
    (path) => inspectBars(path, { instrument }),
  );
  assertEquals(bars, null);
  assertEquals(report.problemCounts["adjustment-not-constant"], 1);
});
