import { fileURLToPath } from "node:url";
import { openJournalReader, rebuildBooks } from "../lib/journal/mod.ts";
import type { BrokerSnapshot } from "../lib/trading/broker.ts";
import type { SessionOutcome } from "../lib/live/session_options.ts";
import { atEveryWrite, type KilledAtWrites, type KilledWrites } from "./every_write.ts";

type Victim = "session" | "paper";

const pathOf = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const SCRIPTS: Readonly<Record<Victim, string>> = {
  session: pathOf("kill_paper_session.ts"),
  paper: pathOf("paper_process.ts"),
};
const KILLER = pathOf("../tests/fixtures/kill_at_write.ts");

interface Ended {
  readonly outcome: Omit<SessionOutcome, "fills">;
  readonly books: BrokerSnapshot;
}

function start(victim: Victim, args: readonly string[], killAt: number | null): Deno.ChildProcess {
  return new Deno.Command("sh", {
    args: [
      ...["-c", 'exec "$@"', "sh", Deno.execPath(), "run", "-q", "--no-prompt", "--cached-only"],
      ...["--frozen", "--no-check", "-A", ...(killAt === null ? [] : [`--preload=${KILLER}`])],
      ...[SCRIPTS[victim], ...args],
    ],
    env: killAt === null ? {} : { KILL_AT_WRITE: String(killAt) },
    stdin: victim === "session" ? "piped" : "null",
    stdout: "piped",
    stderr: victim === "session" ? "piped" : "inherit",
  }).spawn();
}

/** Hands what a broker writes to its session, which may have ended. */
async function tie(paper: Deno.ChildProcess, session: Deno.ChildProcess): Promise<void> {
  await paper.stdout.pipeTo(session.stdin, { preventClose: true }).catch(() => {});
}

/** A session and its broker, tied together. */
function startPair(args: Readonly<Record<Victim, readonly string[]>>, victim?: Victim, at = 0) {
  const one = (which: Victim) => start(which, args[which], which === victim ? at : null);
  const pair = { paper: one("paper"), session: one("session") };
  return { ...pair, said: pair.session.output(), tied: tie(pair.paper, pair.session) };
}

/** Runs a session to its end with one kill on the way; null when it ends before so many writes. */
async function runWithKill(folder: string, victim: Victim, killAt: number): Promise<Ended | null> {
  const args = { paper: [folder], session: [folder, `${victim}-${killAt}`] };
  const first = startPair(args, victim, killAt);
  const { signal } = await first[victim].status;
  if (signal !== "SIGKILL") {
    endedOf(await first.said);
    await first.paper.status;
    return null;
  }
  await first.tied;
  if (victim === "paper") {
    const paper = start("paper", args.paper, null);
    const tied = tie(paper, first.session);
    const ended = endedOf(await first.said);
    await Promise.all([tied, paper.status]);
    return ended;
  }
  // A task's pipe breaks with its session, and the broker ends.
  await Promise.all([first.said, first.paper.status]);
  const second = startPair(args);
  const ended = endedOf(await second.said);
  await Promise.all([second.tied, second.paper.status]);
  return ended;
}

function endedOf({ stderr, stdout }: Deno.CommandOutput): Ended {
  const [said, fault] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  if (said === "") throw new Error(`the session said nothing: ${fault}`);
  return JSON.parse(said!);
}

/** What is not as it has to be. */
async function faultsOf(
  folder: string,
  name: string,
  { books, outcome }: Ended,
): Promise<string[]> {
  using journal = openJournalReader(folder, name);
  const rebuilt = await rebuildBooks(journal.entries());
  const [slot] = outcome.slots, [account] = rebuilt.slots;
  const lots = books.positions[0]?.lots ?? 0;
  const ids = books.fills.map(({ executionId }) => executionId);
  const faults: string[] = [];
  const same = (what: string, ...values: readonly unknown[]): void => {
    const [first, ...others] = values.map((value) => JSON.stringify(value));
    if (others.some((other) => other !== first)) faults.push(`${what}: ${[first, ...others]}`);
  };
  same("reason", outcome.reason, "feed ended");
  same("journal", journal.check().fault, null);
  same("lots of engine, journal, broker", slot!.positionLots, account!.positionLots, lots);
  same("cash of engine and journal", outcome.cashMicros, rebuilt.cashMicros);
  same("equity of engine and journal", outcome.equityMicros, rebuilt.equityMicros);
  same("each execution once", new Set(ids).size, ids.length, rebuilt.executionIds.length);
  same("the same executions", ids.toSorted(), rebuilt.executionIds.toSorted());
  same("open orders", slot!.openOrders, books.orders.length);
  let isGreen = false;
  for await (const entry of journal.entries()) {
    if (entry.kind === "session-started") isGreen = false;
    if (entry.kind === "checklist") {
      isGreen = entry.lines.every(({ verdict }) => verdict !== "refused");
    }
    if (entry.kind === "submit" && !isGreen) faults.push("an order before a green checklist");
  }
  return faults;
}

/**
 * Kills a paper session, and its paper broker in turn, at every write. Both are processes of their
 * own, tied together as the task `trade` ties them.
 */
export async function killPaper(
  writes: KilledWrites,
): Promise<Readonly<Record<Victim, KilledAtWrites>>> {
  const kill = (victim: Victim): Promise<KilledAtWrites> =>
    atEveryWrite(victim, writes, async (killAt) => {
      const folder = Deno.makeTempDirSync({ prefix: "kill-bench-" });
      try {
        const ended = await runWithKill(folder, victim, killAt);
        return ended === null ? null : await faultsOf(folder, `${victim}-${killAt}`, ended);
      } finally {
        Deno.removeSync(folder, { recursive: true });
      }
    });
  return { session: await kill("session"), paper: await kill("paper") };
}
