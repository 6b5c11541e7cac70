import type { Command } from "commander";
import { InputError, shellWord } from "../lib/core/mod.ts";
import { OUTBOX_FOLDER, SESSIONS_FOLDER, TUNING_STORAGE } from "../lib/core/program.ts";
import { requestedInstrument } from "../lib/data/mod.ts";
import { nightSchedule } from "../lib/improve/mod.ts";
import { nightly, type NightlyDocument, tellFailedNight } from "../tasks/nightly.ts";
import { repeatNights } from "../tasks/nightly/repeat_nights.ts";
import { endingOf, EXIT } from "./exit.ts";
import {
  addDataOptions,
  baseCommand,
  type DataFlags,
  dataRequest,
  duration,
  integer,
  marginUsd,
  modelName,
  modelsOption,
  number,
  reportsOption,
  seedOption,
  userPath,
} from "./options.ts";
import { paint } from "./paint.ts";
import { type CommandContext, runCommand } from "./run.ts";

interface NightlyFlags extends DataFlags {
  readonly json?: true;
  readonly system: string;
  readonly trials: number;
  readonly search: boolean;
  readonly timeout?: number;
  readonly holdout: number;
  readonly windows: number;
  readonly folds: number;
  readonly tail: number;
  readonly bars: number;
  readonly ends: number;
  readonly cash: number;
  readonly margin?: number;
  readonly workers: number;
  readonly models: string;
  readonly reports: string;
  readonly outbox: string;
  readonly storage: string;
  readonly seed: number;
  readonly schedule?: string;
  readonly scheduleZone?: string;
  readonly session?: string;
  readonly sessions: string;
}

/** `deno task nightly`. */
export function command(): Command {
  const base = baseCommand(
    "nightly",
    "Look for drift, fit a system again on newer bars, search for a better recipe, and let what wins serve.",
  )
    .requiredOption("--system <name>", "name of a registered trading system", modelName)
    .requiredOption(
      "--data <file>",
      "CSV or Parquet file of bars, newer than last night's",
      userPath,
    )
    .option(
      "--symbol <symbol>",
      "instrument, for example MES, 6E or SPY (default: from the file's name)",
    );
  return addDataOptions(base)
    .option("--trials <n>", "trials of the search for a better recipe", integer(1), 20)
    .option("--no-search", "search for no other recipe: newer weights only")
    .option("--timeout <duration>", "begin no trial after so long, for example 2h", duration)
    .option(
      "--holdout <share>",
      "newest share of the bars that no search sees: recipes are compared on it",
      number(0.1, 0.8),
      0.4,
    )
    .option("--windows <n>", "refits over it, of champion and challenger", integer(2), 4)
    .option("--folds <n>", "purged folds of the search", integer(1), 3)
    .option(
      "--tail <share>",
      "newest share of the bars that newer weights do not see: they are compared on it",
      number(0.02, 0.8),
      0.2,
    )
    .option("--bars <n>", "leak check: most bars replayed", integer(100), 3_000)
    .option("--ends <n>", "leak check: futures changed", integer(1), 8)
    .option("--cash <usd>", "account before the first bar, dollars", number(1, 1e12), 100_000)
    .option("--margin <usd>", "initial margin per lot (default: the instrument's)", marginUsd)
    .option("--workers <n>", "threads", integer(1), navigator.hardwareConcurrency)
    .option("--storage <file>", "SQLite file of studies and trials", userPath, TUNING_STORAGE)
    .option("--outbox <folder>", "folder of the alerts' outbox", userPath, OUTBOX_FOLDER)
    .option(
      "--session <name>",
      "session that trades the system: its fills, days and shadows count as evidence",
    )
    .option("--sessions <folder>", "folder of the sessions", userPath, SESSIONS_FOLDER)
    .option(
      "--schedule <cron>",
      "repeat the night at these times, holidays of the instrument left out, until stopped",
    )
    .option("--schedule-zone <zone>", "IANA zone of --schedule (default: the exchange's)")
    .addOption(modelsOption())
    .addOption(reportsOption())
    .addOption(seedOption())
    .addHelpText(
      "after",
      "\nExamples:\n" +
        "  deno task nightly --system MES-hedge --data mes.csv --symbol MES\n" +
        "  deno task nightly --system MES-hedge --data mes.csv --symbol MES --no-search --json\n" +
        '  deno task nightly … --schedule "0 18 * * 1-5" --schedule-zone America/Chicago',
    )
    .action((options: NightlyFlags) => runCommand(options, (context) => begin(options, context)));
}

