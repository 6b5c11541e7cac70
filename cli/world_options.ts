import { type Command, Option } from "commander";
import { dateFlag, InputError } from "../lib/core/mod.ts";
import { createWorld, type World, WORLD_KINDS, type WorldKind } from "../lib/simulator/mod.ts";
import { duration, integer, number } from "./options.ts";

/** Parsed values of the flags of a simulated world. */
export interface WorldFlags {
  readonly set?: string;
  readonly bars: number;
  readonly interval?: number | undefined;
  readonly start: string;
  readonly startPrice: number;
  readonly volatilityTicks: number;
}

/** Bar length of a simulated world without a flag. */
export const WORLD_INTERVAL_MS = 300_000;

/** The flag that chooses a simulated world. */
export function worldOption(): Option {
  return new Option("--world <kind>", "price process").choices(WORLD_KINDS);
}

/**
 * Adds the flags of a simulated world but for its kind and bar length.
 *
 * @param startText what the help says of no `--start`
 */
export function addWorldOptions(command: Command, startText?: string): Command {
  return addPathOptions(
    command.option("--set <list>", "parameters of the world, for example phi=0.2"),
    "",
    startText,
  );
}

/**
 * Adds the flags of a simulated path of prices, whatever its world.
 *
 * @param of what is simulated, where a command takes bars from elsewhere too
 * @param startText what the help says of no `--start`
 */
export function addPathOptions(command: Command, of = "", startText?: string): Command {
  const move = `standard deviation of one bar's move${of}`;
  return command
    .option("--bars <n>", `number of bars${of}`, integer(1), 30_000)
    .addOption(
      new Option("--start <date>", `first trade date${of}`).default("2022-01-03", startText),
    )
    .option("--start-price <price>", `first price${of}`, number(0, 1e9), 5_000)
    .option("--volatility-ticks <n>", move, number(0.1, 1e6), 16);
}

/** The flag of the bar length. */
export function worldIntervalOption(): Option {
  return new Option("--interval <duration>", "bar length").argParser(duration)
    .default(WORLD_INTERVAL_MS, "5m");
}

/** The world that the flags describe, with its first instant. */
export function worldRequest(
  kind: WorldKind,
  flags: WorldFlags,
): { readonly world: World; readonly start: number } {
  const start = dateFlag("--start", flags.start);
  return { world: createWorld(kind, worldParameters(flags.set)), start };
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
