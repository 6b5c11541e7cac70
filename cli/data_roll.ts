import { type Command, Option } from "commander";
import { join } from "node:path";
import { InputError } from "../lib/core/mod.ts";
import { DATA_FOLDER } from "../lib/core/program.ts";
import { contractsOfFolder, requestedInstrument, type RollRule } from "../lib/data/mod.ts";
import { ownInstrument } from "../lib/market/mod.ts";
import {
  type ContractFile,
  requireContracts,
  rollData,
  type RolledDocument,
} from "../tasks/data_roll.ts";
import { barsCommand, type BarsFlags, rollsText, writtenText } from "./data_bars.ts";
import { dataRequest, integer, ownInstruments, userPath } from "./options.ts";
import { runCommand } from "./run.ts";

interface RollFlags extends BarsFlags {
  readonly contract: readonly string[];
  readonly rule: RollRule["kind"] | "first-notice";
  readonly daysBefore: number;
  readonly count: "sessions" | "days";
  readonly sessions: number;
  readonly lastTrade: readonly string[];
  readonly firstNotice: readonly string[];
  readonly adjust: "difference" | "ratio";
  readonly out?: string;
}

/** `deno task data roll`. */
export function rollCommand(): Command {
  const several = (text: string, previous: readonly string[]) => [...previous, text];
  return barsCommand("roll", "Join contracts into one continuous future; raw prices are kept.")
    .argument("[folder]", "folder with a file for each contract, such as ESH4.csv", userPath)
    .option("--contract <name=file>", "one contract; repeat it", several, [] as readonly string[])
    .addOption(
      new Option("--rule <rule>", "when to roll; never after first notice or last trade").choices(
        ["volume", "open-interest", "calendar", "first-notice"],
      ).default("volume"),
    )
    .option(
      "--days-before <n>",
      "calendar: before the last trade; first-notice: before that day",
      integer(0),
      8,
    )
    .addOption(
      new Option("--count <what>", "what --days-before counts").choices(["sessions", "days"])
        .default("sessions"),
    )
    .option(
      "--sessions <n>",
      "volume, open-interest: sessions in a row in which the later contract must lead",
      integer(1),
      1,
    )
    .option(
      "--last-trade <name=date>",
      "last trade of a contract, where its rule is not known; repeat it",
      several,
      [] as readonly string[],
    )
    .option(
      "--first-notice <name=date>",
      "first notice of a contract, or none; repeat it",
      several,
      [] as readonly string[],
    )
    .addOption(
      new Option("--adjust <method>", "how prices are joined").choices(
        ["difference", "ratio"],
      ).default("difference"),
    )
    .option(
      "--out <file>",
      "output, .csv or .parquet (default: data/<symbol>_continuous.parquet)",
      userPath,
    )
    .action((folder: string | undefined, options: RollFlags, command: Command) =>
      runCommand(options, async (context) => {
        const roll = rollRule(options, command);
        const contracts = withEnds(
          [
            ...folder === undefined
              ? []
              : await contractsOfFolder(folder, ownInstruments(options).map(ownInstrument)),
            ...options.contract.map(contractFile),
          ],
          options,
        );
        requireContracts(contracts);
        const symbol = options.symbol ?? contracts[0]!.name;
        const { path: _, ...shared } = dataRequest({ ...options, data: "", symbol });
        const document = await rollData(
          contracts,
          shared,
          { roll, adjust: options.adjust },
          options.out ??
            join(DATA_FOLDER, `${requestedInstrument(shared).symbol}_continuous.parquet`),
        );
        context.result(document, () => rolledText(document));
      })
    );
}

/** The rule that the flags describe. @throws {InputError} for a flag that it has no use for */
function rollRule({ count, daysBefore, rule, sessions }: RollFlags, command: Command): RollRule {
  const byCalendar = rule === "calendar" || rule === "first-notice";
  for (const name of byCalendar ? ["sessions"] : ["daysBefore", "count"]) {
    if (command.getOptionValueSource(name) === "default") continue;
    const flag = name === "daysBefore" ? "--days-before" : `--${name}`;
    throw new InputError(`Cannot use ${flag} with --rule ${rule}`, {
      remedy: byCalendar
        ? "leave it out, or roll by --rule volume or open-interest"
        : "leave it out, or roll by --rule calendar or first-notice",
    });
  }
  return byCalendar
    ? {
      kind: "calendar",
      daysBefore,
      count,
      before: rule === "calendar" ? "last-trade" : "first-notice",
    }
    : { kind: rule, sessions };
}

/** The contracts with the days that the flags say of them. */
function withEnds(
  contracts: readonly ContractFile[],
  { firstNotice, lastTrade }: Pick<RollFlags, "firstNotice" | "lastTrade">,
): ContractFile[] {
  const lastTrades = new Map(lastTrade.map((text) => contractDay(text, "--last-trade")));
  const notices = new Map(firstNotice.map((text) => contractDay(text, "--first-notice")));
  for (const name of [...lastTrades.keys(), ...notices.keys()]) {
    if (contracts.some((contract) => contract.name === name)) continue;
    throw new InputError(`Cannot take a day of ${name} as it is none of the contracts`, {
      remedy: `use one of ${contracts.map((contract) => contract.name).join(", ")}`,
    });
  }
  return contracts.map((contract) => {
    const { name } = contract;
    const ended = lastTrades.get(name);
    return {
      ...contract,
      ...(typeof ended === "string" ? { lastTrade: ended } : {}),
      ...(notices.has(name) ? { firstNotice: notices.get(name)! } : {}),
    };
  });
}

/** A contract and a date, null for `none`. */
function contractDay(text: string, flag: string): [name: string, date: string | null] {
  const [, name, date] = /^([^=]+)=(\d{4}-\d\d-\d\d|none)$/.exec(text) ?? [];
  const exists = date === "none" ? flag === "--first-notice" : isDate(date ?? "");
  if (name !== undefined && exists) return [name, date === "none" ? null : date!];
  throw new InputError(`Cannot read '${text}' as a contract and its day`, {
    where: flag,
    remedy: `write it as NAME=YYYY-MM-DD${
      flag === "--first-notice" ? ", or NAME=none" : ""
    }, for example ZCZ4=2024-11-29`,
  });
}

function isDate(text: string): boolean {
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

function contractFile(text: string): ContractFile {
  const at = text.indexOf("=");
  if (at < 1) {
    throw new InputError(`Cannot read '${text}' as a contract`, {
      where: "--contract",
      remedy: "write it as NAME=FILE, for example ESZ3=esz3.csv",
    });
  }
  return { name: text.slice(0, at).toUpperCase(), path: userPath(text.slice(at + 1)) };
}

function rolledText(document: RolledDocument): string {
  return [writtenText(document), "", rollsText(document.rolls)].join("\n");
}
