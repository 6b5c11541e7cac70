/**
 * What it costs to keep an entry for good: one alone and several in one turn of the event loop, what
 * goes first into the spare, and what the disk itself takes for one sync. Then reading, checking and
 * rebuilding. On the disk that holds temporary files; `TMPDIR=FOLDER` names another.
 *
 * Run: `deno task bench journal [--json]`
 */
import { loadavg } from "node:os";
import { join } from "node:path";
import { hardware, versions } from "../lib/core/program.ts";
import { VirtualClock } from "../lib/core/mod.ts";
import { openDatabase } from "../lib/db/mod.ts";
import { linkHash, prepareEntry, rootHash } from "../lib/journal/entry_row.ts";
import { openJournal, openJournalReader, rebuildBooks } from "../lib/journal/mod.ts";
import type { JournalEntry } from "../lib/trading/mod.ts";

const ALONE = 5_000, GROUPS = 500, NOTES = 500, SYNCS = 500, WARM = 200;
const ACCOUNT = { name: "bench", broker: "paper", number: "1", mode: "paper" } as const;

/** What a minute of a session writes: a bar, the moment, a forecast with its why, now and then an order. */
function entryOf(n: number): JournalEntry {
  const minute = Math.floor(n / 4), time = 1_700_000_000_000 + 60_000 * minute;
  const moment = { at: time + 60_004, sessionTime: time + 60_000 };
  switch (n % 4) {
    case 0: {
      const close = 5_000 + (minute % 40) / 4;
      const bar = { time, open: close, high: close + 0.5, low: close - 0.5, close, volume: 812 };
      return {
        ...{ ...moment, kind: "bar", slot: 0, bar, tradeDay: 19_675, endsSession: false },
        ...{ origin: "feed", receivedAt: time + 60_003 },
      };
    }
    case 1:
      return { ...moment, kind: "clock", time: moment.sessionTime };
    case 2:
      return {
        ...{ ...moment, kind: "forecast", slot: 0, by: "MES-hedge@3", latencyMs: 0.41 },
        forecast: { exposure: 0.5, intent: "enter", probability: 0.5512 },
        why: {
          parts: ["forest", "boosting", "network", "hybrid", "policy"].map((name, i) => (
            { name, position: (i % 3) - 1, confidence: 0.5 + i / 100, weight: 0.2, veto: null }
          )),
        },
      };
    default:
      return {
        ...{ ...moment, kind: "submit", slot: 0, isForForecast: true },
        order: { id: minute + 1, lots: 1, reason: "signal", decidedAt: moment.sessionTime },
      };
  }
}

/** Microseconds of each of so many actions, the first ones left out. */
async function timed(
  count: number,
  action: (i: number) => Promise<unknown> | unknown,
): Promise<Record<string, number>> {
  const took: number[] = [];
  const began = performance.now();
  for (let i = 0; i < count + WARM; i++) {
    const started = performance.now();
    await action(i);
    if (i >= WARM) took.push(1_000 * (performance.now() - started));
  }
  const sorted = took.toSorted((a, b) => a - b);
  const quantile = (share: number): number =>
    Math.round(10 * sorted[Math.floor(share * (sorted.length - 1))]!) / 10;
  return {
    ...{ p50: quantile(0.5), p99: quantile(0.99), p999: quantile(0.999), most: quantile(1) },
    perSecond: Math.round((count + WARM) / (performance.now() - began) * 1_000),
  };
}

async function seconds<T>(action: () => Promise<T> | T): Promise<readonly [T, number]> {
  const started = performance.now();
  const result = await action();
  return [result, Math.round(performance.now() - started) / 1_000];
}

/** What the disk takes, without any database. */
async function timeDisk(folder: string): Promise<Record<string, unknown>> {
  const bytes = new Uint8Array(4_096).fill(1);
  using growing = Deno.openSync(join(folder, "growing"), { create: true, write: true });
  using there = Deno.openSync(join(folder, "there"), { create: true, write: true });
  there.writeSync(new Uint8Array(4_096 * 16));
  there.syncSync();
  return {
    appended4kB: await timed(SYNCS, () => (growing.writeSync(bytes), growing.syncDataSync())),
    overwritten4kB: await timed(SYNCS, () => {
      there.seekSync(0, Deno.SeekMode.Start);
      there.writeSync(bytes);
      there.syncDataSync();
    }),
  };
}

