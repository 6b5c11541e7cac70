import {
  type AliasChange,
  type ArtifactCheck,
  type CurrentDeployment,
  type GarbageOptions,
  type GarbageReport,
  type LeakVerdict,
  type ModelVersion,
  type PromoteOptions,
  type Registry,
  requireCheckOfThisCode,
  type SystemVersion,
  type UnreadableVersion,
} from "../lib/registry/mod.ts";
import { RefusedError } from "../lib/core/mod.ts";
import { codeSha256 } from "../lib/core/program.ts";
import { dataFlags, type DataRequest } from "../lib/data/mod.ts";
import type { StoredTest } from "../lib/evaluation/mod.ts";
import { isPolicy, type ModelManifest, type TradingSystem } from "../lib/records/mod.ts";

/** One version as `models list` shows it. */
export interface ModelSummary {
  /** Registry name. */
  readonly name: string;
  /** Number within the name. */
  readonly version: number;
  /** What sort of model it is. */
  readonly kind: ModelManifest["kind"];
  /** Symbol it was trained on. */
  readonly instrument: string;
  /** The file that it was trained on, or what was simulated. */
  readonly data: string;
  /** Length of its bars. */
  readonly intervalMs: number;
  /** Newest stored backtest of it; null when there is none. */
  readonly lastTest: StoredTest | null;
  /** Whether its own evidence lets it trade at all. */
  readonly trades: boolean;
  /** When training finished, ISO 8601 in UTC. */
  readonly createdAt: string;
  /** A test is out of sample from here on, ISO 8601 in UTC. */
  readonly testFrom: string;
  /** Aliases that point at it. */
  readonly aliases: readonly string[];
  /** Newest leak check of its whole stack; null when there was none. */
  readonly leakCheck: LeakVerdict | null;
  /** Of the `.onnx` file. */
  readonly onnxSha256: string;
  /** Means over the validation folds. */
  readonly metrics: ModelManifest["metrics"];
}

/** What `models list --json` prints. */
export interface ModelListDocument {
  /** Newest registration first. */
  readonly versions: readonly ModelSummary[];
  /** Trading systems, newest registration first. */
  readonly systems: readonly SystemVersion[];
  /** Version that each alias points at, by `name@alias`. */
  readonly aliases: Readonly<Record<string, number>>;
  /** Versions whose manifest cannot be read; `models verify` says more. */
  readonly unreadable: readonly UnreadableVersion[];
}

/** What `models show --json` prints. */
export interface ModelDocument extends ModelVersion {
  /** Every move of the name's aliases, oldest first. */
  readonly history: readonly AliasChange[];
}

/** What `models show --json` prints of a trading system; so does `system show --json`. */
export interface SystemDocument extends SystemVersion {
  /** All that decides. */
  readonly system: TradingSystem;
  /** Where each alias of the name points, and by which evidence. */
  readonly deployments: readonly CurrentDeployment[];
  /** Every move of the name's aliases, oldest first. */
  readonly history: readonly AliasChange[];
}

/** What a promotion may pass over. */
export interface PromoteFlags extends PromoteOptions {
  /** Promotes a version that its evidence keeps out of the market. */
  readonly allowIdle?: boolean;
}

/** What `models promote --json` prints. */
export interface PromoteDocument extends AliasChange {
  /** Newest leak check of the version promoted; null when there was none. */
  readonly leakCheck: LeakVerdict | null;
  /** What checks it, as no check with this code stands behind it; null when one does. */
  readonly leakCheckCommand: string | null;
}

/** What `models verify --json` prints. */
export interface VerifyDocument {
  /** Whether every check passed. */
  readonly ok: boolean;
  /** One a file. */
  readonly checks: readonly ArtifactCheck[];
}

/** What `models gc --json` prints. */
export interface GarbageDocument extends GarbageReport {
  /** True when nothing was removed. */
  readonly dryRun: boolean;
}

/**
 * All models and systems, or those of one name.
 *
 * @param tests stored backtests, oldest first
 * @throws {InputError} when the name is not registered
 */
export function listModels(
  registry: Registry,
  name?: string,
  tests: readonly StoredTest[] = [],
): ModelListDocument {
  const kind = name === undefined ? null : registry.kindOf(name);
  const versions = kind === "system" ? [] : registry.list(name);
  const systems = kind === "model" ? [] : registry.listSystems(name);
  const aliases = [...versions, ...systems].flatMap((version) =>
    version.aliases.map((alias) => [`${version.name}@${alias}`, version.version] as const)
  );
  return {
    versions: versions.map((version) => summary(version, tests)),
    systems,
    aliases: Object.fromEntries(aliases),
    unreadable: kind === "system" ? [] : registry.unreadable(name),
  };
}

/**
 * Everything that is recorded about one model.
 *
 * @throws {InputError} when there is no such version
 */
