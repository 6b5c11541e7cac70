import type { Blender } from "../blend/mod.ts";
import { canonicalJson, CorruptArtifactError, InputError } from "../core/mod.ts";
import type { SystemPart, TradingSystem } from "../records/mod.ts";
import type { CurrentDeployment, Registry, StoredModel } from "../registry/mod.ts";
import { systemSettings } from "./system_settings.ts";

/** A registered system with the bytes of its models, every hash checked. */
export interface LoadedSystem {
  /** Registry name. */
  readonly name: string;
  /** Number within the name. */
  readonly version: number;
  /** Of its document. */
  readonly sha256: string;
  /** All that decides. */
  readonly system: TradingSystem;
  /** In the order of its parts. */
  readonly models: readonly StoredModel[];
  /** The deployment that the reference goes through; null for a version by its number. */
  readonly deployment: CurrentDeployment | null;
}

/**
 * Loads a registered system with its models.
 *
 * @param reference `name`, `name@version` or `name@alias`
 * @param blenders where the kind of its blend is looked up; ours when absent
 * @throws {InputError} when there is no such system, a part is gone or reads other features, or the
 * document is of a newer program
 * @throws {CorruptArtifactError} when a file is missing or is not what was registered
 */
export async function loadSystem(
  registry: Registry,
  reference: string,
  blenders?: readonly Blender[],
): Promise<LoadedSystem> {
  const { name, sha256, system, version } = await registry.loadSystem(reference);
  const where = `${name}@${version}`;
  systemSettings(system, blenders);
  const models: StoredModel[] = [];
  for (const part of system.parts) models.push(await loadPart(registry, part, where));
  const deployment = registry.deployment(reference);
  // An alias that was moved meanwhile deploys another system than the one that was read.
  return {
    ...{ name, version, sha256, system, models },
    deployment: deployment?.sha256 === sha256 ? deployment : null,
  };
}

async function loadPart(
  registry: Registry,
  part: SystemPart,
  where: string,
): Promise<StoredModel> {
  const reference = `${part.name}@${part.version}`;
  const model = await stored(registry, reference, where);
  if (model.onnxSha256 !== part.onnxSha256 || model.manifestSha256 !== part.manifestSha256) {
    throw new InputError(`Cannot use ${reference} as its part: it is another model now`, {
      where,
      remedy: "give the registry that the system was made in with --models, or fit it again",
    });
  }
  const { featureColumns, featureSpec, window } = model.manifest;
  const reads = canonicalJson([featureSpec, featureColumns, window]);
  if (reads !== canonicalJson([part.featureSpec, part.featureColumns, part.window])) {
    throw new InputError(`Cannot use ${reference} as its part: it reads other features`, {
      where,
      remedy: "fit the system again with `deno task system fit`",
    });
  }
  return model;
}

async function stored(
  registry: Registry,
  reference: string,
  where: string,
): Promise<StoredModel> {
  try {
    return await registry.load(reference);
  } catch (error) {
    if (error instanceof InputError) {
      throw new InputError(`Cannot find its part ${reference}`, {
        where,
        remedy: "restore the registry from a backup, or fit the system again",
        cause: error,
      });
    }
    if (!(error instanceof CorruptArtifactError)) throw error;
    throw new CorruptArtifactError(
      `${where}: its part ${reference} cannot be used: ${error.message}`,
    );
  }
}
