import { join } from "node:path";
import { openRegistry } from "../lib/registry/mod.ts";
import {
  dateFlag,
  InputError,
  type JsonValue,
  RefusedError,
  type TimerClock,
} from "../lib/core/mod.ts";
import { codeSha256, versions } from "../lib/core/program.ts";
import { type DataRequest, openData, type OpenedData } from "../lib/data/mod.ts";
import { connectPaperBroker, type PaperAddresses } from "../lib/execution/paper.ts";
import { createReplayFeed } from "../lib/feeds/mod.ts";
import { journalFiles, openJournal } from "../lib/journal/mod.ts";
import {
  FileControls,
  mergeFeeds,
  requireGreen,
  runSession,
  type SessionOutcome,
  type SessionSlot,
  type SessionView,
  systemSlot,
} from "../lib/live/mod.ts";
import { rowAt } from "../lib/market/mod.ts";
import {
  type AccountSettings,
  type LoadedSystem,
  loadSystem,
  requireSameInstrument,
  systemConditions,
  systemSettings,
} from "../lib/system/mod.ts";
import type { ChecklistLine } from "../lib/trading/mod.ts";

/** How to trade, apart from where the bars come from. */
export interface TradeSettings {
  /** Systems: name, `name@version` or `name@alias`. */
  readonly systems: readonly string[];
  /** Name of the session and of its account. */
  readonly session: string;
  /** First day, `YYYY-MM-DD`; after the last bar that the systems have seen when absent. */
  readonly from?: string;
  /** Allows bars that the systems have seen. */
  readonly inSample: boolean;
  /** Cash and margin of the account. */
  readonly account: Pick<AccountSettings, "cashUsd" | "marginUsd">;
  /** How many times faster than the market bars come; null for at once. */
  readonly speed: number | null;
  /** Milliseconds after which a forecast is not waited for. */
  readonly cutOffMs: number;
}

/** What `trade --json` prints. */
export interface TradeDocument {
  /** Name of the session, its mode and its feed. */
  readonly session: { readonly name: string; readonly mode: "paper"; readonly feed: string };
  /** How many orders were sent. */
  readonly orders: number;
  /** Executions, oldest first. */
  readonly fills: SessionOutcome["fills"];
  /** How things stand at the end. */
  readonly state: Omit<SessionOutcome, "fills" | "orders" | "session">;
  /** Folder of the journal. */
  readonly journal: string;
}

/** Folders that a session reads from and writes to. */
export interface TradeFolders {
  readonly models: string;
  readonly sessions: string;
}

/** What a session needs from outside. */
export interface TradeControl {
  readonly clock: TimerClock;
  readonly signal?: AbortSignal;
  readonly onMoment?: (view: SessionView) => void;
  /** Where the paper broker is that was started beside the session. */
  readonly paper: PaperAddresses;
}

/**
 * Trades systems on paper over the bars of a file, bar by bar as if they came now, and keeps what
 * happened in a journal. A session of a name that has a journal goes on where that ends.
 *
 * @throws {InputError} when a system does not fit the bars, or the journal is of something else
 * @throws {RefusedError} when the bars were seen by a system
 */
