import { Command, InvalidArgumentError, Option } from "commander";
import { isAbsolute, resolve } from "node:path";
import { InputError, parseJson, shellWord } from "../lib/core/mod.ts";
import { MODELS_FOLDER, OWN_INSTRUMENTS, REPORTS_FOLDER } from "../lib/core/program.ts";
import { MODEL_NAME } from "../lib/records/mod.ts";
import {
  dataFlags,
  type DataRequest,
  type InstrumentRequest,
  type LoadOptions,
  ownDocumentOf,
  readActions,
  readFunding,
  readOwnInstruments,
  symbolOfFile,
} from "../lib/data/mod.ts";
import { type Instrument, type InstrumentDocument, ownInstrument } from "../lib/market/mod.ts";
import type { CostRequest } from "../lib/trading/mod.ts";
import type { AccountSettings } from "../lib/system/mod.ts";

/**
 * A path as the user typed it, made absolute. `deno task` runs in the project folder and leaves
 * the folder the user stands in in INIT_CWD.
 */
export function userPath(path: string): string {
  return isAbsolute(path) ? path : resolve(Deno.env.get("INIT_CWD") ?? Deno.cwd(), path);
}

/** Parses a whole number of at least `minimum`, and at most `maximum` where there is one. */
export function integer(minimum: number, maximum?: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    const isIn = value >= minimum && value <= (maximum ?? Infinity);
    if (!Number.isSafeInteger(value) || !isIn || text.trim() === "") {
      const range = maximum === undefined
        ? `of at least ${minimum}`
        : `from ${minimum} to ${maximum}`;
      throw new InvalidArgumentError(`It must be a whole number ${range}.`);
    }
    return value;
  };
}

/** Parses a number in [low, high]. */
export function number(low: number, high: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!(value >= low && value <= high) || text.trim() === "") {
      throw new InvalidArgumentError(`It must be a number from ${low} to ${high}.`);
    }
    return value;
  };
}

/** Parses the margin of a lot; one that costs none can be held without end. */
export const marginUsd = number(0.01, 1e7);

/** Lots of which whole micro-dollars can count the worth, of any future that ships. */
const MOST_LOTS = 10_000;

const UNIT_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Parses a duration such as `30s`, `5m`, `1h`, `1d` into milliseconds. */
export function duration(text: string): number {
  const match = /^(\d+)([smhd])$/.exec(text);
  if (match === null || Number(match[1]) === 0) {
    throw new InvalidArgumentError("It must be a duration such as 30s, 5m, 1h or 1d.");
  }
  return Number(match[1]) * UNIT_MS[match[2] as keyof typeof UNIT_MS];
}

/** The shortest text that {@linkcode duration} reads as these milliseconds. */
export function durationText(ms: number): string {
  const [unit] = Object.entries(UNIT_MS).findLast(([, size]) => ms % size === 0) ?? ["s"];
  return `${ms / UNIT_MS[unit as keyof typeof UNIT_MS]}${unit}`;
}

/** Parses a name in the registry. */
export function modelName(text: string): string {
  if (!MODEL_NAME.test(text)) {
    throw new InvalidArgumentError(
      "It must be up to 64 letters, digits, dots, hyphens or underscores, a letter or digit first.",
    );
  }
  return text;
}

const BAR_COLUMNS = [
  "time",
  "open",
  "high",
  "low",
  "close",
  "volume",
  "openInterest",
  "rawClose",
] as const;

/** Parses `close=Last,volume=Vol` into a column map. */
export function columnMap(text: string): NonNullable<LoadOptions["columns"]> {
  return Object.fromEntries(
    text.split(",").map((pair) => {
      const [ours, theirs] = pair.split("=").map((side) => side.trim());
      if (!BAR_COLUMNS.some((name) => name === ours) || theirs === undefined || theirs === "") {
        throw new InvalidArgumentError(
          `It must be a list such as close=Last,volume=Vol with the names ${
            BAR_COLUMNS.join(", ")
          }.`,
        );
      }
      return [ours, theirs];
    }),
  );
}

/** A command with the flags that every command has. */
export function baseCommand(name: string, summary: string): Command {
  const command = new Command(name)
    .description(summary)
    .option("--json", "print exactly one JSON document on stdout")
    .option("--config <file>", "JSON file of settings for these flags; flags given here win")
    .helpOption("-h, --help", "show this help")
    .allowExcessArguments(false);
  // While parsing, not after: settings from the file also satisfy mandatory flags.
  command.on("option:config", (path: string) => applyConfig(command, path));
  return command;
}