export function showModel(registry: Registry, reference: string): ModelDocument {
  const version = registry.resolve(reference);
  return { ...version, history: registry.history(version.name) };
}

/**
 * Everything that is recorded about one trading system.
 *
 * @throws {InputError} when there is no such system
 * @throws {CorruptArtifactError} when its document is not what was registered
 */
export async function showSystem(registry: Registry, reference: string): Promise<SystemDocument> {
  const { path: _, ...stored } = await registry.loadSystem(reference);
  const { name } = stored;
  return { ...stored, deployments: registry.deployments(name), history: registry.history(name) };
}

/**
 * Points an alias at a version.
 *
 * @throws {InputError} when there is no such version, or the alias points there already
 * @throws {RefusedError} when the version failed its leak check, passed it with other code or was
 * never checked, or when it will not trade by its own evidence
 */
export function promoteModel(
  registry: Registry,
  reference: string,
  alias: string,
  why: string,
  options: PromoteFlags = {},
): PromoteDocument {
  const version = registry.kindOf(reference) === "system"
    ? registry.resolveSystem(reference)
    : registry.resolve(reference);
  const { leakCheck } = version;
  const command = leakCheckCommand(version);
  if (options.allowUnchecked !== true) {
    requireCheckOfThisCode(version, codeSha256(), command);
    requireChecked(version, command);
  }
  // That it leaks says more than that it stays out, and is said by the registry.
  if (options.allowIdle !== true && leakCheck?.passed !== false) requireTrading(version);
  const isChecked = leakCheck?.codeSha256 === codeSha256();
  return {
    ...registry.promote(reference, alias, why, options),
    ...{ leakCheck, leakCheckCommand: isChecked ? null : command },
  };
}

/** @throws {RefusedError} when nobody has looked whether it reads the future */
function requireChecked(version: ModelVersion | SystemVersion, command: string): void {
  if (version.leakCheck !== null) return;
  throw new RefusedError(
    `${version.name}@${version.version} was never checked for leaks (run \`${command}\`, or ` +
      "promote it with --unchecked)",
  );
}

/** @throws {RefusedError} when its evidence keeps it out of the market */
function requireTrading(version: ModelVersion | SystemVersion): void {
  if (!("manifest" in version) || willTrade(version.manifest)) return;
  throw new RefusedError(
    `${version.name}@${version.version} will not trade: its evidence does not lie above zero, so it ` +
      "stays out (train one with an edge, or promote it with --idle)",
  );
}

/** A policy that stands aside, or a model none of whose edges is believed, never opens a position. */
function willTrade(manifest: ModelManifest): boolean {
  return isPolicy(manifest) ? manifest.stance !== "stand-aside" : manifest.edge.shrinkage > 0;
}

/**
 * Moves an alias back to the version that was promoted before.
 *
 * @throws {InputError} when there is no earlier version
 */
export function rollbackModel(
  registry: Registry,
  name: string,
  alias: string,
  why: string,
): AliasChange {
  return registry.rollback(name, alias, why);
}

/** Checks the registry and hashes every artifact again. */
export async function verifyModels(registry: Registry): Promise<VerifyDocument> {
  const checks = await registry.verify();
  return { ok: checks.every((check) => check.ok), checks };
}

/** Removes old versions without an alias, and files that no version names. */
export async function removeUnused(
  registry: Registry,
  options: GarbageOptions,
): Promise<GarbageDocument> {
  return { dryRun: options.dryRun, ...await registry.gc(options) };
}

/** Checks a version again, a model on the bars of its training where they came from a file. */
function leakCheckCommand(version: ModelVersion | SystemVersion): string {
  const reference = `${version.name}@${version.version}`;
  if (!("manifest" in version)) {
    return `deno task leak-check --system ${reference} --data FILE --symbol ${version.instrument}`;
  }
  const { data: { request, source }, instrument } = version.manifest;
  const isFile = typeof request === "object" && request !== null && "load" in request;
  const flags = isFile
    ? dataFlags({ ...request as unknown as DataRequest, path: source })
    : `--data FILE --symbol ${instrument}`;
  return `deno task leak-check --model ${reference} ${flags}`;
}

function summary(
  { manifest, ...version }: ModelVersion,
  tests: readonly StoredTest[],
): ModelSummary {
  return {
    name: version.name,
    version: version.version,
    kind: manifest.kind,
    instrument: manifest.instrument,
    data: manifest.data.source,
    intervalMs: manifest.intervalMs,
    lastTest:
      tests.findLast((test) =>
        test.name === version.name && test.version === version.version &&
        test.sha256 === version.onnxSha256
      ) ?? null,
    trades: willTrade(manifest),
    createdAt: version.createdAt,
    testFrom: manifest.data.testFrom,
    aliases: version.aliases,
    leakCheck: version.leakCheck,
    onnxSha256: version.onnxSha256,
    metrics: manifest.metrics,
  };
}
