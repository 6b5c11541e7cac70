import { tf } from "../../tensor/training.ts";
import { sha256Hex } from "../../core/mod.ts";
import { decodeMembers, encodeMembers, type PolicyMemberState } from "./member_state.ts";
import type { PolicyControl, PolicyRequest } from "./policy_request.ts";

/** The members of a training, and where they are kept. */
export interface MemberKeeper {
  /** Those that have begun, in order: as they were saved, if this is the same training. */
  readonly members: PolicyMemberState[];
  /** In words, why what was saved could not be used. */
  readonly remarks: readonly string[];
  /** Saves the members where it is time to; throws the signal's reason once it is aborted. */
  keep(place: "step" | "look"): Promise<void>;
}

/** Takes up the saved state of the same training, or begins with no members. */
export async function openMemberKeeper(
  request: PolicyRequest,
  { checkpoint, signal }: PolicyControl,
): Promise<MemberKeeper> {
  if (checkpoint === undefined) {
    // deno-lint-ignore require-await
    return { members: [], remarks: [], keep: async () => signal?.throwIfAborted() };
  }
  const fingerprint = await fingerprintOf(request);
  const bytes = await checkpoint.load();
  const saved = bytes === null ? null : await decodeMembers(fingerprint, bytes);
  const members = saved ?? [];
  return {
    members,
    remarks: bytes === null || saved !== null
      ? []
      : ["A checkpoint that is damaged or of another training was ignored."],
    async keep(place) {
      if (place === "look" || signal?.aborted === true) {
        await checkpoint.save(await encodeMembers(fingerprint, members));
      }
      signal?.throwIfAborted();
    },
  };
}

/** SHA-256 of everything that decides the result, the backend in use too. */
async function fingerprintOf({ frame, table, ...settings }: PolicyRequest): Promise<string> {
  const arrays = [
    frame.values,
    table.gross,
    table.holdCost,
    table.size,
    ...(table.carry === undefined ? [] : [table.carry]),
    table.resets,
    table.forced,
  ];
  const hashes = await Promise.all(
    arrays.map(({ buffer, byteLength, byteOffset }) =>
      sha256Hex(new Uint8Array(buffer, byteOffset, byteLength))
    ),
  );
  const { columns, firstValidRow } = frame;
  const { from, turnCost } = table;
  const text = JSON.stringify([
    { ...settings, columns, firstValidRow, from, turnCost, backend: tf.getBackend() },
    hashes,
  ]);
  return await sha256Hex(new TextEncoder().encode(text));
}
