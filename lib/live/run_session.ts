import { Engine } from "../engine/mod.ts";
import { type Belief, reconcile } from "../execution/mod.ts";
import { SessionRules } from "./session_rules.ts";
import type { BegunSession } from "./begun_session.ts";
import { HeardExecutions } from "./heard_executions.ts";
import { recover } from "./recover.ts";
import type { SessionBar } from "./session_feed.ts";
import type { SessionOptions, SessionOutcome } from "./session_options.ts";
import { bookOf } from "./slot_books.ts";
import { SlotRunner } from "./session_slot.ts";
import { strangerLots } from "./stranger_positions.ts";
import { initialMicros, journaledSlots } from "./saved_session.ts";
import { TradingSession } from "./trading_session.ts";

/**
 * Runs a session until its feed ends, somebody stops it, or it cannot go on. One whose journal knows
 * it already goes on where that ends, whether it was stopped or killed.
 *
 * @param signal stops it in order
 * @throws {InputError} when the journal is of other instruments, or the system decides otherwise
 * than it did, or the feed has less history than a system looks back on
 */
export async function runSession(
  options: SessionOptions,
  signal?: AbortSignal,
): Promise<SessionOutcome> {
  using resources = new DisposableStack();
  const known = options.journal.last("state");
  const begun = known === null ? await begin(options) : await recover(options, known);
  for (const runner of begun.runners) resources.defer(() => runner.decider.close());
  const session = new TradingSession(options, begun);
  const isRestart = known !== null;
  try {
    announce(session, options, { isRestart, runners: begun.runners });
    options.feed.onFact?.((fact) => session.hearFeed(fact));
    if (isRestart) await catchUp(session, options, begun);
    session.hearPeople();
    session.keepRules();
    const reason = await takeBars(session, options, signal);
    return await session.end(session.ending ?? reason, isRestart);
  } catch (error) {
    await session.fail(error);
    throw error;
  }
}

/** Takes moment after moment in, until one of those who may end it does. @returns who did */
async function takeBars(
  session: TradingSession,
  { feed }: SessionOptions,
  signal: AbortSignal | undefined,
): Promise<SessionOutcome["reason"]> {
  // Raced against one promise for all its life, a session would keep something of every bar.
  let wake = (): void => {};
  signal?.addEventListener("abort", () => (session.waitNoLonger(), wake()), { once: true });
  session.ended.then(() => wake());
  while (session.ending === null) {
    if (signal?.aborted) return "stopped";
    const group = await new Promise<readonly SessionBar[] | null>((resolve, reject) => {
      wake = () => resolve(null);
      feed.next().then(resolve, reject);
    });
    if (group === null) return signal?.aborted ? "stopped" : "feed ended";
    await session.onMoment(group);
  }
  return session.ending;
}

async function begin(options: SessionOptions): Promise<BegunSession> {
  const { initialCashUsd, slots } = options;
  const engine = new Engine({ initialCashUsd, slots });
  const runners: SlotRunner[] = [];
  for (const [index, slot] of slots.entries()) {
    runners.push(new SlotRunner(slot, engine.slot(index), await slot.start(null)));
  }
  const rules = new SessionRules(options, engine, runners);
  return { engine, runners, rules, heard: new HeardExecutions(), unsent: [] };
}

/** Writes down who trades what, with what, and what was looked at. */
function announce(
  session: TradingSession,
  options: SessionOptions,
  { isRestart, runners }: { readonly isRestart: boolean; readonly runners: readonly SlotRunner[] },
): void {
  const { checklist, mode, name, program, settings } = options;
  session.note({
    kind: "session-started",
    ...{ session: name, isRestart, mode, settings },
    slots: journaledSlots(options),
    books: isRestart ? "carried" : "new",
    cashMicros: initialMicros(options),
  });
  session.note({ kind: "program", ...program });
  session.note({ kind: "checklist", lines: checklist });
  for (const [slot, { options: { deployment } }] of runners.entries()) {
    session.note({ kind: "deployment", slot, deployment, state: isRestart ? "kept" : "begun" });
  }
}

/** What is believed of each book: where slots share one, the broker does not tell them apart. */
function beliefsOf(slots: SessionOptions["slots"], engine: Engine): readonly Belief[] {
  return [...new Set(slots.map(bookOf))].map((symbol) => {
    const views = slots.flatMap((options, slot) =>
      bookOf(options) === symbol ? [engine.slot(slot)] : []
    );
    return {
      symbol,
      // The broker's books hold those of everybody.
      positionLots: views.reduce(
        (sum, { positionLots, strangerLots }) => sum + positionLots + strangerLots,
        0,
      ),
      orders: views.flatMap(({ orders }) => orders.all()),
    };
  });
}

/** Brings a session that was made again in line with its broker's books, before it sends anything. */
async function catchUp(
  session: TradingSession,
  { broker, slots }: SessionOptions,
  { engine, heard, runners, unsent }: BegunSession,
): Promise<void> {
  for (const { kind, orderId, slot } of unsent) {
    if (kind !== "submit") continue;
    const reason = "never sent: the session had stopped";
    session.hear(slot, { kind: "rejected", orderId, reason });
  }
  const snapshot = await broker.snapshot();
  const missed = reconcile(beliefsOf(slots, engine), heard.ids, snapshot);
  for (const { report, symbol } of missed.reports) {
    const orderId = report.kind === "filled" ? report.fill.orderId : report.orderId;
    const knows = (slot: number): boolean =>
      engine.slot(slot).orders.all().some(({ id }) => id === orderId);
    const own = slots.flatMap((options, slot) => bookOf(options) === symbol ? [slot] : []);
    session.hear(own.find(knows) ?? own[0]!, report);
  }
  session.note({
    kind: "reconciled",
    missed: missed.reports.length,
    strangers: missed.strangers.length,
    unexplainedLots: missed.unexplainedLots,
    cashMicros: snapshot.cashMicros,
    strangerLots: strangerLots(runners),
  });
  const unexplained = Object.entries(missed.unexplainedLots);
  if (unexplained.length > 0) {
    const lots = unexplained.map(([symbol, lots]) => {
      const held = snapshot.positions.find((position) => position.symbol === symbol)?.lots ?? 0;
      return `the broker holds ${held} lots of ${symbol}, the journal explains ${held - lots}`;
    });
    session.tell({ kind: "halt", reason: lots.join("; ") });
    session.distrust(missed.unexplainedLots);
  }
}
