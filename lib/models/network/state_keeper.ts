import { decodeFitState, encodeFitState } from "./checkpoint.ts";
import type { Checkpoint } from "../../core/mod.ts";
import { fingerprintOf } from "./fingerprint.ts";
import type { MemberState } from "./member_state.ts";
import type { NetworkInput } from "./network_input.ts";
import type { NetworkParameters } from "./parameters.ts";

/** Steps between two saved states within an epoch. */
const SAVE_STEPS = 500;

/** How a fit is stopped, and where its state is kept. */
export interface KeeperOptions {
  /** Of every random choice. */
  readonly seed: number;
  /** Nothing is kept when absent. */
  readonly checkpoint?: Checkpoint;
  /** Aborting ends the fit with the signal's reason, after the state was saved. */
  readonly signal?: AbortSignal;
}

/** The members of a fit, and where they are kept. */
export interface StateKeeper {
  /** Those that have begun, in order: as they were saved, if this is the same fit. */
  readonly members: MemberState[];
  /** In words, why what was saved could not be used. */
  readonly remarks: readonly string[];
  /** Saves the members where it is time to; throws the signal's reason once it is aborted. */
  keep(place: "batch" | "epoch"): Promise<void>;
}

/** Takes up the saved state of the same fit, or begins with no members. */
export async function openStateKeeper(
  input: NetworkInput,
  parameters: NetworkParameters,
  { seed, checkpoint, signal }: KeeperOptions,
): Promise<StateKeeper> {
  if (checkpoint === undefined) {
    // deno-lint-ignore require-await
    return { members: [], remarks: [], keep: async () => signal?.throwIfAborted() };
  }
  const fingerprint = await fingerprintOf(input, parameters, seed);
  const bytes = await checkpoint.load();
  const saved = bytes === null ? null : await decodeFitState(bytes);
  const isOurs = saved?.fingerprint === fingerprint;
  const members = isOurs ? [...saved.members] : [];
  const source = saved === null ? "A damaged checkpoint" : "The checkpoint of another training";
  return {
    members,
    remarks: bytes === null || isOurs
      ? []
      : [`${source} was ignored: the network was fitted from the start.`],
    async keep(place) {
      const { batch } = members.at(-1)!;
      const isDue = place === "epoch" || (batch > 0 && batch % SAVE_STEPS === 0);
      if (isDue || signal?.aborted === true) {
        await checkpoint.save(await encodeFitState({ fingerprint, members }));
      }
      signal?.throwIfAborted();
    },
  };
}
