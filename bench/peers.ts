/**
 * Fills of our engine beside those of Python's backtesting.py, backtrader and NautilusTrader: the
 * same decisions on the same real bars, fill by fill, each disagreement with the rule of the peer
 * that reproduces it, and bars a second of both. The python3 of the PATH has to have the peers; one
 * that it lacks is named and left out, as is a file that the folder lacks.
 *
 * Run: `deno task bench peers --folder=<bars> [--json] [--rounds=5]`
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { type DataRequest, openData, type OpenedData } from "../lib/data/open_data.ts";
import { hardware } from "../lib/core/hardware.ts";
import {
  type Case,
  CASES,
  decimalsOf,
  type Episode,
  episodesOf,
  tickColumns,
} from "./peers_cases.ts";
import { compareRuns, type Comparison } from "./peers_compare.ts";
import { CASH_USD, COSTS, type PeerRun, runOurs } from "./peers_engine.ts";
import { askPeer, type PeerAnswer, PEERS } from "./peers_python.ts";
import { PEER_RULES } from "./peers_rules.ts";
import { countFlag, textFlag } from "./flags.ts";

const FILES: Readonly<Record<string, Omit<DataRequest, "path">>> = {
  "spy_daily.csv": { symbol: "SPY", load: { timeFormat: "auto", stamp: "open" } },
  "spy_hour_newyork.csv": {
    symbol: "SPY",
    load: { timeFormat: "auto", stamp: "open", timeZone: "America/New_York" },
  },
  "6eh4_1min_utc.csv": {
    symbol: "6E",
    load: { timeFormat: "auto", stamp: "close", timeZone: "UTC" },
  },
};

type PeerLine = Comparison & { readonly barsPerSecond: number; readonly timesFaster: number };

interface Problem {
  readonly opened: OpenedData;
  readonly ticks: ReturnType<typeof tickColumns>;
  readonly cases: Readonly<Record<Case, readonly Episode[]>>;
}

function openProblem(opened: OpenedData): Problem {
  const ticks = tickColumns(opened.bars);
  const cases = Object.fromEntries(CASES.map((name) => [name, episodesOf(name, ticks)]));
  return { opened, ticks, cases: cases as Problem["cases"] };
}

/** What the Python scripts read. */
function problemText({ opened: { bars }, ticks, cases }: Problem): string {
  const { pointValue, tickSize } = bars.instrument;
  const columns = (["open", "high", "low", "close"] as const)
    .map((name) => [name, [...ticks[name]]]);
  return JSON.stringify({
    tickSize,
    decimals: decimalsOf(tickSize),
    units: pointValue,
    cash: CASH_USD,
    fee: COSTS.feePerSideMicros / 1e6,
    ticks: Object.fromEntries(columns),
    cases,
  });
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}

/** The run itself with the median time of several, the first of which warms up. */
function timedOurs(name: Case, { cases, opened }: Problem, rounds: number): PeerRun {
  const run = () => runOurs(name, cases[name], opened, 0);
  run();
  const runs = Array.from({ length: rounds }, run);
  return { ...runs[0]!, seconds: median(runs.map(({ seconds }) => seconds)) };
}

function compareCase(name: Case, problem: Problem, answers: readonly PeerAnswer[], rounds: number) {
  const { opened: { bars }, ticks, cases } = problem;
  const ours = timedOurs(name, problem, rounds);
  const { pointValue, tickSize } = bars.instrument;
  const money = { tickUsd: pointValue * tickSize, feeUsd: COSTS.feePerSideMicros / 1e6 };
  const compare = (run: PeerRun) => compareRuns([ours, run], cases[name], ticks, money);
  const speed = (seconds: number) => Math.round(bars.length / seconds);
  const peers = answers.flatMap((answer) => {
    const run = answer.runs[name];
    if (run === undefined) return [];
    const fills = run.fills.map(([bar, side, priceTicks]) => ({ bar, side, priceTicks }));
    const compared = compare({ fills, equityUsd: run.equity, seconds: run.seconds });
    return [[answer.peer, {
      ...compared,
      barsPerSecond: speed(run.seconds),
      timesFaster: Math.round(run.seconds / ours.seconds),
    }]];
  });
  const byDefault = compare(runOurs(name, cases[name], problem.opened, 1));
  return {
    case: name,
    fills: ours.fills.length,
    equityUsd: ours.equityUsd,
    barsPerSecond: speed(ours.seconds),
    peers: Object.fromEntries(peers) as Record<string, PeerLine>,
    /** Our default, which wants a limit passed by a tick, beside the touch compared above. */
    ownDefault: {
      fills: byDefault.peerFills,
      agreeing: byDefault.agreeing,
      equityDifferenceUsd: byDefault.equityDifferenceUsd,
    },
  };
}

async function compareFile(file: string, folder: string, rounds: number) {
  const opened = await openData({ ...FILES[file]!, path: join(folder, file) });
  const problem = openProblem(opened);
  const path = await Deno.makeTempFile({ suffix: ".json" });
  try {
    await Deno.writeTextFile(path, problemText(problem));
    const answers: PeerAnswer[] = [];
    for (const peer of PEERS) {
      const answer = await askPeer(peer, path);
      if (answer !== null) answers.push(answer);
    }
    return {
      file,
      bars: opened.bars.length,
      peers: answers.map(({ peer, python, version }) => ({ peer, version, python })),
      cases: CASES.map((name) => compareCase(name, problem, answers, rounds)),
    };
  } finally {
    await Deno.remove(path);
  }
}

function printTable({ bars, cases, file }: Awaited<ReturnType<typeof compareFile>>): void {
  console.log(`\n${file}, ${bars} bars`);
  console.table(
    cases.flatMap(({ case: name, fills, peers }) =>
      Object.entries(peers).map(([peer, line]) => ({
        case: name,
        peer,
        fills,
        "peer's fills": line.peerFills,
        agreeing: line.agreeing,
        "episodes that differ": JSON.stringify(line.differingEpisodes),
        "equity, $": line.equityDifferenceUsd,
        "unaccounted, $": line.unaccountedUsd,
        "times faster": line.timesFaster,
      }))
    ),
  );
}

const folder = textFlag("folder", ".");
const results = [];
for (const file of Object.keys(FILES)) {
  if (existsSync(join(folder, file))) {
    results.push(await compareFile(file, folder, countFlag("rounds", 5)));
  } else console.error(`${file} left out: there is none in ${folder}`);
}

if (Deno.args.includes("--json")) {
  const document = {
    benchmark: "peers",
    date: new Date().toISOString().slice(0, 10),
    hardware: hardware(),
    versions: { deno: Deno.version.deno, v8: Deno.version.v8 },
    costs: COSTS,
    cashUsd: CASH_USD,
    rules: PEER_RULES,
    results,
  };
  console.log(JSON.stringify(document, null, 2));
} else results.filter(({ peers }) => peers.length > 0).forEach(printTable);
