import { type Command } from "commander";
import { InputError } from "../lib/core/mod.ts";
import { SESSIONS_FOLDER } from "../lib/core/program.ts";
import type { DataRequest } from "../lib/data/mod.ts";
import { audit, type AuditDocument } from "../tasks/audit.ts";
import { dollarsAndCents, table } from "./console.ts";
import {
  addDataOptions,
  baseCommand,
  type DataFlags,
  dataRequest,
  modelsOption,
  reportsOption,
  userPath,
} from "./options.ts";
import { paint } from "./paint.ts";
import { runCommand } from "./run.ts";

interface AuditFlags extends Omit<DataFlags, "data"> {
  readonly json?: true;
  readonly data?: string;
  readonly sessions: string;
  readonly models: string;
  readonly reports: string;
}

/** Differences that the text shows. */
const SHOWN = 8;
/** Width of a terminal that nobody has widened. */
const COLUMNS = 80;

/** `deno task audit`. */
export function command(): Command {
  const base = baseCommand(
    "audit",
    "Say why a session earned something else than its backtest, cause by cause.",
  )
    .argument("<session>", "name of the session")
    .option(
      "--data <file>",
      "bars that count as true (default: those of the journal)",
      userPath,
    );
  return addDataOptions(base)
    .option("--sessions <folder>", "where journals lie", userPath, SESSIONS_FOLDER)
    .addOption(modelsOption())
    .addOption(reportsOption())
    .action((session: string, options: AuditFlags) =>
      runCommand(options, async (context) => {
        const { models, reports, sessions } = options;
        const document = await audit(
          session,
          referenceOf(options),
          { models, reports, sessions },
          { clock: context, signal: context.signal, onProgress: context.progress },
        );
        context.result(document, () => auditText(document));
      })
    );
}

/** The request of the bars that count as true; null without any. */
function referenceOf(
  { data, ...flags }: AuditFlags,
): ((symbol: string, intervalMs: number) => DataRequest) | null {
  if (data !== undefined) {
    return (symbol, interval) => dataRequest({ interval, ...flags, data, symbol });
  }
  if (flags.stamp === undefined && flags.layout === undefined && flags.timeZone === undefined) {
    return null;
  }
  throw new InputError("Cannot read bars in that way without bars", {
    where: "--stamp, --layout, --time-zone",
    remedy: "name the file with --data",
  });
}

function auditText(document: AuditDocument): string {
  const { causes, compared, differences, notes, pnl, verdict } = document;
  const shown = differences.slice(0, SHOWN);
  return [
    ...wrapped(verdict).map((line) => paint("bold", line)),
    "",
    `session  ${dollarsAndCents(pnl.sessionMicros)}`,
    `backtest ${dollarsAndCents(pnl.replayMicros)}`,
    "",
    ...(causes.length === 0 ? [] : [causeTable(document), ""]),
    table(
      ["compared", "session", "backtest", "different"],
      Object.entries(compared).map(([kind, { different, replay, session }]) => [
        ...[`${kind}s`, `${session}`, `${replay}`, `${different}`],
      ]),
    ),
    ...(shown.length === 0 ? [] : ["", ...shown.flatMap(differenceLines)]),
    ...(differences.length > SHOWN
      ? [`… and ${differences.length - SHOWN} more differences on the page`]
      : []),
    "",
    ...notes.flatMap((note) => wrapped(`- ${note}`)),
    document.report,
  ].join("\n");
}

function causeTable({ causes, interactionMicros, pnl, residualMicros }: AuditDocument): string {
  return table(["cause", "times", "dollars", "first entry"], [
    ...causes.map(({ count, evidence, isRepaired, micros, name }) => [
      ...[name, `${count}`, isRepaired ? dollarsAndCents(micros) : "unknown"],
      `${evidence[0]!.sequence}`,
    ]),
    ["together", "", dollarsAndCents(interactionMicros), ""],
    ["unexplained", "", dollarsAndCents(residualMicros), ""],
    ["difference", "", dollarsAndCents(pnl.differenceMicros), ""],
  ]);
}

function differenceLines(
  { causes, kind, replay, session, time }: AuditDocument["differences"][number],
): string[] {
  const when = new Date(time).toISOString().slice(0, 16).replace("T", " ");
  const why = causes.length === 0 ? "not explained" : causes.join(", ");
  return [
    fitted(`${when} ${kind} (${why})`),
    fitted(`  session  ${session ?? "none"}`),
    fitted(`  backtest ${replay ?? "none"}`),
  ];
}

function fitted(line: string): string {
  return line.length <= COLUMNS ? line : `${line.slice(0, COLUMNS - 1)}…`;
}

function wrapped(text: string): string[] {
  const lines = [""];
  for (const word of text.split(" ")) {
    const line = lines.at(-1)!;
    if (line !== "" && line.length + 1 + word.length > COLUMNS) lines.push(word);
    else lines[lines.length - 1] = line === "" ? word : `${line} ${word}`;
  }
  return lines;
}