/** The flag of the random seed. */
export function seedOption(): Option {
  return new Option("--seed <n>", "seed of every random choice").argParser(integer(0)).default(1);
}

/** The flag of the registry folder. */
export function modelsOption(): Option {
  return new Option("--models <folder>", "registry folder")
    .argParser(userPath).default(MODELS_FOLDER, "models/");
}

/** The flag of the report folder. */
export function reportsOption(): Option {
  return new Option("--reports <folder>", "report folder")
    .argParser(userPath).default(REPORTS_FOLDER, "reports/");
}

/** Adds the flags that say what an instrument is, beside its symbol. */
export function addInstrumentOptions(command: Command): Command {
  return command
    .addOption(
      new Option("--kind <kind>", "instrument kind of a symbol that nobody has described")
        .choices(["stock", "fx"]),
    )
    .option(
      "--instruments <file>",
      "file of your own instruments (default: instruments.json beside deno.json)",
      userPath,
    )
    .option(
      "--fx-rate <usd>",
      "dollars for one unit of the currency of its prices, the same on all days",
      number(1e-9, 1e6),
    );
}

/**
 * Adds the flags that say how to read a file of bars.
 *
 * @param actionsFlag names of the flag for corporate actions: where `--actions` are those of a policy
 * it has one alone
 */
export function addDataOptions(
  command: Command,
  actionsFlag = "--actions, --corporate-actions",
): Command {
  return addInstrumentOptions(command)
    .option(
      "--interval <duration>",
      "resample to this bar length, for example 5m, 1h, 1d",
      duration,
    )
    .option("--time-zone <zone>", "IANA zone of time stamps that carry none")
    .addOption(
      new Option("--time-format <form>", "form of the time stamps")
        .choices(["auto", "s", "ms", "us", "ns", "iso"]).default("auto"),
    )
    .addOption(
      new Option(
        "--stamp <edge>",
        "which edge of the bar the stamps mark (default: the layout's, else open)",
      ).choices(["open", "close"]),
    )
    .option("--columns <map>", "columns by name, for example close=Last,volume=Vol", columnMap)
    .option("--layout <name>", "vendor whose layout the file has (default: detected)")
    .addOption(
      new Option("--date-order <order>", "how dates such as 03/04/2024 are written")
        .choices(["mdy", "dmy", "ymd"]),
    )
    .addOption(
      new Option("--decimal <sign>", "sign before the decimals, where the file leaves it open")
        .choices(["point", "comma"]),
    )
    .option("--select <symbol>", "the symbol to take from a file of several")
    .option("--adjusted", "the prices were adjusted for splits or rolls by their vendor")
    .option(
      "--funding <file>",
      "time and rate of each funding payment of a perpetual contract, CSV or JSON",
      userPath,
    )
    .option(
      `${actionsFlag} <file>`,
      "splits and dividends of the share, CSV or JSON; repeat it for several files",
      (text: string, previous: readonly string[] | undefined) => [
        ...previous ?? [],
        userPath(text),
      ],
    );
}

/** Adds the flags of costs. */
export function addCostOptions(command: Command): Command {
  return command
    .option(
      "--fee <usd>",
      "all-in fee per lot and side (default: as shipped, where it is known)",
      number(0, 1e4),
    )
    .option("--slippage-ticks <n>", "ticks lost on every fill", integer(0), 1);
}

/** Adds the flags of costs and account. */
export function addMarketOptions(command: Command): Command {
  return addCostOptions(command)
    .option("--cash <usd>", "starting cash", number(1, 9e9), 100_000)
    .option(
      "--lots <n>",
      "lots of every position (default: what the cash pays in full)",
      integer(1, MOST_LOTS),
    )
    .option(
      "--margin <usd>",
      "initial margin per lot (default: as shipped, by date)",
      marginUsd,
    )
    .option("--flatten", "close positions at the end of each session");
}

/** Parsed values of the cost flags. */
export interface CostFlags {
  readonly fee?: number | undefined;
  readonly slippageTicks: number;
}

/** The cost request that the flags describe. */
export function costRequest(flags: CostFlags): CostRequest {
  return {
    slippageTicks: flags.slippageTicks,
    ...(flags.fee === undefined ? {} : { feeUsd: flags.fee }),
  };
}

/** Parsed values of the account flags. */
export interface MarketFlags extends CostFlags {
  readonly cash: number;
  readonly lots?: number | undefined;
  readonly margin?: number | undefined;
  readonly flatten?: true | undefined;
}

