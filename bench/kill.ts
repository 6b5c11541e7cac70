/**
 * Ends a scripted paper session, and its paper broker in turn, by SIGKILL at every write to a file
 * or a database that either makes, the last one done by half. Both are processes of their own, tied
 * together as the task `trade` ties them; what was killed is started again and the session goes on to
 * its end. Every time journal, engine and broker must have the same books, each execution once, and
 * no order may have been written before a checklist without a refusal.
 *
 * Run: `deno task bench kill [--json] [--every N]`
 */
import { fileURLToPath } from "node:url";
import { hardware, versions } from "../lib/core/program.ts";
import { openJournalReader, rebuildBooks } from "../lib/journal/mod.ts";
import type { BrokerSnapshot } from "../lib/trading/broker.ts";
import type { SessionOutcome } from "../lib/live/session_options.ts";

const VICTIMS = ["session", "paper"] as const;
type Victim = typeof VICTIMS[number];

const pathOf = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const SCRIPTS: Readonly<Record<Victim, string>> = {
  session: pathOf("kill_session.ts"),
  paper: pathOf("paper_process.ts"),
};
const KILLER = pathOf("../tests/fixtures/kill_at_write.ts");
const AT_ONCE = 2;
const wanted = Deno.args.indexOf("--every");
const EVERY = wanted < 0 ? 1 : Number(Deno.args[wanted + 1]);

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

const begun = performance.now();
const results: Record<string, { kills: number; faults: string[] }> = {};
for (const victim of VICTIMS) {
  const result = results[victim] = { kills: 0, faults: [] as string[] };
  let next = 0, isOver = false;
  await Promise.all(Array.from({ length: AT_ONCE }, async () => {
    while (!isOver) {
      const killAt = next;
      next += EVERY;
      const folder = Deno.makeTempDirSync({ prefix: "kill-bench-" });
      try {
        const ended = await runWithKill(folder, victim, killAt);
        if (ended === null) {
          isOver = true;
          return;
        }
        result.kills++;
        const name = `${victim}-${killAt}`;
        result.faults.push(
          ...(await faultsOf(folder, name, ended)).map((fault) => `${name}: ${fault}`),
        );
      } catch (error) {
        result.faults.push(`${victim}-${killAt}: ${(error as Error).message}`);
      } finally {
        Deno.removeSync(folder, { recursive: true });
      }
      if (!Deno.args.includes("--json")) console.error(`${victim} ${killAt}`);
    }
  }));
}
console.log(JSON.stringify(
  {
    benchmark: "kill",
    date: new Date().toISOString(),
    ...{ hardware: hardware(), versions: versions(), every: EVERY },
    seconds: Math.round((performance.now() - begun) / 1_000),
    ...results,
  },
  null,
  2,
));
if (Object.values(results).some(({ faults }) => faults.length > 0)) Deno.exit(1);
