import { join } from "node:path";
import type { JsonValue, TimerClock } from "../lib/core/mod.ts";
import { codeSha256, versions } from "../lib/core/program.ts";
import { connectPaperBroker, type PaperAddresses } from "../lib/execution/paper.ts";
import { journalFiles, openJournal } from "../lib/journal/mod.ts";
import {
  FileControls,
  mergeControls,
  requireGreen,
  runSession,
  type SessionOutcome,
  type SessionView,
  SignalControls,
} from "../lib/live/mod.ts";
import type { LoadedSystem } from "../lib/system/mod.ts";
import type { ChecklistLine, Transport } from "../lib/trading/mod.ts";
import { accountLimits, type RiskSettings, underRisk } from "./trade/account_risk.ts";
import { openTradedFeed, resumeAfter, type TradedFeed } from "./trade/traded_feed.ts";
import { WatchedDeployments } from "./trade/watched_deployments.ts";
import { loadSystems, type TradedAccount, tradedMarket } from "./trade/traded_systems.ts";

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
  /** Told what a person should know at once, in one line. */
  readonly onNote?: (line: string) => void;
  /** Where the paper broker is that was started beside the session. */
  readonly paper: PaperAddresses;
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
  asked: TradedFeed,
  settings: TradeSettings,
  folders: TradeFolders,
  control: TradeControl,
): Promise<TradeDocument> {
  await using resources = new AsyncDisposableStack();
  const signals = resources.use(new SignalControls());
  const systems = await loadSystems(folders.models, settings.systems, control.clock);
  const market = tradedMarket(asked, systems);
  const { clock } = control;
  const files = journalFiles(folders.sessions, settings.session);
  const journal = resources.use(openJournal({
    sessions: folders.sessions,
    account: {
      ...{ name: settings.session, broker: "paper", number: settings.session, mode: "paper" },
    },
    owner: `session ${settings.session}`,
    clock,
  }));
  const fileControls = resources.use(new FileControls(join(files.folder, "control"), clock));
  const controls = mergeControls([signals, fileControls]);
  const limits = await accountLimits(systems, settings, journal, clock);
  const checklist = checkList(systems);
  requireGreen(checklist);
  const traded = resources.use(
    await openTradedFeed(asked, systems, market, {
      ...{ settings, clock, since: resumeAfter(journal), frames: join(files.folder, "frames") },
      ...(control.onNote === undefined ? {} : { onNote: control.onNote }),
      ...(control.signal === undefined ? {} : { signal: control.signal }),
      ...(control.transport === undefined ? {} : { transport: control.transport }),
    }),
  );
  const { feed } = traded, slots = traded.slots.map((slot) => underRisk(slot, settings.risk));
  const deployments = resources.use(
    new WatchedDeployments({
      ...{ models: folders.models, references: settings.systems },
      ...{ systems, market, settings, clock },
    }),
  );
  const { session } = settings, { cashUsd: initialCashUsd } = settings.account;
  const broker = await connectPaperBroker({
    ...{ account: session, session, books: "carried", initialCashUsd, clock },
    markets: { [market.instrument.symbol]: { ...market, costs: slots[0]!.costs } },
    addresses: control.paper,
  });
  resources.defer(() => broker.end());
  const outcome = await runSession({
    name: session,
    mode: "paper",
    ...{ initialCashUsd, slots, limits, deployments },
    ...{ feed, broker, journal, clock, controls, checklist },
    program: { codeSha256: codeSha256(), inference: "wasm", versions: versions() },
    settings: { ...settings, feed: traded.request } as unknown as JsonValue,
    cutOffMs: settings.cutOffMs,
    ...(control.onMoment === undefined ? {} : { onMoment: control.onMoment }),
  }, control.signal);
  const { fills, orders, session: name, ...state } = outcome;
  return {
    session: { name, mode: "paper", feed: feed.name },
    ...{ orders, fills, state },
    journal: files.folder,
  };
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
  return [...hashes, ...code_];
}