/** The market request that the flags describe. */
export function marketRequest(flags: MarketFlags): AccountSettings {
  return {
    costs: costRequest(flags),
    cashUsd: flags.cash,
    flattenAtSessionEnd: flags.flatten ?? false,
    ...(flags.lots === undefined ? {} : { lots: flags.lots }),
    ...(flags.margin === undefined ? {} : { marginUsd: flags.margin }),
  };
}

/** Parsed values of the flags that say what an instrument is. */
export interface InstrumentFlags {
  readonly kind?: "stock" | "fx" | undefined;
  readonly instruments?: string | undefined;
  readonly fxRate?: number | undefined;
}

/**
 * The user's own instruments: those of the file that was named, or of the one beside `deno.json`
 * where there is one.
 *
 * @throws {InputError} naming the first fault of the file
 */
export function ownInstruments(
  { instruments }: Pick<InstrumentFlags, "instruments">,
): readonly InstrumentDocument[] {
  const own = readOwnInstruments(instruments ?? OWN_INSTRUMENTS);
  if (own === null && instruments !== undefined) {
    throw new InputError("Cannot find the file of instruments", {
      where: instruments,
      remedy: "check the path, or make it with `deno task instruments add`",
    });
  }
  return own ?? [];
}

/** The request of an instrument by its symbol and the flags that say what it is. */
export function instrumentRequest(
  symbol: string,
  { fxRate, kind }: InstrumentFlags,
  own: readonly InstrumentDocument[],
): InstrumentRequest {
  const document = ownDocumentOf(symbol, own);
  return {
    symbol,
    ...(kind === undefined ? {} : { kind }),
    ...(document === undefined ? {} : { own: document }),
    ...(fxRate === undefined ? {} : { fxRate }),
  };
}

/** Parsed values of the data flags. */
export interface DataFlags extends InstrumentFlags {
  readonly data: string;
  /** Told from the file's name where absent. */
  readonly symbol?: string | undefined;
  readonly timeZone?: string | undefined;
  readonly timeFormat: NonNullable<LoadOptions["timeFormat"]>;
  readonly stamp?: LoadOptions["stamp"] | undefined;
  readonly columns?: NonNullable<LoadOptions["columns"]> | undefined;
  readonly layout?: string | undefined;
  readonly dateOrder?: LoadOptions["dateOrder"] | undefined;
  readonly decimal?: LoadOptions["decimal"] | undefined;
  readonly select?: string | undefined;
  readonly adjusted?: true | undefined;
  readonly funding?: string | undefined;
  readonly corporateActions?: readonly string[] | undefined;
  readonly interval?: number | undefined;
}

/** The flags that read the same data again, to be pasted behind another command. */
export function sameData(flags: DataFlags): string {
  const { funding, instruments } = flags;
  const named = instruments === undefined ? "" : ` --instruments ${shellWord(instruments)}`;
  const funded = funding === undefined ? "" : ` --funding ${shellWord(funding)}`;
  return `${dataFlags(dataRequest(flags))}${named}${funded}`;
}

/** The flag that finds the same registry again, with a space before it; nothing where it is the usual one. */
export function sameRegistry({ models }: { readonly models: string }): string {
  return models === MODELS_FOLDER ? "" : ` --models ${shellWord(models)}`;
}

/**
 * The data request that the flags describe. A symbol that is not given is told from the file's
 * name.
 *
 * @throws {InputError} when the name does not tell it
 */
export function dataRequest(flags: DataFlags): DataRequest {
  const { data: path } = flags;
  return { path, ...barsRequest(flags, (own) => symbolOfFile(path, own)) };
}

/**
 * The request of bars that the flags describe, wherever they come from.
 *
 * @param symbolOf tells the symbol where no flag names it, with the user's own instruments at hand
 */
export function barsRequest(
  flags: Omit<DataFlags, "data">,
  symbolOf: (own: readonly Instrument[]) => string,
): Omit<DataRequest, "path"> {
  const own = ownInstruments(flags);
  const symbol = flags.symbol ?? symbolOf(own.map(ownInstrument));
  const { corporateActions: files } = flags;
  const read = files === undefined ? undefined : readActions(files, symbol);
  return {
    ...instrumentRequest(symbol, flags, own),
    ...(flags.interval === undefined ? {} : { intervalMs: flags.interval }),
    ...(flags.funding === undefined ? {} : { funding: readFunding(flags.funding, symbol) }),
    ...(read === undefined ? {} : { actionSource: { files: files!, notes: read.notes } }),
    load: {
      timeFormat: flags.timeFormat,
      ...(flags.stamp === undefined ? {} : { stamp: flags.stamp }),
      ...(flags.timeZone === undefined ? {} : { timeZone: flags.timeZone }),
      ...(flags.columns === undefined ? {} : { columns: flags.columns }),
      ...(flags.layout === undefined ? {} : { layout: flags.layout }),
      ...(flags.dateOrder === undefined ? {} : { dateOrder: flags.dateOrder }),
      ...(flags.decimal === undefined ? {} : { decimal: flags.decimal }),
      ...(flags.select === undefined ? {} : { select: flags.select }),
      ...(flags.adjusted === undefined ? {} : { adjusted: true }),
      ...(read === undefined ? {} : { actions: read.actions }),
    },
  };
}

