import type { Registry, StoredModel } from "../registry/mod.ts";
import { isPolicy } from "../records/mod.ts";
import { InputError } from "../core/mod.ts";

/** Registered models that a command works with. */
export interface ModelReferences {
  /** Names, names@version or names@alias, in the order of the report. */
  readonly models: readonly string[];
  /** A policy that comes after them. */
  readonly policy?: string;
}

/**
 * Loads models, hashed again on reading.
 *
 * @throws {InputError} when there is no such model, when one is named twice, or when the policy is
 * none
 */
export async function loadModels(
  registry: Registry,
  { models, policy }: ModelReferences,
): Promise<StoredModel[]> {
  const loaded: StoredModel[] = [];
  for (const reference of policy === undefined ? models : [...models, policy]) {
    const model = await registry.load(reference);
    if (loaded.some(({ name, version }) => name === model.name && version === model.version)) {
      throw new InputError(`Cannot take ${model.name}@${model.version} twice`, {
        where: "--model",
        remedy: "name every model once",
      });
    }
    loaded.push(model);
  }
  const last = loaded.at(-1)!;
  if (policy !== undefined && !isPolicy(last.manifest)) {
    throw new InputError(`Cannot take ${last.name} as a policy: it is a ${last.manifest.kind}`, {
      where: "--policy",
      remedy: "name it with --model",
    });
  }
  return loaded;
}
