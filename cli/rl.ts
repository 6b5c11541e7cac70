import type { Command } from "commander";
import { InputError } from "../lib/core/mod.ts";
import type { WorldKind } from "../lib/simulator/mod.ts";
import { requestedInstrument } from "../lib/data/mod.ts";
import { type RlDocument, type RlSource, runOfflineRl } from "../tasks/rl.ts";
import { DEFAULT_POLICY_SETTINGS } from "../lib/evaluation/mod.ts";
import { comparisonTable, findingLines } from "./backtest_summary.ts";
import { table } from "./console.ts";
import {
  addDataOptions,
  addMarketOptions,
  baseCommand,
  type DataFlags,
  dataRequest,
  instrumentRequest,
  integer,
  type MarketFlags,
  marketRequest,
  modelName,
  modelsOption,
  number,
  ownInstruments,
  reportsOption,
  seedOption,
  userPath,
} from "./options.ts";
import { paint } from "./paint.ts";
import {
  addExperienceOptions,
  type ExperienceFlags,
  recordRequest,
  runOnExperience,
} from "./rl_experience.ts";
import { addPolicyOptions, type PolicyFlags, policySettings } from "./policy_options.ts";
import { runCommand } from "./run.ts";
import {
  addWorldOptions,
  WORLD_INTERVAL_MS,
  type WorldFlags,
  worldOption,
  worldRequest,
} from "./world_options.ts";
import { taskCommandLine } from "./started_as.ts";

interface RlFlags
  extends
    Omit<DataFlags, "data" | "symbol">,
    Omit<WorldFlags, "interval">,
    MarketFlags,
    PolicyFlags,
    ExperienceFlags {
  readonly json?: true;
  readonly data?: string;
  readonly world?: WorldKind;
  readonly symbol?: string;
  readonly name?: string;
  readonly holdout: number;
  readonly momentumBars: number;
  readonly workers: number;
  readonly models: string;
  readonly reports: string;
  readonly seed: number;
}

/** `deno task rl`. */
export function command(): Command {
  const base = baseCommand(
    "rl",
    "Learn when to be long, short or flat from bars (offline reinforcement learning), test it on " +
      "bars it has not seen, and register it.",
  )
    .option("--data <file>", "CSV or Parquet file of bars", userPath)
    .addOption(worldOption())
    .option("--symbol <symbol>", "instrument, for example MES, 6E or SPY (--world: MES)")
    .option("--name <name>", "name in the registry (default: <symbol>-policy)", modelName);
  return addPolicyOptions(
    addExperienceOptions(
      addMarketOptions(addWorldOptions(addDataOptions(base, "--corporate-actions"))),
    ),
  )
    .option(
      "--holdout <share>",
      "newest share of the bars never touched before the test",
      number(0.01, 0.9),
      DEFAULT_POLICY_SETTINGS.holdout,
    )
    .option("--momentum-bars <n>", "look-back of the momentum baseline", integer(1), 252)
    .option("--workers <n>", "threads of the logistic regression", integer(1), 1)
    .addOption(modelsOption())
    .addOption(reportsOption())
    .addOption(seedOption())
    .action((options: RlFlags) =>
      runCommand(options, async (context) => {
        if (options.experience !== undefined) {
          return await runOnExperience({ ...options, experience: options.experience }, context);
        }
        const document = await runOfflineRl(
          sourceOf(options),
          {
            ...recordRequest(options),
            ...(options.name === undefined ? {} : { name: options.name }),
            ...policySettings(options),
            holdout: options.holdout,
            seed: options.seed,
            market: marketRequest(options),
            momentumBars: options.momentumBars,
            workers: options.workers,
            command: taskCommandLine("rl"),
          },
          { models: options.models, reports: options.reports },
          { clock: context, signal: context.signal, onProgress: context.progress },
        );
        context.result(document, () => summary(document));
      })
    );
}

function sourceOf(options: RlFlags): RlSource {
  const { data, symbol, world } = options;
  if ((data === undefined) === (world === undefined)) {
    throw new InputError("Cannot learn without exactly one source of bars", {
      where: "--data, --world",
      remedy: "give --data with a file, or --world with a process, for example --world ar1",
    });
  }
  if (data !== undefined) {
    if (symbol === undefined) {
      throw new InputError("Cannot read bars of an unknown instrument", {
        where: "--data",
        remedy: "add --symbol, for example --symbol MES",
      });
    }
    return { kind: "file", data: dataRequest({ ...options, data, symbol }) };
  }
  return {
    kind: "world",
    simulation: {
      ...worldRequest(world!, options),
      instrument: requestedInstrument(
        instrumentRequest(symbol ?? "MES", options, ownInstruments(options)),
      ),
      bars: options.bars,
      intervalMs: options.interval ?? WORLD_INTERVAL_MS,
      seed: options.seed,
      startPrice: options.startPrice,
      volatilityTicks: options.volatilityTicks,
    },
  };
}

function recordLines({ experience }: RlDocument): readonly string[] {
  if (experience === null) return [];
  const { decisions, episode, exploration, path } = experience;
  return [
    `logged ${decisions} decisions, exploring ${exploration}, as run ${episode} of ${path}`,
    `tell what another policy would have earned: rl --experience ${path} --evaluate <model>`,
    "",
  ];
}

function summary(document: RlDocument): string {
  const figure = (value: number | undefined): string => value?.toFixed(4) ?? "n/a";
  return [
    paint("bold", document.verdict),
    "",
    document.proof,
    "",
    table(
      ["member", "seed", "kept at", "watched", "alone on the rows kept back", "stopped"],
      document.members.map(({ bestStep, evidenceMean, points, seed, stop }, index) => [
        String(index + 1),
        String(seed),
        String(bestStep),
        figure(points.find(({ step }) => step === bestStep)?.validation),
        figure(evidenceMean),
        stop,
      ]),
    ),
    "",
    `held out: ${document.period.from.slice(0, 10)} to ${document.period.to.slice(0, 10)}, ` +
    `${document.period.bars.toLocaleString("en")} bars`,
    comparisonTable(document.strategies),
    "",
    ...findingLines(document.findings),
    ...document.notes.map((note) => `- ${note}`),
    "",
    ...recordLines(document),
    `registered as ${document.name}@${document.version}  ${document.path}`,
    `report  ${document.report}`,
    `json    ${document.json}`,
    `${document.seconds.toFixed(1)} s, ${document.learningSeconds.toFixed(1)} of them learning`,
  ].join("\n");
}