/**
 * Reads a `--config` file into the options of a command: keys are the flags' long names, with or
 * without dashes (`edge-threshold` or `edgeThreshold`). A flag given on the command line wins.
 *
 * @throws {InputError} for a file that is not a JSON object, an unknown key or a value that the flag refuses
 */
export function applyConfig(command: Command, path: string): void {
  if (path === "") {
    throw new InputError("Cannot take settings from a file that has no name", {
      where: "--config",
      remedy: "name a JSON file; the task night takes it from NIGHT=night.json",
    });
  }
  const settings = readObject(userPath(path));
  for (const [key, value] of Object.entries(settings)) {
    const option = command.options.find((candidate) =>
      candidate.attributeName() === key || [candidate.long, candidate.short].includes(`--${key}`)
    );
    if (option === undefined || key === "config") {
      const known = command.options.map((candidate) => candidate.attributeName());
      throw new InputError(`Cannot use the setting '${key}': it is not a flag of this command`, {
        where: path,
        remedy: `use one of ${known.filter((name) => name !== "config").join(", ")}`,
      });
    }
    if (command.getOptionValueSource(option.attributeName()) === "cli") continue;
    command.setOptionValueWithSource(option.attributeName(), parsed(option, value, path), "config");
  }
}

function parsed(option: Option, value: unknown, path: string): unknown {
  if (typeof value === "boolean" && !option.required && !option.optional) return value;
  const text = String(value);
  try {
    if (option.argChoices !== undefined && !option.argChoices.includes(text)) {
      throw new InvalidArgumentError(`Allowed choices are ${option.argChoices.join(", ")}.`);
    }
    return option.parseArg === undefined ? text : option.parseArg(text, undefined);
  } catch (error) {
    if (!(error instanceof InvalidArgumentError)) throw error;
    throw new InputError(`Cannot use '${text}' for ${option.attributeName()}: ${error.message}`, {
      where: path,
    });
  }
}

/**
 * Refuses flags that something else speaks for, instead of passing over them.
 *
 * @throws {InputError} naming the first one that was given
 */
export function requireNoFlags(command: Command, names: readonly string[], beside: string): void {
  const given = command.options.find((option) =>
    names.includes(option.attributeName()) &&
    ["cli", "config"].includes(command.getOptionValueSource(option.attributeName()) ?? "")
  );
  if (given === undefined) return;
  throw new InputError(`Cannot take ${given.long} and ${beside}: both say the same thing`, {
    remedy: "leave one of them out, or change the file",
  });
}

/**
 * The models that were named; a policy alone is enough.
 *
 * @throws {InputError} when there is neither
 */
export function requireModels(
  { model = [], policy }: {
    readonly model?: readonly string[] | undefined;
    readonly policy?: string | undefined;
  },
): readonly string[] {
  if (model.length > 0 || policy !== undefined) return model;
  throw new InputError("Cannot begin as no model is named", {
    where: "--model",
    remedy: "name models with --model, or a policy with --policy",
  });
}

/** What a trading system brings along, and what is therefore not asked for beside it. */
export const SYSTEM_FLAGS: readonly string[] = [
  ...["model", "policy", "blend", "confidenceShare", "risk"],
  ...["fee", "slippageTicks", "lots", "flatten"],
];

/**
 * Reads a JSON file that a flag names.
 *
 * @throws {InputError} when it cannot be read or is not JSON
 */
export function readJson(path: string): unknown {
  let text: string;
  try {
    text = Deno.readTextFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) throw error;
    throw new InputError("Cannot read the file", {
      where: path,
      remedy: "check the path",
      cause: error,
    });
  }
  try {
    return parseJson(text);
  } catch (error) {
    throw new InputError(`Cannot read the file as JSON: ${(error as Error).message}`, {
      where: path,
      cause: error,
    });
  }
}

function readObject(path: string): Record<string, unknown> {
  const value = readJson(path);
  if (value === null || typeof value !== "object" || Array.isArray(value)) {
    throw new InputError("Cannot read the settings: the file must hold one JSON object", {
      where: path,
    });
  }
  return value as Record<string, unknown>;
}
