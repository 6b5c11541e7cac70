/**
 * A week on paper that nobody attends: a session trades each day of a simulated market, a night follows
 * each day, and both are killed twice at random and started again (docs/decisions/0137). Bars come at
 * top speed.
 *
 * Run: `deno task bench paper-week [--seed=1] [--days=5] [--kills=2]`.
 */
import { join } from "node:path";
import { createRandom } from "../lib/core/random.ts";
import { hardware, versions } from "../lib/core/program.ts";
import { writeBars } from "../lib/data/mod.ts";
import { openJournalReader, sessionDays } from "../lib/journal/mod.ts";
import { createCalendar, findInstrument, sessionMarks, sliceBars } from "../lib/market/mod.ts";
import { parseNight } from "../lib/records/mod.ts";
import { openRegistry } from "../lib/registry/mod.ts";
import { simulateBars } from "../lib/simulator/mod.ts";
import { filesBelow, PROJECT } from "../tests/fixtures/run_command.ts";
import { startTrade } from "../tests/fixtures/run_trade.ts";
import { beginCampaign, type NightCampaign } from "./night_campaign.ts";
import { countFlag } from "./flags.ts";

const SHELL = ["sh", "-c", 'exec "$0" "$@"', Deno.execPath()];
const SYSTEM = "week", SESSION = "paper", MOST_STARTS = 12;
const FIRST_BARS = 5_000;

const seed = countFlag("seed", 1), days = countFlag("days", 5), kills = countFlag("kills", 2, 0);
const random = createRandom(seed);
const folder = await Deno.makeTempDir();
const models = join(folder, "models"), sessions = join(folder, "sessions");
const data = join(folder, "bars.csv");

/** Ends of so many trade days behind the bars of the first training, as numbers of rows. */
function dayEnds(isLast: Uint8Array): number[] {
  const ends: number[] = [];
  for (let row = FIRST_BARS; row < isLast.length && ends.length < days; row++) {
    if (isLast[row] === 1) ends.push(row + 1);
  }
  return ends;
}

/** Runs something until it ends by itself, killed so often before at a random moment of its life. */
async function unattended(
  start: () => { readonly process: Deno.ChildProcess; readonly end: Promise<number> },
  usualMs: number,
) {
  const codes: number[] = [];
  let killed = 0, longest = 0;
  while (codes.length < MOST_STARTS) {
    const began = performance.now();
    const { end, process } = start();
    let isOver = false;
    end.then(() => isOver = true);
    let timer: ReturnType<typeof setTimeout> | undefined;
    if (killed < kills) {
      timer = setTimeout(() => {
        if (isOver) return;
        killed++;
        process.kill("SIGKILL");
      }, (0.15 + 0.8 * random.uniform()) * usualMs);
    }
    const code = await end;
    clearTimeout(timer);
    codes.push(code);
    longest = Math.max(longest, performance.now() - began);
    if (code === 0) return { codes, killed, longest };
    if (code !== 137 && code !== 75) throw new Error(`it ended with ${code}`);
  }
  throw new Error(`it did not end in ${MOST_STARTS} starts: ${codes}`);
}

function night() {
  const flags = [
    ...["--system", SYSTEM, "--data", data, "--symbol", "MES", "--trials", "3", "--tail", "0.4"],
    ...["--bars", "300", "--ends", "1", "--session", SESSION, "--sessions", sessions],
    ...["--models", models, "--reports", join(folder, "reports"), "--json"],
    ...["--outbox", join(folder, "outbox"), "--storage", join(models, "tuning.db")],
  ];
  const process = new Deno.Command(SHELL[0]!, {
    args: [
      ...[...SHELL.slice(1), "run", "-q", "--no-prompt", "--no-check", "--cached-only"],
      ...["-P=nightly", `--allow-write=${folder}`, join(PROJECT, "cli/main.ts"), "nightly"],
      ...flags,
    ],
    ...{ cwd: PROJECT, env: { INIT_CWD: PROJECT, NO_COLOR: "1" } },
    ...{ stdin: "null", stdout: "null", stderr: "inherit" },
  }).spawn();
  return { process, end: process.status.then(({ code }) => code) };
}

