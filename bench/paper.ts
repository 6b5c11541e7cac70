/**
 * What it costs to trade through a paper broker in another process, each request on the disk before
 * it is answered: an order until it is accepted, a bar until what it fills is reported, bars on which
 * nothing happens; then how its process grows over many bars. The folder is on the disk that holds
 * temporary files: time a session's own with `TMPDIR=FOLDER`.
 *
 * Run: `deno task bench paper [--json] [--bars N]`
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { SYSTEM_CLOCK } from "../cli/system_clock.ts";
import { hardware, versions } from "../lib/core/program.ts";
import { connectPaperBroker, readPaperAddresses } from "../lib/execution/paper.ts";
import { type Bars, findInstrument } from "../lib/market/mod.ts";
import type { Order } from "../lib/trading/mod.ts";
import { countFlag } from "./flags.ts";

const WARM = 200, TIMED = 2_000;
const SOAKED = countFlag("bars", 200_000);
const MINUTE = 60_000, CLOSE_TICKS = 20_000;

/** Two rows of columns that go on for ever. */
function endlessBars(): { readonly bars: Bars; next(): number } {
  const column = () => new Float64Array(2).fill(CLOSE_TICKS / 4);
  const instrument = findInstrument("MES");
  const time = new Float64Array(2), volume = new Float64Array(2).fill(1_000);
  const bars = {
    ...{ instrument, intervalMs: MINUTE, length: 2, time, volume },
    ...{ open: column(), high: column(), low: column(), close: column() },
  };
  let now = Date.parse("2024-06-10T14:00Z");
  return {
    bars,
    next() {
      time[0] = now;
      time[1] = now += MINUTE;
      return 1;
    },
  };
}

/** Microseconds of each of so many actions, the first ones left out. */
async function timed(count: number, action: () => Promise<unknown>, before = async () => {}) {
  const took: number[] = [];
  for (let i = 0; i < count + WARM; i++) {
    await before();
    const started = performance.now();
    await action();
    if (i >= WARM) took.push(1_000 * (performance.now() - started));
  }
  const sorted = took.toSorted((a, b) => a - b);
  const quantile = (share: number): number =>
    Math.round(sorted[Math.floor(share * (sorted.length - 1))]!);
  return { p50: quantile(0.5), p99: quantile(0.99), p999: quantile(0.999), most: quantile(1) };
}

/** Mebibytes of memory that a process holds; null where the system does not say. */
function memoryOf(pid: number): number | null {
  const { stdout } = new Deno.Command("sh", {
    args: ["-c", 'ps -o rss= -p "$0"', String(pid)],
    stderr: "null",
  }).outputSync();
  const kibibytes = Number(new TextDecoder().decode(stdout).trim());
  return kibibytes > 0 ? Math.round(kibibytes / 1_024) : null;
}

/** What the disk takes for one sync, which a kept request waits for. */
async function timeDisk(folder: string) {
  const bytes = new Uint8Array(4_096).fill(1);
  using file = Deno.openSync(join(folder, "sync"), { create: true, write: true });
  return await timed(500, () => Promise.resolve((file.writeSync(bytes), file.syncDataSync())));
}

const folder = Deno.makeTempDirSync({ prefix: "paper-bench-" });
const script = fileURLToPath(new URL("paper_process.ts", import.meta.url));
const diskSync = await timeDisk(folder);
const begun = performance.now();
const child = new Deno.Command("sh", {
  args: [
    ...["-c", 'exec "$@"', "sh", Deno.execPath(), "run", "-q", "--no-prompt", "--cached-only"],
    ...["--frozen", "--allow-net=127.0.0.1", `--allow-read=${folder}`, `--allow-write=${folder}`],
    ...[script, folder],
  ],
  stdin: "null",
  stdout: "piped",
}).spawn();
const addresses = readPaperAddresses(child.stdout);
try {
  const { bars, next } = endlessBars();
  const broker = await connectPaperBroker({
    ...{ addresses, clock: SYSTEM_CLOCK, account: "bench", session: "bench", books: "new" },
    initialCashUsd: 1_000_000,
    markets: {
      MES: {
        ...{ instrument: bars.instrument, intervalMs: MINUTE },
        costs: { feePerSideMicros: 620_000, slippageTicks: 1 },
      },
    },
  });
  const startMs = Math.round(performance.now() - begun);
  let id = 0, fills = 0;
  broker.onReport((_, { kind }) => {
    if (kind === "filled") fills++;
  });
  const order = (changes: Partial<Order> = {}): Order => {
    const lots = ++id % 2 === 0 ? -1 : 1;
    return { id, lots, reason: "signal", decidedAt: bars.time[1]! + MINUTE, ...changes };
  };
  const bar = async (): Promise<void> => await broker.onBar("MES", bars, next());
  const submit = (changes?: Partial<Order>) => broker.submit("MES", order(changes));
  const limitTicks = CLOSE_TICKS / 2;
  const idleBar = await timed(TIMED, bar);
  const rest = { lots: 1, terms: { kind: "limit", limitTicks } } as const;
  const orderToAcknowledgement = await timed(
    TIMED,
    () => submit(rest),
    () => broker.cancel(id),
  );
  await broker.cancel(id);
  const barToFill = await timed(TIMED, bar, () => submit());
  const before = memoryOf(child.pid);
  const started = performance.now();
  for (let row = 0; row < SOAKED; row++) {
    await bar();
    if (row % 100 === 0) await submit();
  }
  const soak = {
    bars: SOAKED,
    barsPerSecond: Math.round(SOAKED / (performance.now() - started) * 1_000),
    ...{ memoryBeforeMiB: before, memoryAfterMiB: memoryOf(child.pid) },
    storeKiB: Math.round(Deno.statSync(join(folder, "bench/paper.sqlite")).size / 1_024),
  };
  const books = performance.now();
  const { fills: executions } = await broker.snapshot();
  const snapshotMs = Math.round(performance.now() - books);
  if (executions.length !== fills) throw new Error("the books know other fills than were reported");
  await broker.end();
  const result = {
    benchmark: "paper",
    date: new Date().toISOString(),
    ...{ hardware: hardware(), versions: versions() },
    unit: "microseconds until all that came of it has been reported",
    ...{ startMs, diskSync, idleBar, orderToAcknowledgement, barToFill, soak },
    snapshot: { fills, milliseconds: snapshotMs },
  };
  if (Deno.args.includes("--json")) console.log(JSON.stringify(result, null, 2));
  else {
    console.table({ diskSync, idleBar, orderToAcknowledgement, barToFill });
    console.log({ startMs, ...soak, fills, snapshotMs });
  }
} finally {
  await addresses.close();
  await child.status;
  Deno.removeSync(folder, { recursive: true });
}