async function measure(): Promise<Record<string, unknown>> {
  const folder = Deno.makeTempDirSync({ prefix: "journal-bench-" });
  try {
    return await measureIn(folder);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

async function measureIn(folder: string): Promise<Record<string, unknown>> {
  const disk = await timeDisk(folder);
  const computed = await timed(
    ALONE,
    (i) => linkHash(rootHash(""), { ...prepareEntry(entryOf(i)), sequence: i, note: null }),
  );
  const files = join(folder, ACCOUNT.name);
  let n = 0;
  const append = (): Promise<number> => journal.append(entryOf(n++));
  const group = (size: number) => () => Promise.all(Array.from({ length: size }, append));
  using journal = openJournal({
    ...{ sessions: folder, account: ACCOUNT, owner: "bench", clock: new VirtualClock() },
    spareBytes: 4_194_304,
  });
  await journal.append({
    ...{ kind: "session-started", session: "bench", isRestart: false, mode: "paper" },
    slots: [{
      ...{ symbol: "MES", intervalMs: 60_000, tickSize: 0.25 },
      ...{ tickValueMicros: 1_250_000, settles: true },
    }],
    ...{ books: "new", cashMicros: 100_000_000_000, settings: null, at: 0, sessionTime: null },
  });
  const alone = await timed(ALONE, append);
  const groups = {
    "4": await timed(GROUPS, group(4)),
    "10": await timed(GROUPS, group(10)),
    "100": await timed(GROUPS / 10, group(100)),
  };
  const noted = await timed(NOTES, () => journal.note(entryOf(n++)));
  const entries = n + 1;
  const logBytes = Deno.statSync(join(files, "journal.sqlite-wal")).size;
  const notedBeside = await whileLocked(files, () =>
    timed(NOTES, () => {
      if (journal.note(entryOf(n++)) !== "spare") throw new Error("It did not go first");
    }));
  using reader = openJournalReader(folder, ACCOUNT.name);
  const [check, checkSeconds] = await seconds(() => reader.check());
  if (check.fault !== null) throw new Error(check.fault.text);
  const [books, rebuildSeconds] = await seconds(() => rebuildBooks(reader.entries()));
  const [, copySeconds] = await seconds(() => reader.backup(join(folder, "copy.sqlite")));
  return {
    entries,
    /** Of one call each, until it settles. */
    microseconds: {
      ...{ syncAlone: disk, checkedAndHashed: computed },
      ...{ appendAlone: alone, appendInOneTurn: groups },
      ...{ note: noted, noteWhileLocked: notedBeside },
    },
    bytesAnEntry: Math.round(Deno.statSync(join(folder, "copy.sqlite")).size / entries),
    logBytes,
    entriesASecond: {
      checked: Math.round(check.entries / checkSeconds),
      readAndRebuilt: Math.round(books.sequence / rebuildSeconds),
      copiedAndChecked: Math.round(check.entries / copySeconds),
    },
  };
}

const load = (): number[] => loadavg().map((each) => Math.round(100 * each) / 100);
const loadBefore = load();
console.log(JSON.stringify(
  {
    benchmark: "journal",
    date: new Date().toISOString(),
    hardware: hardware(),
    versions: versions(),
    ...await measure(),
    /** Of the machine, which others may use: times are worth no more than it allows. */
    loadAverage: { before: loadBefore, after: load() },
  },
  null,
  2,
));

/** Times something while another connection keeps the database locked. */
async function whileLocked<T>(files: string, action: () => Promise<T>): Promise<T> {
  using other = openDatabase(join(files, "journal.sqlite"), {
    migrations: [""],
    log: "write-ahead",
  });
  other.script("BEGIN IMMEDIATE");
  return await action();
}
