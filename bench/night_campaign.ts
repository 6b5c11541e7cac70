/** Nights by command over files that grow: what `bench improve` and `bench improve-real` share. */
import { join } from "node:path";
import type { NightRecord } from "../lib/records/mod.ts";
import type { NightlyDocument } from "../tasks/nightly.ts";
import { PROJECT } from "../tests/fixtures/run_command.ts";

/** A system, its files and its nights, in a folder of its own. */
export interface NightCampaign {
  /** Folder of everything. */
  readonly folder: string;
  /** Name of the system. */
  readonly system: string;
  /** Flags that every command takes which reads bars. */
  readonly reading: readonly string[];
  /** Flags of `train`. */
  readonly training: readonly string[];
  /** Flags of `system fit`. */
  readonly fitting: readonly string[];
  /** Flags of `nightly`. */
  readonly nightly: readonly string[];
}

/** A night and how long its command took. */
export interface TimedNight {
  readonly night: NightRecord;
  readonly seconds: number;
}

function programOf(
  command: string,
  folder: string,
  flags: readonly string[],
  output: "null" | "piped" = "piped",
): Deno.Command {
  return new Deno.Command("sh", {
    args: [
      ...["-c", 'exec "$0" "$@"', Deno.execPath(), "run", "-q", "--no-prompt", "--no-check"],
      ...["--cached-only", `-P=${command}`, `--allow-write=${folder}`],
      ...[join(PROJECT, "cli/main.ts"), command, ...flags, "--json"],
    ],
    ...{ cwd: PROJECT, env: { INIT_CWD: PROJECT, NO_COLOR: "1" }, stdin: "null" },
    ...{ stdout: output, stderr: output },
  });
}

/** Runs a command of the command line under its own permission set; null for refused. */
export async function runProgram(
  command: string,
  folder: string,
  flags: readonly string[],
): Promise<unknown> {
  const { code, stderr, stdout } = await programOf(command, folder, flags).output();
  const said = new TextDecoder().decode(stderr);
  if (code === 3) return null;
  if (code !== 0) throw new Error(`${command} ended with ${code}: ${said}`);
  return JSON.parse(new TextDecoder().decode(stdout));
}

/** Trains and registers what serves first. */
export async function beginCampaign(campaign: NightCampaign, data: string): Promise<void> {
  const { fitting, folder, reading, system, training } = campaign;
  const store = ["--models", join(folder, "models")];
  const name = `${system}-part`;
  await runProgram("train", folder, [
    ...["--data", data, "--name", name, ...reading, ...training, ...store],
  ]);
  const fit = ["fit", "--model", name, "--data", data, "--name", system];
  await runProgram("system", folder, [...fit, ...reading, ...fitting, ...store]);
}

function nightFlags({ folder, nightly, reading, system }: NightCampaign, data: string): string[] {
  const places = {
    models: "models",
    reports: "reports",
    outbox: "outbox",
    storage: "models/tuning.db",
  };
  return [
    ...["--system", system, "--data", data, ...reading, ...nightly],
    ...Object.entries(places).flatMap(([flag, path]) => [`--${flag}`, join(folder, path)]),
  ];
}

/** A night in a process that may be killed. */
export function nightProcess(campaign: NightCampaign, data: string): Deno.ChildProcess {
  return programOf("nightly", campaign.folder, nightFlags(campaign, data), "null").spawn();
}

/** One night on the file as it stands; null where no bar was new. */
export async function runCampaignNight(
  campaign: NightCampaign,
  data: string,
): Promise<TimedNight | null> {
  const started = performance.now();
  const flags = nightFlags(campaign, data);
  const document = await runProgram("nightly", campaign.folder, flags) as NightlyDocument | null;
  const seconds = (performance.now() - started) / 1_000;
  return document === null ? null : { night: document.night, seconds };
}

/** What a reader of many nights wants to know of one. */
export function nightSummary({ night, seconds }: TimedNight) {
  const { champion, data, decisions, drift, headline, moves, number } = night;
  return {
    ...{ number, lastBar: data.lastBar, newRows: data.newRows, seconds: Math.round(seconds) },
    ...{ served: champion.version, size: champion.sizeFactor, moves, headline },
    alarms: drift.filter(({ alarm }) => alarm).map(({ detector, pValue, statistic, subject }) => ({
      ...{ detector, subject, statistic, pValue },
    })),
    looks: drift.length,
    decisions: decisions.map(({ attempt, conditions, outcome, question, statistics }) => ({
      ...{ question, outcome, attempt, statistics },
      missing: conditions.filter(({ holds }) => !holds).map(({ text }) => text),
    })),
  };
}

/** Runs jobs, so many at a time. */
export async function inParallel<Job, Result>(
  jobs: readonly Job[],
  most: number,
  run: (job: Job) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const queue = jobs.entries();
  await Promise.all(Array.from({ length: most }, async () => {
    for (const [index, job] of queue) results[index] = await run(job);
  }));
  return results;
}
