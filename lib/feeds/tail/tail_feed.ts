import { dirname, join } from "node:path";
import type { TimerClock } from "../../core/mod.ts";
import { filesOfFolder, isBarFile, type LoadOptions, type OpenSpans } from "../../data/mod.ts";
import { type Bars, DAY_MS, type Instrument } from "../../market/mod.ts";
import type { BarFeed, BarMarks, FeedNews, JournaledBar } from "../../trading/mod.ts";
import { BarInbox } from "../bar_inbox.ts";
import { requireHistory } from "../require_history.ts";
import { nextOpen } from "../venue/next_open.ts";
import { noLength, otherLength } from "./tail_faults.ts";
import { rowsFrom, TailedFile, type TailedRows } from "./tailed_file.ts";
import { watchFolder } from "./watch_folder.ts";

/** How a growing file is followed. */
export interface TailOptions {
  /** As it was asked for. */
  readonly name: string;
  /** What the bars are of. */
  readonly instrument: Instrument;
  /** How the file is read. */
  readonly load: Omit<LoadOptions, "instrument">;
  /** Bars that stay visible before the newest one. */
  readonly lookBack: number;
  /** Bars of the file to begin with, by the length that they turn out to have; Infinity for all. */
  readonly history: (intervalMs: number) => number;
  /** Epoch milliseconds; bars of the file that opened later come too. @default Infinity */
  readonly since?: number | undefined;
  /** Length of the bars where the file holds too few to tell. */
  readonly intervalMs?: number | undefined;
  /** When bars of a length may open. */
  readonly openSpans: (intervalMs: number) => OpenSpans;
  /** Whose time passes; it must run as the market does. */
  readonly clock: TimerClock;
  /** Told of gaps, corrections, refusals and the state. */
  readonly onNews?: ((news: FeedNews) => void) | undefined;
  /** Ends the feed. */
  readonly signal?: AbortSignal | undefined;
  /** Told when a look at the files begins, and when it has ended. */
  readonly onLook?: (isLooking: boolean) => void;
  /** Calls back when something in a folder has changed. @default watchFolder */
  readonly watch?: (folder: string, onChange: () => void) => () => void;
}

const POLL_MS = 1_000;
/** A row that was there before its bar was over may still be written once more after it. */
const SETTLE_MS = 1_000;
/** After a bar's end, before its absence is told. */
const SILENT_MS = 15_000;

/**
 * Follows a file, or the files of a folder, that grow: each bar as soon as its row is finished and
 * it is over, by the clock or by a later row. The folder is watched and looked into every second,
 * as a file that is replaced is not seen by watching it.
 *
 * @param path a CSV or Parquet file, or a folder of such files
 * @throws {InputError} when there is no such file, it cannot be used, or has too few bars to begin with
 */
export async function openTailFeed(path: string, options: TailOptions): Promise<BarFeed> {
  const names = await filesOfFolder(path);
  const folder = names === null ? dirname(path) : path;
  const paths = names === null ? [path] : names.map((name) => join(path, name));
  const refused: string[] = [];
  const follower = new Follower(folder, names !== null, options, (reason) => refused.push(reason));
  const inbox = await follower.open(paths);
  for (const reason of refused) inbox.refuse(reason);
  return inbox;
}

interface Early {
  readonly bar: JournaledBar;
  /** Where it stands; null where it stood there from the beginning. */
  readonly file: TailedFile | null;
}

class Follower {
  readonly #folder: string;
  readonly #isFolder: boolean;
  readonly #options: TailOptions;
  readonly #files = new Map<string, TailedFile>();
  #inbox: BarInbox | null = null;
  #intervalMs = NaN;
  /** Rows that were there before their bar was over, by their open. */
  readonly #early = new Map<number, Early>();
  /** Open of the newest bar that was over when the feed began: it, and all before, are not new. */
  #known = -Infinity;
  #refuse: (reason: string) => void;
  #isLooking = false;
  #mustLook = false;

  constructor(
    folder: string,
    isFolder: boolean,
    options: TailOptions,
    refuse: (reason: string) => void,
  ) {
    this.#folder = folder;
    this.#isFolder = isFolder;
    this.#options = options;
    this.#refuse = refuse;
  }

