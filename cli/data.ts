import { Option } from "@commander-js/extra-typings";
import { basename, extname, join } from "node:path";
import { InputError } from "../lib/domain/errors.ts";
import type { RollRule } from "../lib/data/continuous.ts";
import { type World, WORLD_KINDS } from "../lib/data/simulator.ts";
import {
  convertData,
  inspectData,
  type InspectDocument,
  rollData,
  simulateData,
  type SimulateDocument,
  type WrittenDocument,
} from "../tasks/data.ts";
import { DATA_FOLDER } from "../tasks/project.ts";
import { table } from "./console.ts";
import {
  addCostOptions,
  addDataOptions,
  baseCommand,
  costRequest,
  dataRequest,
  duration,
  integer,
  number,
  seedOption,
  userPath,
} from "./options.ts";
import { runCommand } from "./run.ts";

/** `deno task data`. */
export function command() {
  const data = baseCommand("data", "Look at, convert, simulate or roll bars.");
  data.addCommand(inspectCommand());
  data.addCommand(convertCommand());
  data.addCommand(simulateCommand());
  data.addCommand(rollCommand());
  return data;
}

function barsCommand(name: string, summary: string) {
  return addDataOptions(
    baseCommand(name, summary)
      .requiredOption("--symbol <symbol>", "instrument, for example MES, 6E or SPY"),
  );
}

function inspectCommand() {
  return barsCommand("inspect", "Say what is in a file of bars and what is wrong with it.")
    .argument("<file>", "CSV or Parquet file", userPath)
    .action((file, options) =>
      runCommand(options, async (context) => {
        const document = await inspectData(dataRequest({ ...options, data: file }));
        context.result(document, () => inspection(document));
      })
    );
}

function convertCommand() {
  return barsCommand("convert", "Check bars and write them as CSV or Parquet.")
    .argument("<file>", "CSV or Parquet file", userPath)
    .option("--out <file>", "output, .csv or .parquet (default: data/<name>.parquet)", userPath)
    .action((file, options) =>
      runCommand(options, async (context) => {
        const out = options.out ??
          join(DATA_FOLDER, `${basename(file, extname(file))}.parquet`);
        const document = await convertData(dataRequest({ ...options, data: file }), out);
        context.result(document, () => writtenText(document));
      })
    );
}

