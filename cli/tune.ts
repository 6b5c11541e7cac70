import { type Command, InvalidArgumentError, Option } from "commander";
import { type Grid, InputError, RefusedError } from "../lib/core/mod.ts";
import { TUNING_STORAGE } from "../lib/core/program.ts";
import { EXAMINE, tune, type TuneSettings } from "../tasks/tune.ts";
import { PRUNERS, SAMPLERS } from "../lib/tuning/mod.ts";
import { TARGET_NAMES, targetSummary } from "../lib/evaluation/mod.ts";
import {
  addDataOptions,
  addMarketOptions,
  baseCommand,
  type DataFlags,
  dataRequest,
  duration,
  integer,
  type MarketFlags,
  marketRequest,
  number,
  readJson,
  reportsOption,
  sameData,
  seedOption,
  userPath,
} from "./options.ts";
import { runCommand } from "./run.ts";
import { tuneSummary } from "./tune_summary.ts";

interface TuneFlags extends DataFlags, MarketFlags {
  readonly json?: true;
  readonly target: TuneSettings["target"];
  readonly recipe?: string;
  readonly study?: string;
  readonly storage: string;
  readonly trials?: number;
  readonly timeout?: number;
  readonly sampler: TuneSettings["sampler"];
  readonly grid?: string;
  readonly pruner: TuneSettings["pruner"];
  readonly holdout: number;
  readonly folds: number;
  readonly examine: TuneSettings["examine"];
  readonly workers: number;
  readonly threads?: number;
  readonly reports: string;
  readonly report: boolean;
  readonly seed: number;
}

/** Trials of a call that sets no other end. */
const DEFAULT_TRIALS = 50;

/** `deno task tune`. */
export function command(): Command {
  const base = baseCommand(
    "tune",
    "Search for better settings, and say with what confidence they are better.",
  )
    .addOption(
      new Option("--target <what>", `what to tune: ${targetList()}`)
        .choices(TARGET_NAMES).makeOptionMandatory(),
    )
    .requiredOption("--data <file>", "CSV or Parquet file of bars", userPath)
    .option(
      "--symbol <symbol>",
      "instrument, for example MES, 6E or SPY (default: from the file's name)",
    )
    .option("--recipe <file>", "JSON file of settings to start from (default: those of train)");
  return addStudyOptions(addMarketOptions(addDataOptions(base)))
    .option("--holdout <share>", "newest share of the bars never searched", number(0, 0.9), 1 / 3)
    .option("--folds <n>", "purged walk-forward folds", integer(1), 5)
    .addOption(
      new Option("--examine <when>", "compare the winner with the defaults at the end")
        .choices(EXAMINE).default("last", "last, when no other worker still runs"),
    )
    .option("--workers <n>", "trials at a time, each in a thread of its own", integer(1), 1)
    .option("--threads <n>", "threads of each fit (default: the cores shared out)", integer(1))
    .addOption(reportsOption())
    .option("--no-report", "write no page")
    .addOption(seedOption())
    .action((options: TuneFlags) =>
      runCommand(options, async (context) => {
        requireNetwork(options.storage);
        const document = await tune(
          dataRequest(options),
          tuneSettings(options),
          options.reports,
          { clock: context, signal: context.signal, onProgress: context.progress },
        );
        context.result(document, () => tuneSummary(document, sameData(options)));
      })
    );
}

function addStudyOptions(command: Command): Command {
  return command
    .option("--study <name>", "name of the study (default: <symbol>-<target>)", studyName)
    .addOption(
      new Option("--storage <place>", "SQLite file, or postgresql://user@host/database")
        .argParser(storagePlace).default(TUNING_STORAGE, "models/tuning.db"),
    )
    .option("--trials <n>", `most trials of this run (default: ${DEFAULT_TRIALS})`, integer(0))
    .option("--timeout <duration>", "begin no trial after so long, for example 2h", duration)
    .addOption(new Option("--sampler <kind>", "proposes").choices(namesOf(SAMPLERS)).default("tpe"))
    .option("--grid <file>", "JSON file of values for --sampler grid (default: the target's)")
    .addOption(
      new Option("--pruner <kind>", "gives up early").choices(namesOf(PRUNERS)).default("median"),
    );
}

