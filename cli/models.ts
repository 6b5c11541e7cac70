import { Command } from "commander";
import { InputError } from "../lib/core/mod.ts";
import { codeSha256, TUNING_STORAGE } from "../lib/core/program.ts";
import { type Deployment, openRegistry, type Registry } from "../lib/registry/mod.ts";
import {
  listModels,
  type ModelListDocument,
  type PromoteDocument,
  promoteModel,
  removeUnused,
  rollbackModel,
  showModel,
  showSystem,
  verifyModels,
} from "../tasks/models.ts";
import { type NewestTest, trialsBehind } from "../tasks/models/trials_behind.ts";
import { readRun, reproduceModel, type StoredTest, storedTests } from "../lib/evaluation/mod.ts";
import { basename } from "node:path";
import { table } from "./console.ts";
import { EXIT, ExitWith } from "./exit.ts";
import {
  baseCommand,
  durationText,
  integer,
  modelsOption,
  number,
  reportsOption,
  userPath,
} from "./options.ts";
import { type CommandContext, runCommand } from "./run.ts";

interface RegistryFlags {
  readonly json?: true;
  readonly models: string;
}

interface ShowFlags extends RegistryFlags {
  readonly reports: string;
  readonly storage: string;
}

interface AliasFlags extends RegistryFlags {
  readonly alias: string;
  readonly why: string;
}

interface PromoteFlags extends AliasFlags {
  readonly unchecked?: true;
  readonly idle?: true;
  readonly size?: number;
}

/** `deno task models`. */
export function command(): Command {
  const models = new Command("models")
    .description("List, promote, roll back and verify the registry.");
  for (const child of [list(), show(), promote(), rollback(), verify(), reproduce(), gc()]) {
    models.addCommand(child);
  }
  return models;
}

function list(): Command {
  return registryCommand("list", "All versions, newest first.")
    .argument("[name]", "only this model or system")
    .addOption(reportsOption())
    .action((name: string | undefined, options: RegistryFlags & { reports: string }) =>
      withRegistry(options, true, (registry, context) => {
        const document = listModels(registry, name, storedTests(options.reports));
        context.result(document, () => listing(document));
      })
    );
}

function listing({ systems, unreadable, versions }: ModelListDocument): string {
  const rows = versions.map((version) => [
    `${version.name}@${version.version}`,
    version.aliases.join(", "),
    basename(version.data),
    durationText(version.intervalMs),
    proofOf(version),
    leakCheckOf(version),
    version.lastTest === null
      ? "none"
      : `${version.lastTest.at.slice(0, 10)} ${version.lastTest.runId.slice(0, 8)}`,
  ]);
  const columns = ["model", "aliases", "data", "bars", "proof", "leak check", "last test"];
  return [
    ...(versions.length + systems.length === 0 ? ["no models registered yet"] : []),
    ...(rows.length === 0 ? [] : [table(columns, rows)]),
    ...(systems.length === 0 ? [] : [systemListing(systems)]),
    ...unreadable.map(({ detail }) => `! ${detail}`),
  ].join("\n");
}

function systemListing(systems: ModelListDocument["systems"]): string {
  const columns = ["system", "blend", "registered", "unseen after", "leak check", "aliases"];
  const rows = systems.map((system) => [
    `${system.name}@${system.version}`,
    system.blender ?? `${system.parts[0]} alone`,
    system.registeredAt.slice(0, 10),
    system.lastBarSeen.slice(0, 10),
    leakCheckOf(system),
    system.aliases.join(", "),
  ]);
  return table(columns, rows);
}

/** What speaks for a version: its accuracy in validation, or the t of a policy's evidence. */
function proofOf({ kind, metrics, trades }: ModelListDocument["versions"][number]): string {
  const [label, name] = kind === "policy" ? ["t", "evidenceT"] : ["acc.", "accuracy"];
  return `${label} ${metrics[name!]?.toFixed(kind === "policy" ? 2 : 3) ?? "n/a"}` +
    (trades ? "" : ", stays out");
}

function leakCheckOf(
  { leakCheck }: Pick<ModelListDocument["versions"][number], "leakCheck">,
): string {
  if (leakCheck === null) return "none";
  if (!leakCheck.passed) return "FAILED";
  return leakCheck.codeSha256 === codeSha256() ? "passed" : "other code";
}

function show(): Command {
  return registryCommand("show", "Everything that is recorded about one version.")
    .argument("<reference>", "model or system: name, name@version or name@alias")
    .addOption(reportsOption())
    .option("--storage <file>", "SQLite file of studies and trials", userPath, TUNING_STORAGE)
    .action((reference: string, options: ShowFlags) =>
      withRegistry(options, true, async (registry, context) => {
        const { reports, storage } = options;
        const isSystem = registry.kindOf(reference) === "system";
        const shown = isSystem
          ? await showSystem(registry, reference)
          : showModel(registry, reference);
        const symbol = "manifest" in shown ? shown.manifest.instrument : shown.instrument;
        const test = storedTests(reports).findLast(({ name, version }) =>
          name === shown.name && version === shown.version
        );
        const trials = await trialsBehind(symbol, storage, newestTest(test, reports));
        const document = { ...shown, trials };
        context.result(document, () => JSON.stringify(document, null, 2));
      })
    );
}

function newestTest(test: StoredTest | undefined, reports: string): NewestTest | null {
  if (test === undefined) return null;
  const { sheet } = readRun(test.runId, reports, (path) => path);
  const own = sheet.strategies.find(({ role }) => role === "model");
  return { runId: test.runId, returns: Float64Array.from(own?.dailyReturns.value ?? []) };
}

