import { CorruptArtifactError, InputError } from "../../core/mod.ts";
import type { TradingSystem } from "../../records/mod.ts";
import { aliasStack, type Registry } from "../../registry/mod.ts";
import { loadSystem } from "../../system/mod.ts";
import { SERVING_ALIAS } from "./champion.ts";

/** A champion whose files are as they were registered, or what can be read in its place. */
export interface ReadableChampion {
  /** Number within the name. */
  readonly version: number;
  /** Its document. */
  readonly system: TradingSystem;
  /** What is wrong with the champion itself; null where this is it. */
  readonly fault: string | null;
}

/**
 * Reads a champion with all of its models, or else the newest that served before it and can be read.
 *
 * @throws {CorruptArtifactError} when none can be read: there is nothing to go back to
 * @throws {InputError} when there is no such system, or a newer program has written it
 */
export async function readableChampion(
  registry: Registry,
  name: string,
  champion: number,
): Promise<ReadableChampion> {
  try {
    const { system } = await loadSystem(registry, `${name}@${champion}`);
    return { version: champion, system, fault: null };
  } catch (error) {
    if (!(error instanceof CorruptArtifactError)) throw error;
    const earlier = aliasStack(registry.history(name, SERVING_ALIAS)).slice(0, -1).toReversed();
    for (const version of earlier.filter((served) => served !== champion)) {
      const system = await readOrNull(registry, `${name}@${version}`);
      if (system !== null) return { version, system, fault: error.message };
    }
    throw error;
  }
}

async function readOrNull(registry: Registry, reference: string): Promise<TradingSystem | null> {
  try {
    return (await loadSystem(registry, reference)).system;
  } catch (error) {
    if (error instanceof CorruptArtifactError || error instanceof InputError) return null;
    throw error;
  }
}