function session(from: string) {
  const { end, session: process } = startTrade(
    [
      ...["--feed", `replay:${data}`, "--symbol", "MES", "--system", SYSTEM, "--session", SESSION],
      ...["--models", models, "--from", from],
    ],
    sessions,
    SHELL,
  );
  const ended = end.then(({ code, stderr }) => {
    if (code !== 0 && code !== 137) console.error(stderr);
    return code;
  });
  return { process, end: ended };
}

/** What the journal, the nights and the registry say of the week. */
async function outcome() {
  using reader = openJournalReader(sessions, SESSION);
  const counts = { bars: 0, fills: 0, restarts: 0, missed: 0, unexplained: 0, noForecast: 0 };
  for await (const entry of reader.entries()) {
    if (entry.kind === "bar") counts.bars++;
    if (entry.kind === "filled") counts.fills++;
    if (entry.kind === "no-forecast") counts.noForecast++;
    if (entry.kind === "session-started" && entry.isRestart) counts.restarts++;
    if (entry.kind !== "reconciled") continue;
    counts.missed += entry.missed;
    counts.unexplained += Object.keys(entry.unexplainedLots).length;
  }
  using registry = openRegistry({ folder: models, clock: { now: () => 0 }, readOnly: true });
  const documents = filesBelow(join(models, "nights")).filter((path) => path.endsWith(".json"))
    .map((path) => parseNight(Deno.readTextFileSync(path), path))
    .toSorted((a, b) => a.number - b.number);
  const moves = documents.flatMap((document) => document.moves);
  return {
    ...{ journal: reader.check(), counts },
    days: (await sessionDays(reader.entries())).map(({ bars, day, fills, profitMicros }) => (
      { day, bars, fills, profitUsd: profitMicros / 1e6 }
    )),
    nights: documents.map(({ champion, drift, headline, number, session: heard }) => ({
      ...{ number, champion: champion.version, headline, session: heard },
      alarms: drift.filter(({ alarm }) => alarm).length,
    })),
    left: filesBelow(join(models, "nights")).filter((path) => /\.(failed|part)$/.test(path)).length,
    // The first move names what served before any night.
    movesOnce: registry.history(SYSTEM, "champion").length === 1 + moves.length,
    systemVersions: registry.listSystems(SYSTEM).length,
  };
}

const instrument = findInstrument("MES"), calendar = createCalendar(instrument);
const bars = simulateBars({
  world: { kind: "regime", drift: 0.3, stay: 0.98 },
  ...{ instrument, bars: FIRST_BARS + 100 * (days + 2), intervalMs: 900_000, seed },
  ...{ start: Date.UTC(2024, 0, 7), startPrice: 5_000, volatilityTicks: 8 },
});
try {
  const features = join(folder, "features.json");
  await Deno.writeTextFile(
    features,
    JSON.stringify({ features: [{ feature: "return", periods: [1, 5, 20] }, { feature: "rsi" }] }),
  );
  const campaign: NightCampaign = {
    ...{ folder, system: SYSTEM, reading: ["--symbol", "MES"], nightly: [] },
    training: ["--model", "logistic", "--folds", "2", "--features", features, "--holdout", "0.4"],
    fitting: ["--lots", "1"],
  };
  await writeBars(sliceBars(bars, 0, FIRST_BARS), data);
  await beginCampaign(campaign, data);
  const from = new Date(bars.time[FIRST_BARS]!).toISOString();
  const runs = [];
  let sessionMs = 4_000, nightMs = 6_000;
  for (const end of dayEnds(sessionMarks(bars, calendar).isLast)) {
    await writeBars(sliceBars(bars, 0, end), data);
    const traded = await unattended(() => session(from), sessionMs);
    const slept = await unattended(night, nightMs);
    [sessionMs, nightMs] = [traded.longest, slept.longest];
    runs.push({
      day: new Date(bars.time[end - 1]!).toISOString().slice(0, 10),
      ...{ session: traded.codes, night: slept.codes },
    });
    console.error(`${runs.at(-1)!.day}: session ${traded.codes}, night ${slept.codes}`);
  }
  console.log(JSON.stringify(
    {
      bench: "paper-week",
      ...{ date: new Date().toISOString(), hardware: hardware(), versions: versions() },
      ...{ seed, kills, runs, ...await outcome() },
    },
    null,
    2,
  ));
} finally {
  await Deno.remove(folder, { recursive: true });
}