function simulateCommand() {
  return addCostOptions(baseCommand("simulate", "Make bars with a known best possible result."))
    .addOption(
      new Option("--world <kind>", "price process").choices(WORLD_KINDS).default("ar1" as const),
    )
    .option("--set <list>", "parameters of the world, for example phi=0.2")
    .option("--symbol <symbol>", "instrument", "MES")
    .option("--bars <n>", "number of bars", integer(1), 30_000)
    .option("--interval <duration>", "bar length", duration, duration("5m"))
    .option("--start <date>", "first trade date", "2022-01-03")
    .option("--start-price <price>", "first price", number(0, 1e9), 5_000)
    .option("--volatility-ticks <n>", "standard deviation of one bar's move", number(0.1, 1e6), 16)
    .addOption(seedOption())
    .option(
      "--out <file>",
      "output, .csv or .parquet (default: data/<symbol>_<world>.parquet)",
      userPath,
    )
    .action((options) =>
      runCommand(options, async (context) => {
        const start = Date.parse(`${options.start}T00:00:00Z`);
        if (Number.isNaN(start)) {
          throw new InputError(`Cannot read '${options.start}' as a date`, {
            where: "--start",
            remedy: "write it as YYYY-MM-DD",
          });
        }
        const document = await simulateData({
          symbol: options.symbol,
          world: { ...worldParameters(options.set), kind: options.world } as World,
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

function rollCommand() {
  return barsCommand("roll", "Join contracts into one continuous future; raw prices are kept.")
    .option(
      "--contract <name=file...>",
      "one contract, oldest first; repeat it",
      (text: string, previous: readonly string[]) => [...previous, text],
      [] as readonly string[],
    )
    .addOption(
      new Option("--rule <rule>", "when to roll").choices(
        ["volume", "open-interest", "calendar"] as const,
      ).default("volume" as const),
    )
    .option("--days-before <n>", "calendar rule: days before the last trade", integer(0), 8)
    .addOption(
      new Option("--adjust <method>", "how prices are joined").choices(
        ["difference", "ratio"] as const,
      ).default("difference" as const),
    )
    .requiredOption("--out <file>", "output, .csv or .parquet", userPath)
    .action((options) =>
      runCommand(options, async (context) => {
        const roll: RollRule = options.rule === "calendar"
          ? { kind: "calendar", daysBefore: options.daysBefore }
          : { kind: options.rule };
        const { path: _, ...shared } = dataRequest({ ...options, data: "" });
        const document = await rollData(
          options.contract.map(contractFile),
          shared,
          { roll, adjust: options.adjust },
          options.out,
        );
        context.result(document, () => writtenText(document));
      })
    );
}

function contractFile(text: string): { name: string; path: string } {
  const at = text.indexOf("=");
  if (at < 1) {
    throw new InputError(`Cannot read '${text}' as a contract`, {
      where: "--contract",
      remedy: "write it as NAME=FILE, for example ESZ3=esz3.csv",
    });
  }
  return { name: text.slice(0, at), path: userPath(text.slice(at + 1)) };
}

function worldParameters(text: string | undefined): Record<string, number> {
  if (text === undefined) return {};
  return Object.fromEntries(
    text.split(",").map((pair) => {
      const [name = "", value = ""] = pair.split("=").map((side) => side.trim());
      if (value === "" || Number.isNaN(Number(value))) {
        throw new InputError(`Cannot read '${pair}' as a parameter`, {
          where: "--set",
          remedy: "write name=number, several separated by commas",
        });
      }
      return [name, Number(value)];
    }),
  );
}

function inspection(document: InspectDocument): string {
  const problems = Object.entries(document.problemCounts).map(([rule, count]) => {
    const examples = document.problems.filter((problem) => problem.rule === rule);
    return [
      rule,
      examples[0]?.severity ?? "",
      String(count),
      examples.slice(0, 3).map((problem) =>
        `row ${problem.row}${
          problem.column === undefined ? "" : ` ${problem.column}`
        }: ${problem.value}`
      ).join("; "),
    ];
  });
  return [
    `${document.path}  ${document.symbol}, ${document.bytes.toLocaleString("en")} bytes`,
    `sha256 ${document.sha256}`,
    `${document.rows.toLocaleString("en")} rows, ${document.first ?? "?"} to ${
      document.last ?? "?"
    }, ` +
    `bars of ${document.intervalMs === null ? "?" : document.intervalMs / 1000} s`,
    `time stamps: ${document.timeFormat}, zone ${document.timeZone}`,
    `columns: ${
      Object.entries(document.columns).map(([ours, theirs]) => `${ours}=${theirs}`).join(", ")
    }`,
    `gaps inside sessions: ${document.gaps.count} (${document.gaps.missingBars} bars missing); ` +
    `bars outside sessions: ${document.outsideSession}`,
    ...document.gaps.largest.slice(0, 3).map((gap) =>
      `  ${gap.missingBars} bars missing after row ${gap.afterRow}, ` +
      `${new Date(gap.from).toISOString()} to ${new Date(gap.to).toISOString()}`
    ),
    "",
    problems.length === 0
      ? "no problems found"
      : table(["rule", "severity", "rows", "first examples"], problems),
    ...document.notes.map((note) => `- ${note}`),
    "",
    document.usable ? "usable: yes" : "usable: no, mend the errors above first",
  ].join("\n");
}

function writtenText(document: WrittenDocument): string {
  return [
    `${document.path}: ${
      document.rows.toLocaleString("en")
    } rows, ${document.first} to ${document.last}`,
    ...document.notes.map((note) => `- ${note}`),
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
