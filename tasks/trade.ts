import { join } from "node:path";
import { abortable, InputError, type JsonValue, type TimerClock } from "../lib/core/mod.ts";
import { codeSha256, versions } from "../lib/core/program.ts";
import { connectPaperBroker, type PaperAddresses } from "../lib/execution/paper.ts";
import {
  type AccountJournal,
  type JournalAccount,
  type JournalFiles,
  journalFiles,
  openJournal,
} from "../lib/journal/mod.ts";
import {
  awaitFeed,
  bookOf,
  type Controls,
  FileControls,
  leavingTime,
  mergeControls,
  observeJournal,
  requireGreen,
  runSession,
  type SessionOutcome,
  type SessionSlot,
  type SessionView,
  SignalControls,
  startupChecklist,
  withOwnBooks,
} from "../lib/live/mod.ts";
import type { SessionWatch } from "../lib/monitor/mod.ts";
import type { Instrument } from "../lib/market/mod.ts";
import { SHADOW_ALIAS } from "../lib/registry/mod.ts";
import type {
  BarBroker,
  ChecklistLine,
  Exploration,
  KeptEntry,
  TradingMode,
  Transport,
} from "../lib/trading/mod.ts";
import { accountLimits, type RiskSettings, underRisk } from "./trade/account_risk.ts";
import { type FedMarket, fedMarkets, type TradedFeed } from "./trade/fed_markets.ts";
import { lockAccount } from "./trade/account_lock.ts";
import { openSessionLog } from "./trade/session_log.ts";
import { begunCashUsd, restartRemarks } from "./trade/going_on.ts";
import { countOrders } from "./trade/count_orders.ts";
import { goesOnWith } from "./trade/goes_on_with.ts";
import { openUnlessStopped } from "./trade/open_unless_stopped.ts";
import {
  feedName,
  type FeedSource,
  openTradedFeeds,
  resumeAfter,
  resumedContract,
} from "./trade/traded_feed.ts";
import type { TradedVenue } from "./trade/traded_venue.ts";
import { isNewSession, isUnbegun, removeUnbegun } from "./trade/unbegun_session.ts";
import { WatchedDeployments } from "./trade/watched_deployments.ts";
import {
  checkedSystems,
  loadSystems,
  readingRemarks,
  requireDifferent,
  type TradedAccount,
  type TradedSystem,
} from "./trade/traded_systems.ts";

/** How long a feed may take to say how it does, before a session begins without. */
const FEED_PATIENCE_MS = 15_000;
/** A venue of whose bars nobody knows which edge is stamped is asked for one that happens. */
const VENUE_PATIENCE_MS = 120_000;

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
  /** Limits beside those of the systems, and the rules of the account. */
  readonly risk: RiskSettings | null;
  /** Cash and margin of the account. */
  readonly account: TradedAccount;
  /** Milliseconds after which a forecast is not waited for. */
  readonly cutOffMs: number;
  /** How systems try other positions than theirs; null for not at all. */
  readonly exploration: Exploration | null;
}

/** What `trade --json` prints. */
export interface TradeDocument {
  /** Name of the session, its mode and its feed. */
  readonly session: {
    readonly name: string;
    readonly mode: TradingMode;
    readonly feed: string;
  };
  /** How many orders were sent, a bracket with its exits as one. */
  readonly orders: number;
  /** Executions, oldest first. */
  readonly fills: readonly Omit<SessionOutcome["fills"][number], "bar">[];
  /** How things stand at the end. */
  readonly state: Omit<SessionOutcome, "fills" | "orders" | "session">;
  /** Folder of the journal. */
  readonly journal: string;
}

/** Folders that a session reads from and writes to. */
export interface TradeFolders {
  readonly models: string;
  readonly sessions: string;
  /** Where alerts wait to be sent. */
  readonly outbox: string;
}

/** A session that has begun, for whoever looks at it. */
export interface RunningSession {
  /** How its bars come. */
  readonly source: FeedSource;
  /** What was looked at before it began. */
  readonly checklist: readonly ChecklistLine[];
  /** What each of its slots trades. */
  readonly instruments: readonly Instrument[];
}

/** What a session needs from outside. */
export interface TradeControl {
  readonly clock: TimerClock;
  /** How many times as fast as the wall its time passes. @default 1 */
  readonly speed?: number;
  readonly signal?: AbortSignal;
  /** Told once it has begun. */
  readonly onStart?: (running: RunningSession) => void;
  readonly onMoment?: (view: SessionView) => void;
  /** Told of each entry of the journal that was kept. */
  readonly onEntry?: (entry: KeptEntry) => void;
  /** Told what a person should know at once, in one line. */
  readonly onNote?: (line: string) => void;
  /** Where the paper broker is that was started beside the session; null where none was. */
  readonly paper: PaperAddresses | null;
  /** The venue that it trades at, or takes its bars from. */
  readonly venue?: TradedVenue;
  /** The way to the servers of a feed; the network's when absent. */
  readonly transport?: Transport;
}

