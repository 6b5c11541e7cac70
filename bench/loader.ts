/**
 * Times loading one million 1-minute bars, from text (ISO stamps and epoch milliseconds) and from
 * Parquet, checks and hash included; beside it pandas on the same files where python3 has it.
 * Prints one JSON document: seconds, best of three.
 *
 * Run: `deno run -A bench/loader.ts`
 */
import type { Bars } from "../lib/market/bars.ts";
import type { Instrument } from "../lib/market/instrument.ts";
import { readCsv } from "../lib/data/csv.ts";
import { loadBars } from "../lib/data/loader.ts";
import { createProblemLog } from "../lib/data/problems.ts";
import { writeBars } from "../lib/data/write.ts";
import { createRandom } from "../lib/core/random.ts";

const ROWS = 1_000_000;
const REPEATS = 3;
const MINUTE_MS = 60_000;

const instrument: Instrument = {
  symbol: "6E",
  name: "Euro FX",
  kind: "future",
  exchange: "CME",
  currency: "USD",
  tickSize: 0.00005,
  pointValue: 125_000,
  session: "cme-fx",
  timeZone: "America/Chicago",
  feePerSideUsd: [],
  margin: [],
  rollMonths: "HMUZ",
};

const PANDAS = `
import json, sys, time
import pandas as pd

def best(read):
    seconds = []
    for _ in range(${REPEATS}):
        start = time.perf_counter()
        read()
        seconds.append(time.perf_counter() - start)
    return min(seconds)

folder = sys.argv[1]
iso, epoch = folder + "/iso.csv", folder + "/epoch.csv"

def attempt(read):
    try:
        return best(read)
    except ImportError:
        return None

print(json.dumps({
    "pandas": pd.__version__,
    "isoCsv": best(lambda: pd.read_csv(iso, parse_dates=["timestamp"])),
    "isoCsvStampsLeftAsText": best(lambda: pd.read_csv(iso)),
    "epochCsv": best(lambda: pd.read_csv(epoch)),
    "parquet": attempt(lambda: pd.read_parquet(folder + "/bars.parquet")),
}))
`;

/** A random walk on the tick grid. */
function makeBars(): Bars {
  const random = createRandom(1);
  const column = (): Float64Array => new Float64Array(ROWS);
  const [time, open, high, low, close, volume] = [
    column(),
    column(),
    column(),
    column(),
    column(),
    column(),
  ];
  let ticks = 22_000;
  for (let i = 0; i < ROWS; i++) {
    const first = ticks;
    ticks += random.integer(7) - 3;
    time[i] = Date.UTC(2020, 0, 1) + i * MINUTE_MS;
    open[i] = first / 20_000;
    close[i] = ticks / 20_000;
    high[i] = (Math.max(first, ticks) + random.integer(3)) / 20_000;
    low[i] = (Math.min(first, ticks) - random.integer(3)) / 20_000;
    volume[i] = random.integer(2_000);
  }
  return { instrument, intervalMs: MINUTE_MS, length: ROWS, time, open, high, low, close, volume };
}

async function writeEpochCsv(bars: Bars, path: string): Promise<void> {
  const { time, open, high, low, close, volume } = bars;
  const lines = ["timestamp,open,high,low,close,volume"];
  for (let i = 0; i < bars.length; i++) {
    lines.push([time[i], open[i], high[i], low[i], close[i], volume[i]].join(","));
  }
  await Deno.writeTextFile(path, lines.join("\n") + "\n");
}

/** Best time of a read that gives the number of its rows. */
async function secondsOf(read: () => Promise<number | undefined>): Promise<number> {
  let best = Infinity;
  for (let i = 0; i < REPEATS; i++) {
    const start = performance.now();
    const rows = await read();
    best = Math.min(best, (performance.now() - start) / 1000);
    if (rows !== ROWS) throw new Error(`Loaded ${rows} of ${ROWS} bars`);
  }
  return best;
}

const secondsToLoad = (path: string): Promise<number> =>
  secondsOf(async () => (await loadBars(path, { instrument })).bars.length);

/** What pandas does: read and parse, without checks and hash. */
const secondsToParse = (path: string): Promise<number> =>
  secondsOf(async () => {
    const bytes = await Deno.readFile(path);
    return readCsv(bytes, { columns: {}, timeFormat: "auto" }, createProblemLog())?.rows;
  });

async function timePandas(folder: string): Promise<unknown> {
  try {
    const command = new Deno.Command("python3", { args: ["-c", PANDAS, folder] });
    const { success, stdout } = await command.output();
    return success ? JSON.parse(new TextDecoder().decode(stdout)) : null;
  } catch {
    return null;
  }
}

const folder = await Deno.makeTempDir();
try {
  const bars = makeBars();
  const start = performance.now();
  await writeBars(bars, `${folder}/iso.csv`);
  const writeCsv = (performance.now() - start) / 1000;
  await writeEpochCsv(bars, `${folder}/epoch.csv`);
  const startParquet = performance.now();
  await writeBars(bars, `${folder}/bars.parquet`);
  const writeParquet = (performance.now() - startParquet) / 1000;
  const ours = {
    isoCsv: await secondsToLoad(`${folder}/iso.csv`),
    epochCsv: await secondsToLoad(`${folder}/epoch.csv`),
    isoCsvParsedOnly: await secondsToParse(`${folder}/iso.csv`),
    epochCsvParsedOnly: await secondsToParse(`${folder}/epoch.csv`),
    parquet: await secondsToLoad(`${folder}/bars.parquet`),
    writeCsv,
    writeParquet,
  };
  const pandas = await timePandas(folder);
  console.log(JSON.stringify({ rows: ROWS, repeats: REPEATS, seconds: { ours, pandas } }, null, 2));
} finally {
  await Deno.remove(folder, { recursive: true });
}