function promote(): Command {
  return registryCommand("promote", "Point an alias at a version; the move is recorded.")
    .argument("<reference>", "model or system: name@version")
    .option("--alias <alias>", "alias to move", "champion")
    .requiredOption("--why <text>", "reason, kept in the history")
    .option("--size <factor>", "of a system: what its sizes are multiplied by", number(0, 1))
    .option("--unchecked", "promote without a leak check of this code")
    .option("--idle", "promote although it will not trade")
    .action((reference: string, options: PromoteFlags) =>
      withRegistry(options, false, (registry, context) => {
        const document = promoteModel(registry, reference, options.alias, options.why, {
          allowUnchecked: options.unchecked ?? false,
          allowIdle: options.idle ?? false,
          ...(options.size === undefined ? {} : { sizeFactor: options.size }),
        });
        const { alias, deployment, fromVersion, name, toVersion } = document;
        context.result(
          document,
          () =>
            `${name}@${toVersion} is now ${alias}` + sizeText(deployment) +
            (fromVersion === null ? "" : ` (was @${fromVersion})`) + checkAdvice(document),
        );
      })
    );
}

function checkAdvice({ leakCheck, leakCheckCommand }: PromoteDocument): string {
  if (leakCheckCommand === null) return "";
  const state = leakCheck === null ? "never checked for leaks" : "checked with other code only";
  return `\n${state}: run \`${leakCheckCommand}\``;
}

function rollback(): Command {
  return registryCommand("rollback", "Move an alias back to the version it pointed at before.")
    .argument("<name>", "name of a model or system")
    .option("--alias <alias>", "alias to move", "champion")
    .requiredOption("--why <text>", "reason, kept in the history")
    .action((name: string, options: AliasFlags) =>
      withRegistry(options, false, (registry, context) => {
        const document = rollbackModel(registry, name, options.alias, options.why);
        context.result(
          document,
          () =>
            `${document.name}@${document.toVersion} is ${document.alias} again` +
            `${sizeText(document.deployment)} ` +
            `(was @${document.fromVersion})`,
        );
      })
    );
}

/** Said only where it is not the whole. */
function sizeText(deployment: Deployment | undefined): string {
  const { sizeFactor } = deployment ?? { sizeFactor: 1 };
  return sizeFactor === 1 ? "" : ` in ${sizeFactor} times its size`;
}

function verify(): Command {
  return registryCommand("verify", "Hash every artifact again.")
    .action((options: RegistryFlags) =>
      withRegistry(options, true, async (registry, context) => {
        const document = await verifyModels(registry);
        const bad = document.checks.filter((check) => !check.ok);
        context.result(document, () =>
          [
            ...bad.map((check) => `${check.reference}: ${check.detail} (${check.file})`),
            `${document.checks.length - bad.length} of ${document.checks.length} checks passed`,
          ].join("\n"));
        if (bad.length > 0) throw new ExitWith(EXIT.failed);
      })
    );
}

function reproduce(): Command {
  return registryCommand(
    "reproduce",
    "Train a version again from its manifest; compare to the bit.",
  )
    .argument("<model>", "name, name@version or name@alias")
    .option("--data <file>", "the bars, when they are no longer where they were", userPath)
    .option("--workers <n>", "threads", integer(1), navigator.hardwareConcurrency)
    .action((reference: string, options: RegistryFlags & { data?: string; workers: number }) =>
      withRegistry(options, true, async (registry, context) => {
        if (registry.kindOf(reference) === "system") {
          throw new InputError(`Cannot train ${reference} again: it is a trading system`, {
            remedy: `run \`deno task system reproduce ${reference} --data …\``,
          });
        }
        const document = await reproduceModel(
          registry,
          reference,
          {
            workers: options.workers,
            ...(options.data === undefined ? {} : { path: options.data }),
          },
          { clock: context, signal: context.signal, onProgress: context.progress },
        );
        context.result(document, () =>
          [
            document.same
              ? `${document.model} came out the same to the bit (sha256 ${document.registeredSha256})`
              : `${document.model} came out different: registered ${document.registeredSha256}, ` +
                `now ${document.reproducedSha256}`,
            ...document.changed.map((change) => `- changed since: ${change}`),
          ].join("\n"));
        if (!document.same) throw new ExitWith(EXIT.failed);
      })
    );
}

function gc(): Command {
  return registryCommand(
    "gc",
    "Remove old versions that no alias, system or report needs, and orphans.",
  )
    .option("--keep <n>", "newest versions kept per name", integer(1), 5)
    .option("--dry-run", "only say what would go")
    .addOption(reportsOption())
    .action((options: RegistryFlags & { keep: number; dryRun?: true; reports: string }) =>
      withRegistry(options, false, async (registry, context) => {
        const document = await removeUnused(registry, {
          keep: options.keep,
          dryRun: options.dryRun ?? false,
          needed: storedTests(options.reports).map(({ name, version }) => `${name}@${version}`),
        });
        context.result(document, () =>
          [
            ...document.removedVersions,
            ...document.removedFiles,
            `${document.removedVersions.length} versions and ${document.removedFiles.length} files ` +
            `${options.dryRun ? "would be" : "were"} removed, ${document.freedBytes} bytes`,
          ].join("\n"));
      })
    );
}

function registryCommand(name: string, summary: string): Command {
  return baseCommand(name, summary).addOption(modelsOption());
}

function withRegistry(
  options: RegistryFlags,
  readOnly: boolean,
  body: (registry: Registry, context: CommandContext) => Promise<void> | void,
): Promise<void> {
  return runCommand(options, async (context) => {
    using registry = openRegistry({ folder: options.models, clock: context, readOnly });
    await body(registry, context);
  });
}
