import type { CurrentDeployment, Registry } from "../../registry/mod.ts";

/** What serves when a night begins. */
export interface NightChampion {
  /** Number within the name. */
  readonly version: number;
  /** The deployment of it. */
  readonly deploymentId: number;
  /** Part of its size in which it serves. */
  readonly sizeFactor: number;
}

/** The alias that serves. */
export const SERVING_ALIAS = "champion";

/**
 * What serves under a name. A name without a champion gets its newest version for one, so that what a
 * night registers never serves just for being newest.
 *
 * @throws {InputError} when there is no such system
 * @throws {RefusedError} when the newest version failed its leak check
 */
export function servingChampion(registry: Registry, name: string): NightChampion {
  const { version } = registry.resolveSystem(name);
  if (registry.deployment(name) === null) {
    registry.promote(
      `${name}@${version}`,
      SERVING_ALIAS,
      "newest version when its first night began",
    );
  }
  const { id, sizeFactor, version: served } = deploymentOf(registry, name);
  return { version: served, deploymentId: id, sizeFactor };
}

/** Where the champion of a name points. */
export function deploymentOf(registry: Registry, name: string): CurrentDeployment {
  return registry.deployment(`${name}@${SERVING_ALIAS}`)!;
}