  async open(paths: readonly string[]): Promise<BarInbox> {
    const { clock, instrument, lookBack, name, onNews, signal } = this.#options;
    const rows: JournaledBar[] = [];
    let market: Pick<Bars, "instrument" | "intervalMs"> | null = null;
    for (const path of paths) {
      const bars = await this.#add(path).open();
      if (bars === null) continue;
      market ??= bars;
      if (bars.intervalMs !== market.intervalMs) throw otherLength(path, bars, market);
      rows.push(...rowsFrom(bars, -Infinity));
    }
    const { intervalMs } = this.#options;
    market ??= intervalMs === undefined ? null : { instrument, intervalMs };
    if (market === null) throw noLength(paths[0]!);
    this.#intervalMs = market.intervalMs;
    rows.sort((a, b) => a.time - b.time);
    const now = clock.now(), openSpans = this.#options.openSpans(market.intervalMs);
    const inbox = new BarInbox({ name, market, lookBack, openSpans, clock, onNews, signal });
    this.#inbox = inbox;
    this.#refuse = (reason) => inbox.refuse(reason);
    const over = rows.filter((bar, i) => this.#isOver(bar, rows[i + 1]?.time ?? -Infinity, now));
    const history = this.#options.history(market.intervalMs);
    const { since = Infinity } = this.#options;
    // What goes on has been warm before.
    if (history < Infinity && since === Infinity) requireHistory(name, history, over.length);
    const firstSince = over.findIndex(({ time }) => time > since);
    const wanted = firstSince < 0 ? history : Math.max(history, over.length - firstSince);
    for (const bar of over.slice(Math.max(0, over.length - wanted))) {
      inbox.take(bar, this.#marks(bar, "history"));
    }
    this.#known = over.at(-1)?.time ?? -Infinity;
    for (const bar of rows.slice(over.length)) this.#early.set(bar.time, { bar, file: null });
    this.#tellState(inbox, now);
    this.#watch(inbox);
    return inbox;
  }

  #add(path: string): TailedFile {
    const { instrument, load } = this.#options;
    const file = new TailedFile(path, { ...load, instrument }, (reason) => this.#refuse(reason));
    this.#files.set(path, file);
    return file;
  }

  #watch(inbox: BarInbox): void {
    const { clock, signal, watch = watchFolder } = this.#options;
    const stopWatching = watch(this.#folder, () => void this.#look(inbox));
    let stopTimer = (): void => {};
    const stop = (): void => {
      stopWatching();
      stopTimer();
    };
    const again = (): void => {
      if (inbox.isClosed) return stop();
      stopTimer = clock.after(POLL_MS, () => {
        again();
        void this.#look(inbox);
      });
    };
    again();
    if (signal?.aborted === true) stop();
    else signal?.addEventListener("abort", stop, { once: true });
  }

  /** Looks at all files, one look at a time; what changes meanwhile is looked at again. */
  async #look(inbox: BarInbox): Promise<void> {
    if (this.#isLooking) {
      this.#mustLook = true;
      return;
    }
    this.#isLooking = true;
    this.#options.onLook?.(true);
    try {
      do {
        this.#mustLook = false;
        const found: TailedRows[] = [];
        for (const file of this.#current()) found.push(...await lookAt(file));
        if (inbox.isClosed) return;
        this.#take(inbox, found);
      } while (this.#mustLook);
    } catch (error) {
      inbox.fail(error);
    } finally {
      this.#isLooking = false;
      this.#options.onLook?.(false);
    }
  }

  /** The files, with those that have come. */
  #current(): TailedFile[] {
    if (this.#isFolder) {
      for (const name of barFilesOf(this.#folder)) {
        const path = join(this.#folder, name);
        if (!this.#files.has(path)) this.#add(path);
      }
    }
    return [...this.#files.values()];
  }

  #take(inbox: BarInbox, found: readonly TailedRows[]): void {
    const now = this.#options.clock.now();
    const visible = inbox.bars.time[0] ?? Infinity;
    const fresh = new Map<number, Early>();
    for (const { bars, file, knownUntil } of found) {
      if (bars.intervalMs !== this.#intervalMs) {
        this.#refuse(
          `bars of ${bars.intervalMs / 1_000} s came, not of ${this.#intervalMs / 1_000} s`,
        );
        continue;
      }
      for (const bar of rowsFrom(bars, Math.min(visible, this.#known + 1, knownUntil + 1))) {
        if (this.#isAhead(bar, now)) this.#refuseAhead(bar, now);
        else if (bar.time > (inbox.lastTime ?? this.#known)) fresh.set(bar.time, { bar, file });
        else if (bar.time > knownUntil || bar.time >= visible) {
          inbox.take(bar, this.#marks(bar, "feed"));
        }
      }
      this.#forget(file, bars);
    }
    for (const [time, early] of this.#early) if (!fresh.has(time)) fresh.set(time, early);
    const rows = [...fresh.values()].sort((a, b) => a.bar.time - b.bar.time);
    rows.forEach((row, i) => this.#offer(inbox, row, rows[i + 1]?.bar.time ?? -Infinity, now));
    this.#tellState(inbox, now);
  }

  /** Rows that stood there before their bar was over and do so no more. */
  #forget(file: TailedFile, bars: Bars): void {
    for (const [time, early] of this.#early) {
      const isItsOwn = early.file === file || (early.file === null && this.#files.size === 1);
      if (isItsOwn && !bars.time.includes(time)) this.#early.delete(time);
    }
  }

  #offer(inbox: BarInbox, row: Early, next: number, now: number): void {
    const { bar } = row;
    const end = bar.time + this.#intervalMs;
    const isSettled = !this.#early.has(bar.time) || next > bar.time || now >= end + SETTLE_MS;
    if (!this.#isOver(bar, next, now) || !isSettled) {
      this.#early.set(bar.time, row);
      return;
    }
    this.#early.delete(bar.time);
    inbox.take(bar, this.#marks(bar, "feed"));
  }

  /** A later row says so, or the clock. */
  #isOver(bar: JournaledBar, next: number, now: number): boolean {
    return next >= bar.time + this.#intervalMs || now >= bar.time + this.#intervalMs;
  }

  #isAhead(bar: JournaledBar, now: number): boolean {
    return bar.time + this.#intervalMs > now + DAY_MS;
  }

  #refuseAhead(bar: JournaledBar, now: number): void {
    const [stamp, clock] = [bar.time, now].map((time) => new Date(time).toISOString());
    this.#refuse(
      `a bar is stamped ${stamp}, a day and more ahead of this machine's clock ${clock}`,
    );
  }

  #tellState(inbox: BarInbox, now: number): void {
    const last = inbox.lastTime ?? this.#known;
    const due = last === -Infinity
      ? null
      : nextOpen(last, this.#intervalMs, this.#options.openSpans(this.#intervalMs));
    const isThere = [...this.#files.values()].some((file) => file.isThere);
    if (!isThere) inbox.setStatus("silent", `the ${this.#isFolder ? "files are" : "file is"} gone`);
    else if (due !== null && now > due + this.#intervalMs + SILENT_MS) {
      inbox.setStatus("silent", `no bar of ${new Date(due).toISOString()} came`);
    } else inbox.setStatus("live");
  }

  #marks(bar: JournaledBar, origin: BarMarks["origin"]): BarMarks {
    const receivedAt = this.#options.clock.now();
    const lateMs = origin === "history" ? null : receivedAt - bar.time - this.#intervalMs;
    return { origin, isRepaired: false, receivedAt, lateMs };
  }
}

/** A file that is taken away while it is looked at is seen to be gone by the next look. */
async function lookAt(file: TailedFile): Promise<readonly TailedRows[]> {
  try {
    return await file.look() ?? [];
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

function barFilesOf(folder: string): string[] {
  try {
    return [...Deno.readDirSync(folder)].filter(({ isFile, name }) => isFile && isBarFile(name))
      .map(({ name }) => name).sort();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}
