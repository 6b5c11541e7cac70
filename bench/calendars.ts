/**
 * Our calendars day by day beside those of exchange_calendars and pandas_market_calendars, 2008 to
 * 2027: opens, closes, pauses, holidays. Every day that differs is listed with what
 * docs/decisions/0084-calendars-beside-peers.md says about it; a difference that nobody has decided,
 * and a decided one that is gone, end the run with exit code 1.
 *
 * Run: `deno task bench calendars [--json]`, with a python3 in the PATH that has both packages.
 */
import { findCalendar } from "../lib/market/calendars/calendars.ts";
import { versions } from "../lib/core/versions.ts";
import {
  COMPARED,
  type Decisions,
  judge,
  PEER_CALENDARS,
  type PeerAnswer,
} from "../tests/fixtures/calendar_peers.ts";
import decisions from "../tests/fixtures/calendar_decisions.json" with { type: "json" };

const answer = await askPeers();
const { gone, groups } = judge(answer, decisions as unknown as Decisions, findCalendar);
const undecided = groups.filter(({ decision }) => decision === null);
const counts = Object.entries(answer.calendars).flatMap(([calendar, peers]) =>
  Object.keys(peers).map((peer) => {
    const own = groups.filter((group) => group.calendar === calendar && group.peer === peer);
    const byDecision: Record<string, number> = {};
    for (const { decision, group } of own) {
      byDecision[decision ?? "undecided"] = (byDecision[decision ?? "undecided"] ?? 0) + group[2];
    }
    return {
      calendar,
      peer,
      days: own.reduce((total, { group }) => total + group[2], 0),
      byDecision,
    };
  })
);

if (Deno.args.includes("--json")) {
  console.log(JSON.stringify({
    benchmark: "calendars",
    date: new Date().toISOString(),
    versions: { ...versions(), python: answer.python, ...answer.packages },
    compared: COMPARED,
    counts,
    groups: groups.map(({ runs, ...group }) => ({ ...group, dates: runs.join(" ") })),
    gone,
    calendars: answer.calendars,
  }));
} else {
  console.log(`${COMPARED.from} to ${COMPARED.until}, ${JSON.stringify(answer.packages)}`);
  for (const { byDecision, calendar, days, peer } of counts) {
    const parts = Object.entries(byDecision).map(([decision, count]) => `${count} ${decision}`);
    console.log(
      `${calendar}, ${peer}: ${days} days differ${days > 0 ? `: ${parts.join(", ")}` : ""}`,
    );
  }
}
for (const { calendar, group, peer, runs } of undecided) {
  console.error(`undecided: ${calendar}, ${peer}: ${JSON.stringify(group)}: ${firstOf(runs)}`);
}
for (const group of gone) console.error(`decided, but gone: ${group}`);
if (undecided.length + gone.length > 0) Deno.exit(1);

/** The first dates of a group; the JSON has them all. */
function firstOf(runs: readonly string[]): string {
  const shown = runs.slice(0, 8).join(" ");
  return runs.length > 8 ? `${shown} and ${runs.length - 8} more` : shown;
}

async function askPeers(): Promise<PeerAnswer> {
  const script = new URL("./calendars_peers.py", import.meta.url).pathname;
  const asked = Object.fromEntries(
    Object.entries(PEER_CALENDARS).map((
      [name, peers],
    ) => [name, { zone: findCalendar(name).timeZone, peers }]),
  );
  const child = new Deno.Command("python3", {
    args: ["-B", script, COMPARED.from, COMPARED.until],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(JSON.stringify(asked)));
  await writer.close();
  const { stderr, stdout, success } = await child.output();
  if (!success) {
    const error = new TextDecoder().decode(stderr).trim().split("\n").at(-1);
    console.error(
      `error: python3 could not say its days: ${error} ` +
        "(put a python3 with exchange_calendars and pandas_market_calendars into the PATH)",
    );
    Deno.exit(1);
  }
  return JSON.parse(new TextDecoder().decode(stdout)) as PeerAnswer;
}
