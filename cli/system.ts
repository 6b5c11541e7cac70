import { Command, Option } from "commander";
import { BLEND_KINDS } from "../lib/blend/mod.ts";
import type { JsonValue } from "../lib/core/mod.ts";
import { openRegistry } from "../lib/registry/mod.ts";
import { CONFIDENCE_SHARE } from "../lib/system/mod.ts";
import { showSystem, type SystemDocument } from "../tasks/models.ts";
import { fitRegisteredSystem, type SystemFitDocument } from "../tasks/system.ts";
import { reproduceSystem } from "../lib/evaluation/mod.ts";
import { table } from "./console.ts";
import { EXIT, ExitWith } from "./exit.ts";
import {
  addDataOptions,
  addMarketOptions,
  baseCommand,
  type DataFlags,
  dataRequest,
  type MarketFlags,
  marketRequest,
  modelName,
  modelsOption,
  number,
  requireModels,
  sameData,
  sameRegistry,
  userPath,
} from "./options.ts";
import { riskRequest } from "./risk_options.ts";
import { runCommand } from "./run.ts";

interface FitFlags extends DataFlags, MarketFlags {
  readonly json?: true;
  readonly model?: readonly string[];
  readonly policy?: string;
  readonly blend?: string;
  readonly confidenceShare: number;
  readonly risk?: string;
  readonly name: string;
  readonly models: string;
}

/** `deno task system`. */
export function command(): Command {
  const system = new Command("system")
    .description("Make trading systems of registered models, and look at them.");
  for (const child of [fit(), show(), reproduce()]) system.addCommand(child);
  return system;
}

function fit(): Command {
  const base = baseCommand(
    "fit",
    "Make one document of all that decides: models, blend, filters, costs, sizes, rules of risk.",
  )
    .option("--model <reference...>", "name, name@version or name@alias")
    .option("--policy <reference>", "a learnt policy, after the models")
    .addOption(
      new Option("--blend <kind>", "how several parts become one position; none for one part")
        .choices(BLEND_KINDS),
    )
    .option(
      "--confidence-share <share>",
      "--blend: oldest share of the unseen bars, which teaches it; the rest stays unseen",
      number(0.05, 0.9),
      CONFIDENCE_SHARE,
    )
    .option("--risk <file>", "JSON file of risk rules and sizing", userPath)
    .requiredOption("--data <file>", "CSV or Parquet file of bars", userPath)
    .option(
      "--symbol <symbol>",
      "instrument, for example MES, 6E or SPY (default: from the file's name)",
    )
    .requiredOption("--name <name>", "name in the registry", modelName);
  return addMarketOptions(addDataOptions(base))
    .addOption(modelsOption())
    .addHelpText(
      "after",
      "\nExamples:\n" +
        "  deno task system fit --model MES-forest --data mes.csv --symbol MES --name MES-alone\n" +
        "  deno task system fit --model MES-forest MES-lstm --policy MES-policy --blend hedge \\\n" +
        "    --data mes.csv --symbol MES --name MES-hedge",
    )
    .action((options: FitFlags) =>
      runCommand(options, async (context) => {
        const { blend, confidenceShare, name, policy } = options;
        const document = await fitRegisteredSystem(
          dataRequest(options),
          {
            name,
            models: requireModels(options),
            ...(policy === undefined ? {} : { policy }),
            ...(blend === undefined ? {} : { blend: { kind: blend, confidenceShare } }),
            market: marketRequest(options),
            risk: riskRequest(options.risk, blend === undefined ? [] : [blend], context.note),
          },
          options.models,
          { clock: context, signal: context.signal, onProgress: context.progress },
        );
        context.result(document, () => fitSummary(document, options));
      })
    );
}

function fitSummary(document: SystemFitDocument, flags: FitFlags): string {
  const { history, lastBarSeen, name, unseenBars, version } = document;
  return [
    `${name}@${version} trades ${document.instrument} as ${document.blender ?? "it is"}`,
    "",
    partTable(document.parts),
    "",
    ...settingLines(document),
    `taught by       ${
      history === null
        ? "nothing: one part is followed as it is"
        : `${history.rows.toLocaleString("en")} bars up to ${history.lastTime.slice(0, 16)}`
    }`,
    `last bar seen   ${lastBarSeen.slice(0, 16)}; ${unseenBars.toLocaleString("en")} bars after it`,
    `sha256          ${document.sha256}`,
    "",
    `test it: deno task backtest --system ${name}@${version} ${sameData(flags)}` +
    sameRegistry(flags),
    `${document.seconds.toFixed(1)} s`,
  ].join("\n");
}

