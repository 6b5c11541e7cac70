import type { NightMove } from "../../records/mod.ts";
import type { Registry } from "../../registry/mod.ts";
import { deploymentOf, type NightChampion, SERVING_ALIAS } from "./champion.ts";
import type { NightVerdict } from "./decide.ts";

/** What a night has moved, and the deployment that serves since. */
export interface Moved {
  /** In order; empty where everything stays. */
  readonly moves: readonly NightMove[];
  /** Deployment that serves now. */
  readonly deploymentId: number;
}

/**
 * Carries a verdict out, once: a run that was killed after the alias had moved finds it moved.
 *
 * @param mark names the night in the history of the alias
 * @throws {InputError} when there is nothing to go back to
 */
export function moveChampion(
  registry: Registry,
  name: string,
  { move }: Pick<NightVerdict, "move">,
  champion: NightChampion,
  mark: string,
  why: string,
): Moved {
  if (move === null) return { moves: [], deploymentId: champion.deploymentId };
  const { kind, sizeFactor, version } = move;
  const reason = `${why} (night ${mark})`;
  const isDone = (): boolean =>
    registry.history(name, SERVING_ALIAS).at(-1)!.why === reason &&
    deploymentOf(registry, name).version === version;
  if (kind === "rollback") {
    // Weights of the same recipe may lie between: all of them go.
    while (deploymentOf(registry, name).version !== version) {
      registry.rollback(name, SERVING_ALIAS, reason);
    }
  } else if (!isDone()) {
    registry.promote(`${name}@${version}`, SERVING_ALIAS, reason, { sizeFactor });
  }
  const now = deploymentOf(registry, name);
  return {
    moves: [{
      ...{ kind, fromVersion: champion.version, toVersion: version },
      sizeFactor: now.sizeFactor,
    }],
    deploymentId: now.id,
  };
}