/**
 * Trades systems on paper over the bars of a feed and keeps what happened in a journal. A session of
 * a name that has a journal goes on where that ends.
 *
 * @throws {InputError} when a system does not fit the bars, or the journal is of something else
 * @throws {RefusedError} when the bars were seen by a system, or the rules of the account forbid it
 */
export async function trade(
  feeds: readonly TradedFeed[],
  settings: TradeSettings,
  folders: TradeFolders,
  control: TradeControl,
): Promise<TradeDocument> {
  const { clock, onNote = () => {} } = control;
  const { session } = settings;
  await using resources = new AsyncDisposableStack();
  const signals = resources.use(new SignalControls());
  const systems = await loadSystems(folders.models, settings.systems, clock, settings.exploration);
  requireDifferent(systems);
  const markets = fedMarkets(feeds, systems);
  const files = journalFiles(folders.sessions, session);
  if (control.venue !== undefined && control.venue.mode !== "paper") {
    resources.use(lockAccount(folders.sessions, control.venue, session));
  }
  const isNew = isNewSession(files);
  let cameToNothing = false;
  resources.defer(() => {
    if (isNew && cameToNothing) removeUnbegun(files);
  });
  const journal = resources.use(openJournal({
    sessions: folders.sessions,
    account: accountOf(session, control.venue),
    owner: `session ${session}`,
    clock,
    onTrouble: (reason) => onNote(`the journal ${reason ?? "can be written again"}`),
  }));
  const { watch } = resources.use(
    await openSessionLog(journal, {
      ...{ account: session, folder: files.folder, outbox: folders.outbox, clock, onNote },
    }),
  );
  const begun = journal.last("session-started");
  const { account, systems: references } = settings;
  const cashUsd = begunCashUsd(begun, account.cashUsd);
  // The cash of a venue's account is what has become of it.
  const asksCash = control.venue === undefined || control.venue.mode === "paper";
  const start = {
    ...{ feed: feedName(markets), systems: references },
    cashUsd: asksCash ? account.cashUsd : cashUsd,
  };
  const remarks = [
    ...restartRemarks(begun, start),
    ...markets.flatMap(({ feed, slots }) =>
      feed.kind.isPath ? readingRemarks(feed.data, slots.map((slot) => systems[slot]!)) : []
    ),
  ];
  for (const remark of remarks) {
    onNote(`warning: ${remark}`);
  }
  const watched = {
    systems,
    markets,
    journal,
    watch,
    files,
    signals,
    models: folders.models,
  };
  try {
    return await tradeWatched(watched, { ...settings, account: { ...account, cashUsd } }, control);
  } catch (error) {
    cameToNothing = isUnbegun(journal, error);
    // Whoever starts a session that never began reads why; nobody else waits for it.
    if (!cameToNothing && journal.last("session-started") !== null) watch.fault(error);
    throw error;
  }
}

/** A session whose journal is open, and which is watched. */
interface Watched {
  readonly systems: readonly TradedSystem[];
  readonly markets: readonly FedMarket[];
  readonly journal: AccountJournal;
  readonly watch: SessionWatch;
  readonly files: JournalFiles;
  readonly signals: SignalControls;
  /** Folder of the registry. */
  readonly models: string;
}

