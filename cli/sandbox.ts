import { type Command, Option } from "commander";
import { InputError } from "../lib/core/mod.ts";
import type { WorldKind } from "../lib/simulator/mod.ts";
import {
  DEFAULT_HISTORY,
  runSandbox,
  SANDBOX_BROKERS,
  type SandboxBars,
  type SandboxDocument,
} from "../tasks/sandbox.ts";
import { table } from "./console.ts";
import {
  addDataOptions,
  baseCommand,
  type DataFlags,
  dataRequest,
  instrumentRequest,
  integer,
  number,
  ownInstruments,
  seedOption,
  userPath,
} from "./options.ts";
import { runCommand } from "./run.ts";
import { FIRST_PORTS } from "./sandbox_ports.ts";
import { SYSTEM_CLOCK } from "./system_clock.ts";
import { addWorldOptions, type WorldFlags, worldOption, worldRequest } from "./world_options.ts";

interface SandboxFlags extends Omit<DataFlags, "data">, WorldFlags {
  readonly json?: true;
  readonly broker: typeof SANDBOX_BROKERS[number];
  readonly data?: string;
  readonly world?: WorldKind;
  readonly symbol?: string;
  readonly interval?: number;
  readonly history?: number;
  readonly speed: number;
  readonly port?: number;
  readonly cash: number;
  readonly fee?: number;
  readonly fault?: readonly string[];
  readonly guess?: readonly string[];
  readonly seed: number;
}

/** Bar length of a simulated market. */
const WORLD_INTERVAL_MS = 60_000;

/** `deno task sandbox`. */
export function command(): Command {
  const base = baseCommand("sandbox", "A double of a venue on this machine, which misbehaves.")
    .addOption(
      new Option("--broker <venue>", "whose double").choices(SANDBOX_BROKERS).makeOptionMandatory(),
    )
    .option("--data <file>", "bars that are its market, CSV or Parquet", userPath)
    .addOption(worldOption().conflicts("data"))
    .option("--symbol <symbol>", "future that is traded, for example MES");
  return addWorldOptions(addDataOptions(base), "the wall's time")
    .option(
      "--history <n>",
      `bars that have been when it begins (default: ${DEFAULT_HISTORY}, of fewer than twice as many ` +
        "half of them)",
      integer(1),
    )
    .option("--speed <times>", "how many times as fast as the wall", number(1e-3, 1e6), 1)
    .option(
      "--port <n>",
      "port of its first host, 0 for any that are free " +
        `(default: ${FIRST_PORTS.tradovate}, of ProjectX ${FIRST_PORTS.projectx})`,
      integer(0),
    )
    .option("--cash <dollars>", "cash of its account", number(0, 1e9), 50_000)
    .option("--fee <dollars>", "fee of a lot and side", number(0, 1e6))
    .option("--fault <fault...>", "faults: NAME, NAME:once, NAME:3 or NAME:0.05, then @SECONDS")
    .option("--guess <guess...>", "guesses about the venue that are switched: NAME=VALUE")
    .addOption(seedOption())
    .action((flags: SandboxFlags, command: Command) =>
      runCommand(flags, (context) =>
        runSandbox({
          ...{ broker: flags.broker, history: flags.history ?? null },
          bars: barsOf(flags, command.getOptionValueSource("start") === "default"),
          ...{
            speed: flags.speed,
            port: flags.port ?? FIRST_PORTS[flags.broker],
            cashUsd: flags.cash,
            seed: flags.seed,
          },
          ...{ feeUsd: flags.fee ?? null, faults: flags.fault ?? [], guesses: flags.guess ?? [] },
        }, {
          ...{ clock: SYSTEM_CLOCK, signal: context.signal },
          onReady: (document) => context.result(document, () => readyText(document)),
          onOver: () =>
            context.note("its bars are over: nothing trades any more (Ctrl-C stops it)"),
        }))
    );
}

/** @param isNow whether a simulated market has the wall's time */
function barsOf(flags: SandboxFlags, isNow: boolean): SandboxBars {
  const { data, world } = flags;
  if (data !== undefined) return { kind: "data", request: dataRequest({ ...flags, data }) };
  if (world === undefined || flags.symbol === undefined) {
    throw new InputError("Cannot open a market without bars", {
      where: "--data",
      remedy: "name a file with --data, or a simulated one: --world gbm --symbol MES",
    });
  }
  const request = worldRequest(world, flags);
  return {
    kind: "world",
    instrument: instrumentRequest(flags.symbol, flags, ownInstruments(flags)),
    options: {
      ...{
        world: request.world,
        start: isNow ? null : request.start,
        bars: flags.bars,
        seed: flags.seed,
      },
      intervalMs: flags.interval ?? WORLD_INTERVAL_MS,
      ...{ startPrice: flags.startPrice, volatilityTicks: flags.volatilityTicks },
    },
  };
}

/** What a person needs to reach it. */
export function readyText(document: SandboxDocument): string {
  const { broker, contracts, control, ends, faults, hosts, keys, now, speed, symbol } = document;
  return [
    `${broker} sandbox of ${symbol}: ${contracts.join(", ")}`,
    `its time is ${now}, ${speed} times as fast as yours; its bars end at ${ends}`,
    "",
    table(["host", "address"], Object.entries(hosts)),
    "",
    `keys: ${Object.entries(keys).map(([name, value]) => `${name} ${value}`).join(", ")}`,
    `faults: ${faults.length === 0 ? "none yet" : faults.join(", ")}`,
    `control: ${control} (truth, clock, faults, trade); see docs/sandbox.md`,
    "stop it with Ctrl-C",
  ].join("\n");
}