function targetList(): string {
  return TARGET_NAMES.map((name) => `${name} (${targetSummary(name)})`).join("; ");
}

function tuneSettings(options: TuneFlags): TuneSettings {
  const { target, sampler, pruner, holdout, folds, examine, seed, report, workers } = options;
  if (options.grid !== undefined && sampler !== "grid") {
    throw new InputError("Cannot use a grid with another sampler", {
      where: "--grid",
      remedy: "add --sampler grid",
    });
  }
  const isEndless = options.timeout === undefined && sampler !== "grid";
  const trials = options.trials ?? (isEndless ? DEFAULT_TRIALS : undefined);
  const cores = navigator.hardwareConcurrency;
  return {
    ...{ target, sampler, pruner, holdout, folds, examine, seed, report },
    storage: options.storage,
    market: marketRequest(options),
    workers,
    threads: options.threads ?? Math.max(1, Math.floor(cores / workers)),
    ...(options.study === undefined ? {} : { study: options.study }),
    ...(options.recipe === undefined ? {} : { recipe: readJson(userPath(options.recipe)) }),
    ...(options.grid === undefined ? {} : { grid: gridFile(userPath(options.grid)) }),
    ...(trials === undefined ? {} : { trials }),
    ...(options.timeout === undefined ? {} : { timeoutSeconds: options.timeout / 1000 }),
  };
}

/**
 * Without this the first denied variable of the driver would be named, which helps nobody.
 *
 * @throws {RefusedError} when this process may not reach the server
 */
function requireNetwork(storage: string): void {
  if (!/^postgres/.test(storage) || !URL.canParse(storage)) return;
  const host = new URL(storage).hostname || serverOfEnvironment();
  if (Deno.permissions.querySync({ name: "net", host }).state === "granted") return;
  throw new RefusedError(
    `Cannot reach ${host} as this task may not ` +
      `(PGHOST=${host} deno task tune:postgres … may reach that host and no other)`,
  );
}

/** What libpq takes where a URL names no host. */
function serverOfEnvironment(): string {
  const { state } = Deno.permissions.querySync({ name: "env", variable: "PGHOST" });
  return (state === "granted" ? Deno.env.get("PGHOST") : undefined) ?? "localhost";
}

/** A place with a scheme is a URL; anything else is a path, relative to where the user stands. */
function storagePlace(text: string): string {
  if (/:memory:|^sqlite:\/\/\/?$/.test(text)) {
    throw new InvalidArgumentError(
      "It must outlive the command, as every trial counts: name a file.",
    );
  }
  const path = /^sqlite(?:\+\w+)?:\/\/\/(.+)$/.exec(text)?.[1];
  if (path !== undefined) return userPath(path);
  return text.includes("://") ? text : userPath(text);
}

function studyName(text: string): string {
  if (!/^\w[\w.-]{0,99}$/.test(text)) {
    throw new InvalidArgumentError(
      "It must be up to 100 letters, digits, dots, hyphens or underscores, no dot first.",
    );
  }
  return text;
}

function gridFile(path: string): Grid {
  const json = readJson(path);
  const isGrid = json !== null && typeof json === "object" && !Array.isArray(json) &&
    Object.values(json).every((values) => Array.isArray(values) && values.length > 0);
  if (isGrid) return json as Grid;
  throw new InputError("Cannot read the grid: it must be lists of values by parameter", {
    where: path,
    remedy: 'write it like {"leafShare": [0.01, 0.02]}',
  });
}

function namesOf(kinds: readonly { readonly name: string }[]): string[] {
  return kinds.map(({ name }) => name);
}
