import { sha256Hex } from "../../core/mod.ts";
import type { MemberState } from "./member_state.ts";

/** What a checkpoint holds. */
export interface FitState {
  /** SHA-256 of everything that decides the result: data, parameters, seed. */
  readonly fingerprint: string;
  /** Members that have begun, in order; all but the last have stopped. */
  readonly members: readonly MemberState[];
}

/** Version of the bytes. */
const FORMAT = 1;
const HASH_BYTES = 64;

/** What is kept of a member beside its arrays of weights, in this order. */
const FIELDS = [
  "epoch",
  "batch",
  "lossSum",
  "bestEpoch",
  "stalls",
  "training",
  "validation",
  "stop",
] as const satisfies readonly (keyof MemberState)[];

interface Header {
  readonly format: number;
  readonly fingerprint: string;
  /** Length of each array. */
  readonly size: number;
  readonly members: readonly (Pick<MemberState, typeof FIELDS[number]> & {
    readonly steps: number;
  })[];
}

/**
 * The state as bytes: SHA-256 of what follows as text, length of a JSON header, header, numbers.
 * Every number comes back as it was, to the bit.
 */
export async function encodeFitState({ fingerprint, members }: FitState): Promise<Uint8Array> {
  const header: Header = {
    format: FORMAT,
    fingerprint,
    size: members[0]?.weights.length ?? 0,
    members: members.map((member) => ({ ...member, steps: member.optimizer.steps })),
  };
  // Of these names alone, and in this order whatever the order in the objects.
  const json = new TextEncoder().encode(
    JSON.stringify(header, [...Object.keys(header), "steps", ...FIELDS]),
  );
  const numbers = members.flatMap(arraysOf).map((array) =>
    new Uint8Array(array.buffer, array.byteOffset, array.byteLength)
  );
  const body = await new Blob([Uint32Array.of(json.length), json, ...numbers] as BlobPart[])
    .bytes();
  const hash = new TextEncoder().encode(await sha256Hex(body));
  return new Blob([hash, body] as BlobPart[]).bytes();
}

/** Reads a state; null when the bytes are damaged or of another version. */
export async function decodeFitState(bytes: Uint8Array): Promise<FitState | null> {
  const hash = new TextDecoder().decode(bytes.subarray(0, HASH_BYTES));
  // Copied, as the numbers must begin at a multiple of four bytes.
  const body = bytes.slice(HASH_BYTES);
  if (body.length < 4 || await sha256Hex(body) !== hash) return null;
  const jsonEnd = 4 + new DataView(body.buffer).getUint32(0, true);
  const header: Header = JSON.parse(new TextDecoder().decode(body.subarray(4, jsonEnd)));
  if (header.format !== FORMAT) return null;
  const numbers = new Float32Array(body.slice(jsonEnd).buffer);
  let end = 0;
  const take = () => numbers.slice(end, end += header.size);
  return {
    fingerprint: header.fingerprint,
    members: header.members.map(({ steps, ...fields }) => ({
      ...fields,
      weights: take(),
      best: take(),
      optimizer: { steps, mean: take(), square: take() },
    })),
  };
}

function arraysOf({ weights, best, optimizer }: MemberState): Float32Array[] {
  return [weights, best, optimizer.mean, optimizer.square];
}
