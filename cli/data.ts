import { Command } from "commander";
import { basename, extname, join } from "node:path";
import { DATA_FOLDER } from "../lib/core/program.ts";
import { guessSymbol } from "../lib/data/mod.ts";
import { ownInstrument } from "../lib/market/mod.ts";
import type { WorldKind } from "../lib/simulator/mod.ts";
import {
  convertData,
  inspectData,
  type InspectDocument,
  simulateData,
  type SimulateDocument,
} from "../tasks/data.ts";
import { table } from "./console.ts";
import { barsCommand, type BarsFlags, rollsText, writtenText } from "./data_bars.ts";
import { rollCommand } from "./data_roll.ts";
import { EXIT, ExitWith } from "./exit.ts";
import {
  addCostOptions,
  addInstrumentOptions,
  baseCommand,
  type CostFlags,
  costRequest,
  dataRequest,
  type InstrumentFlags,
  instrumentRequest,
  ownInstruments,
  seedOption,
  userPath,
} from "./options.ts";
import { runCommand } from "./run.ts";
import {
  addWorldOptions,
  type WorldFlags,
  worldIntervalOption,
  worldOption,
  worldRequest,
} from "./world_options.ts";

/** `deno task data`. */
export function command(): Command {
  const data = new Command("data").description("Look at, convert, simulate or roll bars.");
  data.addCommand(inspectCommand());
  data.addCommand(convertCommand());
  data.addCommand(simulateCommand());
  data.addCommand(rollCommand());
  return data;
}

interface SimulateFlags extends CostFlags, WorldFlags, InstrumentFlags {
  readonly json?: true;
  readonly world: WorldKind;
  readonly symbol: string;
  readonly interval: number;
  readonly seed: number;
  readonly out?: string;
}

function inspectCommand(): Command {
  return barsCommand("inspect", "Say what is in a file of bars and what is wrong with it.")
    .argument("<file>", "file of bars, or a folder of them", userPath)
    .action((file: string, options: BarsFlags) =>
      runCommand(options, async (context) => {
        const own = ownInstruments(options);
        const symbol = options.symbol ?? guessSymbol(file, own.map(ownInstrument)) ?? undefined;
        // A request needs a symbol; to look at a file none is needed.
        const request = dataRequest({ ...options, data: file, symbol: symbol ?? "" });
        const document = await inspectData({ ...request, symbol }, own);
        context.result(document, () => inspection(document));
        if (!document.usable) throw new ExitWith(EXIT.failed);
      })
    );
}

function convertCommand(): Command {
  return barsCommand("convert", "Check bars and write them as CSV or Parquet.")
    .argument("<file>", "file of bars, or a folder of them", userPath)
    .option("--out <file>", "output, .csv or .parquet (default: data/<name>.parquet)", userPath)
    .action((file: string, options: BarsFlags & { readonly out?: string }) =>
      runCommand(options, async (context) => {
        const out = options.out ??
          join(DATA_FOLDER, `${basename(file, extname(file))}.parquet`);
        const document = await convertData(dataRequest({ ...options, data: file }), out);
        context.result(document, () => writtenText(document));
      })
    );
}

function simulateCommand(): Command {
  const base = baseCommand("simulate", "Make bars with a known best possible result.")
    .addOption(worldOption().default("ar1"))
    .option("--symbol <symbol>", "instrument", "MES")
    .addOption(worldIntervalOption());
  return addCostOptions(addWorldOptions(addInstrumentOptions(base)))
    .addOption(seedOption())
    .option(
      "--out <file>",
      "output, .csv or .parquet (default: data/<symbol>_<world>.parquet)",
      userPath,
    )
    .action((options: SimulateFlags) =>
      runCommand(options, async (context) => {
        const { start, world } = worldRequest(options.world, options);
        const document = await simulateData({
          ...instrumentRequest(options.symbol, options, ownInstruments(options)),
          world,
          bars: options.bars,
          intervalMs: options.interval,
          startTime: start,
          startPrice: options.startPrice,
          volatilityTicks: options.volatilityTicks,
          costs: costRequest(options),
          seed: options.seed,
        }, options.out ?? join(DATA_FOLDER, `${options.symbol}_${options.world}.parquet`));
        context.result(document, () => simulationText(document));
      })
    );
}

function inspection(document: InspectDocument): string {
  const problems = Object.entries(document.problemCounts).map(([rule, count]) => {
    const examples = document.problems.filter((problem) => problem.rule === rule);
    return [
      rule,
      examples[0]?.severity ?? "",
      String(document.problemRows[rule] ?? 0),
      String(count),
      examples.slice(0, 3).map((problem) =>
        `row ${problem.row}${
          problem.column === undefined ? "" : ` ${problem.column}`
        }: ${problem.value}`
      ).join("; "),
    ];
  });
  return [
    `${document.path}  ${document.symbol ?? "no instrument named"}, ${
      document.bytes.toLocaleString("en")
    } bytes`,
    `sha256 ${document.sha256}`,
    `${document.rows.toLocaleString("en")} rows, ${document.first ?? "?"} to ${
      document.last ?? "?"
    }, ` +
    `bars of ${document.intervalMs === null ? "?" : document.intervalMs / 1000} s`,
    `layout: ${document.layout || "?"}; time stamps: ${document.timeFormat || "?"}, zone ${
      document.timeZone || "?"
    }`,
    `columns: ${
      Object.entries(document.columns).map(([ours, theirs]) => `${ours}=${theirs}`).join(", ")
    }`,
    `gaps inside sessions: ${document.gaps.count} (${document.gaps.missingBars} bars missing); ` +
    `bars outside sessions: ${document.outsideSession}`,
    ...document.gaps.largest.slice(0, 3).map((gap) =>
      `  ${gap.missingBars} missing: ${new Date(gap.from).toISOString()} to ` +
      new Date(gap.to).toISOString()
    ),
    "",
    problems.length === 0
      ? "no problems found"
      : table(["rule", "severity", "rows", "cells", "first examples"], problems),
    ...document.problems.filter((problem) => problem.severity === "error").slice(0, 5)
      .map(({ detail, row }) => row === 0 ? `! ${detail}` : `! row ${row}: ${detail}`),
    ...document.notes.map((note) => `- ${note}`),
    ...(document.rolls === undefined || document.rolls.length === 0
      ? []
      : ["", rollsText(document.rolls)]),
    "",
    document.usable ? "usable: yes" : "usable: no, mend the errors above first",
  ].join("\n");
}

function simulationText(document: SimulateDocument): string {
  const { withoutCost, withCost } = document.best;
  return [
    writtenText(document),
    `world ${JSON.stringify(document.world)}, seed ${document.seed}`,
    `best possible without cost: ${
      withoutCost.meanPerBar.toFixed(4)
    } sd a bar (${withoutCost.policy}; ${withoutCost.method})`,
    `best possible at ${withCost.costPerTurn.toFixed(3)} sd a turn: ` +
    `${withCost.meanPerBar.toFixed(4)} sd a bar (${withCost.policy}; ${withCost.method})`,
  ].join("\n");
}