export async function trade(
  data: DataRequest,
  settings: TradeSettings,
  folders: TradeFolders,
  control: TradeControl,
): Promise<TradeDocument> {
  const systems = await loadSystems(folders.models, settings, control);
  const opened = await openData(data);
  if (opened.bars.actions !== undefined) {
    throw new InputError("Cannot trade on paper over corporate actions: the broker reports them", {
      where: "--actions",
      remedy: "leave --actions out and give bars without a split, or backtest",
    });
  }
  if (opened.bars.continuous !== undefined) {
    throw new InputError("Cannot trade a continuous future: an order needs one contract", {
      where: data.path,
      remedy: "give the bars of one contract",
    });
  }
  const { kind, symbol } = opened.bars.instrument;
  if (kind === "perpetual") {
    throw new InputError(`Cannot trade ${symbol} in time: a session books no funding yet`, {
      where: data.path,
      remedy: "test it with `deno task backtest`, which does",
    });
  }
  const slots = systems.map((loaded) => slotOf(loaded, opened, settings));
  const { bars } = opened;
  const { clock } = control;
  const files = journalFiles(folders.sessions, settings.session);
  using resources = new DisposableStack();
  const journal = resources.use(openJournal({
    sessions: folders.sessions,
    account: {
      ...{ name: settings.session, broker: "paper", number: settings.session, mode: "paper" },
    },
    owner: `session ${settings.session}`,
    clock,
  }));
  const controls = resources.use(new FileControls(join(files.folder, "control"), clock));
  const checklist = checkList(systems);
  requireGreen(checklist);
  const { session } = settings, { cashUsd: initialCashUsd } = settings.account;
  const { instrument, intervalMs } = bars;
  const markets = {
    [instrument.symbol]: { instrument, intervalMs, costs: slots[0]!.costs },
  };
  const broker = await connectPaperBroker({
    ...{ account: session, session, books: "carried", initialCashUsd, markets, clock },
    addresses: control.paper,
  });
  const feed = `replay:${data.path}`;
  const replay = {
    ...{ name: feed, lookBack: 1, speed: settings.speed, clock },
    history: bars.time.findIndex((time) => slots.some(({ from }) => time >= from)),
    ...(control.signal === undefined ? {} : { signal: control.signal }),
  };
  const outcome = await runSession({
    name: settings.session,
    mode: "paper",
    initialCashUsd,
    slots,
    feed: mergeFeeds(feed, slots.map(() => createReplayFeed(bars, replay))),
    ...{ broker, journal, clock, controls, checklist },
    program: { codeSha256: codeSha256(), inference: "wasm", versions: versions() },
    settings: { ...settings, data: opened.source.request } as unknown as JsonValue,
    cutOffMs: settings.cutOffMs,
    ...(control.onMoment === undefined ? {} : { onMoment: control.onMoment }),
  }, control.signal).finally(() => broker.end());
  const { fills, orders, session: name, ...state } = outcome;
  return {
    session: { name, mode: "paper", feed },
    ...{ orders, fills, state },
    journal: files.folder,
  };
}

async function loadSystems(
  folder: string,
  { systems }: TradeSettings,
  { clock }: TradeControl,
): Promise<readonly LoadedSystem[]> {
  using registry = openRegistry({ folder, clock, readOnly: true });
  const loaded: LoadedSystem[] = [];
  for (const reference of systems) loaded.push(await loadSystem(registry, reference));
  return loaded;
}

function slotOf(loaded: LoadedSystem, opened: OpenedData, settings: TradeSettings): SessionSlot {
  const { system } = loaded;
  const { bars } = opened;
  requireSameInstrument(system, bars);
  const unseen = Date.parse(system.lastBarSeen) + 1;
  const asked = settings.from === undefined ? unseen : dateFlag("--from", settings.from);
  if (asked < unseen && !settings.inSample) {
    throw new RefusedError(
      `--from ${settings.from} lies before ${system.lastBarSeen}, the last bar that ` +
        `${loaded.name} has seen: the result would flatter (give a later day, or --in-sample to ` +
        "see it marked as such)",
    );
  }
  const first = rowAt(bars, asked);
  const from = Math.max(first, system.lookBack.featureBars + system.lookBack.signalBars);
  if (from >= bars.length) {
    throw new InputError(
      `Cannot trade as the bars end at ${new Date(bars.time.at(-1) ?? 0).toISOString()} and ` +
        `${loaded.name} needs ${system.lookBack.featureBars + system.lookBack.signalBars} bars ` +
        `before the first after ${system.lastBarSeen}`,
      { where: opened.source.path, remedy: "give newer bars, or --in-sample with --from" },
    );
  }
  const ready = { system, settings: systemSettings(system), models: [] };
  const conditions = systemConditions(ready, opened, settings.account, {
    from,
    to: bars.length,
  });
  return systemSlot(loaded, {
    conditions,
    from: bars.time[from]!,
    signalsFrom: bars.time[Math.max(0, from - system.lookBack.signalBars)]!,
  });
}

/** What is looked at before the first order. */
function checkList(systems: readonly LoadedSystem[]): readonly ChecklistLine[] {
  const code = codeSha256();
  const hashes = systems.map(({ name, sha256, version }): ChecklistLine => ({
    name: "hashes",
    verdict: "passed",
    found: `${name}@${version} is what was registered (sha256 ${sha256.slice(0, 12)})`,
    remedy: null,
  }));
  const code_ = systems.map(({ name, system, version }): ChecklistLine =>
    system.codeSha256 === code
      ? { name: "code", verdict: "passed", found: "the code is that of the fit", remedy: null }
      : {
        name: "code",
        verdict: "warned",
        found: `${name}@${version} was fitted with other code (sha256 ${
          system.codeSha256.slice(0, 12)
        }, now ${code.slice(0, 12)})`,
        remedy: `deno task leak-check --system ${name}@${version} …`,
      }
  );
  const replayed = ["clock offset", "data fresh"].map((name): ChecklistLine => ({
    ...{ name, verdict: "left-out", found: "bars of a file have no clock", remedy: null },
  }));
  return [...hashes, ...code_, ...replayed];
}