function show(): Command {
  return baseCommand("show", "All that a trading system decides with, and where it is deployed.")
    .argument("<system>", "name, name@version or name@alias")
    .addOption(modelsOption())
    .action((reference: string, options: { readonly json?: true; readonly models: string }) =>
      runCommand(options, async (context) => {
        using registry = openRegistry({
          folder: options.models,
          clock: context,
          readOnly: true,
        });
        const document = await showSystem(registry, reference);
        context.result(document, () => systemSummary(document));
      })
    );
}

function reproduce(): Command {
  return baseCommand("reproduce", "Make a system again of its models and bars; compare every byte.")
    .argument("<system>", "name, name@version or name@alias")
    .requiredOption("--data <file>", "the bars that it was made of", userPath)
    .addOption(modelsOption())
    .action((
      reference: string,
      options: { readonly json?: true; readonly models: string; readonly data: string },
    ) =>
      runCommand(options, async (context) => {
        using registry = openRegistry({
          folder: options.models,
          clock: context,
          readOnly: true,
        });
        const document = await reproduceSystem(registry, reference, options.data, {
          ...{ clock: context, signal: context.signal, onProgress: context.progress },
        });
        const { changed, registeredSha256, reproducedSha256, same, system } = document;
        context.result(document, () =>
          [
            same
              ? `${system} came out the same to the byte (sha256 ${registeredSha256})`
              : `${system} came out different: registered ${registeredSha256}, now ${reproducedSha256}`,
            ...changed.map((change) => `- changed since: ${change}`),
          ].join("\n"));
        if (!same) throw new ExitWith(EXIT.failed);
      })
    );
}

function systemSummary(document: SystemDocument): string {
  const { deployments, history, leakCheck, name, system, version } = document;
  const parts = system.parts.map(({ calibration, kind, noveltyFilter, onnxSha256, ...part }) => ({
    reference: `${part.name}@${part.version}`,
    ...{ kind, onnxSha256 },
    hasNoveltyFilter: noveltyFilter !== null,
    confidence: calibration,
  }));
  return [
    `${name}@${version} trades ${document.instrument} as ${document.blender ?? "it is"}`,
    "",
    partTable(parts),
    "",
    ...settingLines({ ...system, blender: document.blender }),
    `last bar seen   ${document.lastBarSeen.slice(0, 16)}`,
    `leak check      ${
      leakCheck === null ? "none" : leakCheck.passed ? "passed" : `FAILED: ${leakCheck.leak}`
    }`,
    `sha256          ${document.sha256}`,
    ...(deployments.length === 0
      ? ["deployed        nowhere"]
      : deployments.map((one) =>
        `${one.alias.padEnd(15)} @${one.version} in ${one.sizeFactor} times its size since ` +
        `${one.since.slice(0, 16)}: ${one.why}`
      )),
    ...history.map((move) =>
      `${move.at.slice(0, 16)} ${move.kind} of ${move.alias} to @${move.toVersion}: ${move.why}`
    ),
  ].join("\n");
}

function partTable(parts: SystemFitDocument["parts"]): string {
  const rows = parts.map(({ confidence, hasNoveltyFilter, kind, onnxSha256, reference }) => [
    ...[reference, kind],
    confidence === null ? "none" : `${confidence.rows} positions`,
    confidence === null ? "" : `${(100 * confidence.baseRate).toFixed(1)} %`,
    hasNoveltyFilter ? "yes" : "no",
    onnxSha256.slice(0, 12),
  ]);
  const columns = ["part", "kind", "confidence from", "beat flat", "novelty filter", "sha256"];
  return table(columns, rows);
}

function settingLines(
  { costs, horizonBars, limits, lookBack, sizing }: Pick<
    SystemFitDocument,
    "blender" | "costs" | "horizonBars" | "limits" | "lookBack" | "sizing"
  >,
): string[] {
  const fee = (costs.feePerSideMicros / 1e6).toFixed(2);
  return [
    `costs assumed   $${fee} a lot and side, ${costs.slippageTicks} tick(s) on every fill`,
    `size            ${sizeWords(sizing)}`,
    `rules of risk   ${words(limits)}`,
    `horizon         ${horizonBars} bars`,
    `look-back       ${lookBack.featureBars} bars for features, ${lookBack.signalBars} for positions`,
  ];
}

function sizeWords(sizing: JsonValue): string {
  const { kind, ...settings } = sizing as Record<string, JsonValue>;
  return `${kind}: ${words(settings)}`;
}

/** Settings as `name value`, one after the other. */
function words(settings: JsonValue): string {
  const entries = Object.entries(settings as Record<string, JsonValue>);
  if (entries.length === 0) return "none";
  return entries.map(([name, value]) =>
    `${name} ${typeof value === "object" ? JSON.stringify(value) : value}`
  ).join(", ");
}
