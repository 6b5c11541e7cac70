import type { Command } from "commander";
import { formatMetric } from "../lib/report/mod.ts";
import {
  type CompareDocument,
  compareRuns,
  readRun,
  type RunSummary,
} from "../lib/evaluation/mod.ts";
import { table } from "./console.ts";
import { baseCommand, reportsOption, seedOption, userPath } from "./options.ts";
import { paint } from "./paint.ts";
import { runCommand } from "./run.ts";

interface CompareFlags {
  readonly json?: true;
  readonly reports: string;
  readonly seed: number;
}

/** `deno task compare`. */
export function command(): Command {
  return baseCommand("compare", "Two backtest runs side by side, and what differs between them.")
    .argument("<run>", "JSON file that backtest wrote, or the run id")
    .argument("<other>", "the run to compare it with")
    .addOption(reportsOption())
    .addOption(seedOption())
    .action((first: string, second: string, options: CompareFlags) =>
      runCommand(options, (context) => {
        const { reports, seed } = options;
        const document = compareRuns(
          readRun(first, reports, userPath),
          readRun(second, reports, userPath),
          seed,
        );
        context.result(document, () => comparisonText(document));
      })
    );
}

function comparisonText(document: CompareDocument): string {
  const { common, differences, first, metrics, second } = document;
  const notes = new Set(metrics.flatMap(({ note }) => note ?? []));
  return [
    paint("bold", document.verdict),
    "",
    runLine("first ", first),
    runLine("second", second),
    `shared ${common.days.toLocaleString("en")} days` +
    (common.from === null ? "" : `, ${common.from} to ${common.to}`),
    "",
    table(
      ["metric", "first", "second", "difference"],
      metrics.map(({ label, note, unit, ...metric }) => [
        note === null ? label : `${label}*`,
        ...[metric.first, metric.second, metric.difference].map((value) =>
          value === null ? "n/a" : formatMetric(value, unit)
        ),
      ]),
    ),
    ...[...notes].map((note) => `* ${note}`),
    "",
    ...differences.map(({ part, path, first: one, second: two }) =>
      `${part} ${path}: ${shown(one)} | ${shown(two)}`
    ),
  ].join("\n").trimEnd();
}

function runLine(
  which: string,
  { days, from, outOfSample, run, strategy, symbol, to }: RunSummary,
) {
  return `${which} ${run}  ${symbol} ${strategy}, ${from.slice(0, 10)} to ${to.slice(0, 10)}, ` +
    `${days.toLocaleString("en")} days, ${
      outOfSample ? "out of sample" : paint("red", "IN SAMPLE")
    }`;
}

function shown(value: unknown): string {
  return value === undefined ? "—" : JSON.stringify(value);
}
