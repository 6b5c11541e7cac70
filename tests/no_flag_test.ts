import { gzipSync } from "node:zlib";
import { join } from "node:path";
import { dataRequest } from "../cli/options.ts";
import { writeBars } from "../lib/data/write.ts";
import { DEFAULT_LOGISTIC } from "../lib/models/logistic/parameters.ts";
import type { Bars } from "../lib/market/bars.ts";
import { findInstrument } from "../lib/market/instruments.ts";
import { simulateBars } from "../lib/simulator/simulate_bars.ts";
import { defaultTraining } from "../lib/training/train_on.ts";
import { backtest } from "../tasks/backtest.ts";
import { inspectData } from "../tasks/data.ts";
import { train } from "../tasks/train.ts";
import { assert, assertEquals } from "./assert.ts";
import { openFirstWasmSession } from "./fixtures/first_wasm_session.ts";
import { inFolder } from "./fixtures/temporary_folder.ts";

await openFirstWasmSession();

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

function simulated(symbol: string, intervalMs: number, startPrice: number, ticks: number): Bars {
  return simulateBars({
    world: { kind: "regime", drift: 0.9, stay: 0.97 },
    ...{ instrument: findInstrument(symbol), bars: 900, intervalMs, seed: 4 },
    ...{ start: Date.UTC(2020, 0, 2), startPrice, volatilityTicks: ticks },
  });
}

const ES = simulated("ES", HOUR_MS, 3_200, 40);
const SPY = simulated("SPY", DAY_MS, 320, 150);
const EURUSD = simulated("EURUSD", HOUR_MS, 1.1, 60);

/** One row of bars, numbers as they are printed. */
interface Row {
  /** `2020-01-02T14:00:00.000Z`. */
  readonly iso: string;
  readonly ms: number;
  readonly o: string;
  readonly h: string;
  readonly l: string;
  readonly c: string;
  readonly v: string;
}

function rowsOf(bars: Bars, decimals: number): Row[] {
  return Array.from(bars.time, (ms, row) => {
    const price = (column: Float64Array): string => column[row]!.toFixed(decimals);
    return {
      ...{ ms, iso: new Date(ms).toISOString(), v: String(1_000 + row) },
      ...{ o: price(bars.open), h: price(bars.high), l: price(bars.low), c: price(bars.close) },
    };
  });
}

function lines(header: string | null, rows: readonly Row[], line: (row: Row) => string): string {
  return [...header === null ? [] : [header], ...rows.map(line)].join("\n") + "\n";
}

/** `01/31/2020`. */
function usDate(iso: string): string {
  return `${iso.slice(5, 7)}/${iso.slice(8, 10)}/${iso.slice(0, 4)}`;
}

const es = rowsOf(ES, 2), spy = rowsOf(SPY, 2), euro = rowsOf(EURUSD, 5);

/** Ten files whose name and rows say all that there is to be told. */
const SHAPES: Readonly<Record<string, string | Uint8Array | Bars>> = {
  "es_1h.csv": lines(
    "time,open,high,low,close,volume",
    es,
    ({ c, h, iso, l, o, v }) => `${iso},${o},${h},${l},${c},${v}`,
  ),
  "ES-epoch.txt": lines(
    "timestamp;open;high;low;close;volume",
    es,
    ({ c, h, l, ms, o, v }) => `${ms / 1_000};${o};${h};${l};${c};${v}`,
  ),
  "ES.parquet": ES,
  "ESH20_databento.csv": lines(
    "ts_event,rtype,publisher_id,instrument_id,open,high,low,close,volume,symbol",
    es,
    ({ c, h, l, ms, o, v }) => `${ms}000000,34,1,5482,${o},${h},${l},${c},${v},ESH0`,
  ),
  "es.csv.gz": gzipSync(
    lines(
      "Date Time,Open,High,Low,Last,Volume",
      es,
      ({ c, h, iso, l, o, v }) => `${iso.slice(0, 19)}+00:00,${o},${h},${l},${c},${v}`,
    ),
  ),
  "SPY.csv": lines(
    "Date,Open,High,Low,Close,Volume",
    spy,
    ({ c, h, iso, l, o, v }) => `${iso.slice(0, 10)},${o},${h},${l},${c},${v}`,
  ),
  "spy_nasdaq.csv": lines(
    "Date,Close/Last,Volume,Open,High,Low",
    spy.toReversed(),
    ({ c, h, iso, l, o, v }) => `${usDate(iso)},$${c},${v},$${o},$${h},$${l}`,
  ),
  "SPY_alphavantage.csv": lines(
    "timestamp,open,high,low,close,volume",
    spy.toReversed(),
    ({ c, h, iso, l, o, v }) => `${iso.slice(0, 10)},${o},${h},${l},${c},${v}`,
  ),
  "EURUSD_Candlestick_1_Hour_BID.csv": lines(
    "Gmt time,Open,High,Low,Close,Volume",
    euro,
    ({ c, h, iso, l, o, v }) => {
      const [year, month, day] = iso.slice(0, 10).split("-");
      return `${day}.${month}.${year} ${iso.slice(11, 23)},${o},${h},${l},${c},${v}`;
    },
  ),
  "eur_usd.json": JSON.stringify(
    euro.map(({ c, h, iso, l, o, v }) => ({
      ...{ time: iso, open: Number(o), high: Number(h), low: Number(l), close: Number(c) },
      volume: Number(v),
    })),
  ),
};

const CONTROL = { clock: { now: () => 0 } };

async function write(path: string, shape: string | Uint8Array | Bars): Promise<void> {
  if (typeof shape === "string") Deno.writeTextFileSync(path, shape);
  else if (shape instanceof Uint8Array) Deno.writeFileSync(path, shape);
  else await writeBars(shape, path);
}

for (const [name, shape] of Object.entries(SHAPES)) {
  Deno.test(`${name} is inspected, trained on and tested with no flag but the file`, () =>
    inFolder(async (folder) => {
      const path = join(folder, name);
      await write(path, shape);
      // What the commands make of `--data FILE` alone.
      const request = dataRequest({ data: path, timeFormat: "auto" });
      const { symbol, usable, ...found } = await inspectData(request);
      assertEquals([usable, found.rows], [true, 900], JSON.stringify(found.problems));
      const costs = { slippageTicks: 1 };
      const settings = {
        ...defaultTraining({ kind: "logistic", parameters: DEFAULT_LOGISTIC }),
        ...{ folds: 2, compare: false, seed: 1, workers: 1, costs },
      };
      const trained = await train(request, settings, folder, CONTROL);
      const tested = await backtest(
        request,
        {
          ...{ models: [`${trained.name}@1`], risk: { limits: {} }, inSample: false },
          market: { costs, cashUsd: 100_000, flattenAtSessionEnd: false },
          ...{ momentumBars: 50, seed: 1, command: "deno task backtest" },
        },
        { models: folder, reports: folder },
        CONTROL,
      );
      assertEquals(tested.symbol, symbol);
      const held = tested.others.find((other) => other.name === "buy and hold")!;
      assert(held.metrics["netUsd"]!.value !== 0);
    }));
}