async function begin(options: NightlyFlags, context: CommandContext): Promise<void> {
  if (options.schedule !== undefined) {
    return await nightAfterNight(options, options.schedule, context);
  }
  if (options.scheduleZone !== undefined) {
    throw new InputError("Cannot use a zone without a schedule", {
      where: "--schedule-zone",
      remedy: "give --schedule too",
    });
  }
  await oneNight(options, context);
}

async function oneNight(options: NightlyFlags, context: CommandContext): Promise<void> {
  const control = { clock: context, signal: context.signal, onProgress: context.progress };
  const request = dataRequest(options);
  const { session: account, sessions, ...rest } = options;
  const places = account === undefined ? rest : { ...rest, session: { sessions, account } };
  const document = await nightly(options.system, request, settingsOf(options), places, control);
  context.result(document, () => summary(document));
}

/** A night that fails is said and told; the next one is tried all the same. */
async function nightAfterNight(
  options: NightlyFlags,
  expression: string,
  context: CommandContext,
): Promise<void> {
  const instrument = requestedInstrument(dataRequest(options));
  const schedule = nightSchedule(expression, options.scheduleZone, instrument, context.now());
  const control = { clock: context, signal: context.signal, onWait: context.note };
  await repeatNights(schedule, control, async () => {
    try {
      await oneNight(options, context);
    } catch (error) {
      const { code, line } = endingOf(error, ["nightly"]);
      if (code === EXIT.interrupted) throw error;
      context.note(`error: ${line}`);
      if (code !== EXIT.refused) tellFailedNight(options.system, line ?? "", options, context);
    } finally {
      context.done();
    }
  });
}

function settingsOf(options: NightlyFlags) {
  const { cash, ends, bars, folds, holdout, margin, search, seed, tail, timeout, windows } =
    options;
  return {
    ...{ holdout, windows, folds, tail, seed, cashUsd: cash },
    ...{ trials: search ? options.trials : 0, leakBars: bars, leakEnds: ends },
    ...(timeout === undefined ? {} : { timeoutSeconds: timeout / 1000 }),
    ...(margin === undefined ? {} : { marginUsd: margin }),
  };
}

function summary({ changes, history, isNew, night, path, report }: NightlyDocument): string {
  const { data, decisions, drift } = night;
  return [
    paint("bold", night.headline),
    `night ${night.number} of ${night.system}${isNew ? "" : ", which was there"}: ` +
    `${data.newRows.toLocaleString("en")} new bars up to ${data.lastBar.slice(0, 16)}`,
    "",
    ...decisions.flatMap(({ conditions, outcome, question, wouldChange }) => [
      `${question}: ${outcome}`,
      ...conditions.map(({ holds, text }) => `  ${holds ? "✓" : "✗"} ${text}`),
      `  would change its mind: ${wouldChange}`,
    ]),
    ...drift.filter(({ alarm }) => alarm)
      .map(({ detector, subject, text }) => `drift, ${detector} of ${subject}: ${text}`),
    "",
    `report  ${report}`,
    `history ${history}`,
    `json    ${path}`,
    ...(changes === null ? [] : [
      `changes ${changes}`,
      `review  deno task generate-changes --manifest ${shellWord(changes)}`,
    ]),
  ].join("\n");
}