async function tradeWatched(
  { files, journal, markets, models, signals, systems, watch }: Watched,
  settings: TradeSettings,
  control: TradeControl,
): Promise<TradeDocument> {
  const { clock, onNote = () => {}, signal } = control;
  const { account: { cashUsd: initialCashUsd }, session } = settings;
  const mode = control.venue?.mode ?? "paper";
  await using resources = new AsyncDisposableStack();
  const fileControls = resources.use(new FileControls(join(files.folder, "control"), clock));
  const limits = await accountLimits(systems, settings, journal, clock);
  // A long journal takes seconds, in which an open line would seem to have fallen silent.
  const journalCheck = journal.check();
  const since = resumeAfter(journal);
  // A venue has one feed, of one instrument.
  const [{ feed: asked }] = markets as [FedMarket];
  const contract = asked.contract === undefined ? null : await resumedContract(journal);
  const { feed, request, source, ...traded } = resources.use(
    await openUnlessStopped(
      openTradedFeeds(markets, systems, {
        ...{ settings, clock, journal, contract, frames: join(files.folder, "frames"), onNote },
        ...(signal === undefined ? {} : { signal }),
        ...(control.transport === undefined ? {} : { transport: control.transport }),
      }),
      signal,
    ),
  );
  const rolls = asked.contract !== undefined;
  const marketOf = (index: number): FedMarket =>
    markets.find(({ slots }) => slots.includes(index))!;
  const prepare = (slot: SessionSlot, index: number): SessionSlot => {
    const leaving = leavingTime(marketOf(index).feed.data.symbol, slot.from, slot.instrument);
    return {
      ...underRisk(slot, settings.risk),
      ...(leaving === null ? {} : { leaving }),
      ...(rolls ? { rolls } : {}),
    };
  };
  const prepared = traded.slots.map(prepare);
  // An account at a venue has one position of an instrument, whoever trades it.
  const slots = mode === "paper" ? withOwnBooks(prepared) : prepared;
  const watching = {
    ...{ models, systems, clock, prepare },
    markets: slots.map((_, index) => marketOf(index)),
  };
  const deployments = resources.use(
    new WatchedDeployments({
      ...{ ...watching, references: settings.systems, settings },
    }),
  );
  const shadows = resources.use(
    new WatchedDeployments({
      ...{ ...watching, isOptional: true },
      references: systems.map(({ name }) => `${name}@${SHADOW_ALIAS}`),
      settings: { ...settings, exploration: null },
    }),
  );
  const { broker, controls: ofVenue } = resources.use(
    await openUnlessStopped(
      openBroker({
        ...{ session, contract: asked.contract ?? asked.data.symbol, rolls, initialCashUsd },
        ...{ slots, folder: files.folder },
      }, control),
      signal,
    ),
  );
  const controls = mergeControls([signals, fileControls, ...ofVenue]);
  const { hosts, isLive } = asked.kind;
  const isOfVenue = asked.kind === control.venue?.bars;
  const checked = { source, isLive, hasVenue: hosts.length > 0 || isOfVenue };
  const patienceMs = isOfVenue ? VENUE_PATIENCE_MS : FEED_PATIENCE_MS;
  const begins = await goesOnWith({ slots, systems }, {
    ...{ journal, deployments },
    load: async (reference) => (await loadSystems(models, [reference], clock, null))[0]!,
  });
  // Lines are opened in the wall's time, also where bars come faster.
  await awaitFeed(checked, clock, patienceMs * (control.speed ?? 1), signal);
  signal?.throwIfAborted();
  const checklist = startupChecklist({
    ...{ mode, feed: checked, slots: begins.slots, codeSha256: codeSha256() },
    ...{ journal: journalCheck, isRestart: since !== null },
    systems: checkedSystems(begins.systems),
    books: await abortable(broker.snapshot(), signal),
    begins: isLive ? clock.now() : Math.min(...slots.map(({ from }) => from)),
  });
  for (const { found, name, remedy, verdict } of checklist) {
    if (verdict === "warned") onNote(`warning: ${name}: ${found} (${remedy})`);
  }
  requireGreen(checklist);
  const instruments = slots.map(({ instrument }) => instrument);
  control.onStart?.({ source, checklist, instruments });
  let orders = 0;
  const outcome = await runSession({
    ...{ name: session, mode, initialCashUsd, slots, feed, broker, clock, controls },
    ...{ checklist, limits, deployments, shadows, cutOffMs: settings.cutOffMs },
    journal: observeJournal(countOrders(journal, () => orders++), (entry) => {
      watch.take(entry);
      control.onEntry?.(entry);
    }),
    program: { codeSha256: codeSha256(), inference: "wasm", versions: versions() },
    settings: { ...settings, feed: request } as unknown as JsonValue,
    ...(control.onMoment === undefined ? {} : { onMoment: control.onMoment }),
  }, signal);
  const { fills, orders: _numbers, session: name, ...state } = outcome;
  return {
    session: { name, mode, feed: feed.name },
    ...{ orders, state },
    // The row of a bar tells nothing where older ones have gone.
    fills: fills.map(({ bar: _row, ...fill }) => fill),
    journal: files.folder,
  };
}

/** Whose journal it is: another account's is never written. */
function accountOf(session: string, venue: TradedVenue | undefined): JournalAccount {
  return venue === undefined || venue.mode === "paper"
    ? { name: session, broker: "paper", number: session, mode: "paper" }
    : { name: session, broker: venue.name, number: venue.account, mode: venue.mode };
}

/** Opens the broker of a session: on paper beside it, or at its venue. */
async function openBroker(
  { contract, folder, initialCashUsd, rolls, session, slots }: {
    readonly slots: readonly SessionSlot[];
    readonly folder: string;
    readonly initialCashUsd: number;
    readonly session: string;
    readonly contract: string;
    readonly rolls: boolean;
  },
  { clock, paper, venue }: TradeControl,
): Promise<AsyncDisposable & { readonly broker: BarBroker; readonly controls: Controls[] }> {
  if (venue !== undefined && venue.mode !== "paper") {
    const [{ costs: { feePerSideMicros }, instrument }] = slots as [SessionSlot];
    const opened = await venue.broker(
      { session, instrument, contract, rolls, feePerSideMicros },
      folder,
    );
    return {
      ...{ broker: opened.broker, controls: [opened.controls] },
      [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
    };
  }
  if (paper === null) throw new InputError("Cannot trade on paper as no paper broker runs");
  const broker = await connectPaperBroker({
    ...{ account: session, session, books: "carried", initialCashUsd, clock },
    markets: Object.fromEntries(slots.map((slot) => [bookOf(slot), slot])),
    addresses: paper,
  });
  return { broker, controls: [], [Symbol.asyncDispose]: () => broker.end() };
}
