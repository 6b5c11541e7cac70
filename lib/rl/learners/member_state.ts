import { type AdamWState, createAdamW } from "../../tensor/mod.ts";
import { sha256Hex } from "../../core/mod.ts";
import type { RewardTerm } from "../reward/additive_reward.ts";

/** Why a member learns no further. */
export const MEMBER_STOPS = ["steps", "patience", "diverged"] as const;
/** One of `MEMBER_STOPS`. */
export type MemberStop = typeof MEMBER_STOPS[number];

/** One look at a member on the rows that early stopping watches. */
export interface LearningPoint {
  /** Batches learnt. */
  readonly step: number;
  /** Mean objective of the batches since the look before, per row; 0 before the first batch. */
  readonly objective: number;
  /** Mean net result per row of the positions it takes there, in reference deviations. */
  readonly validation: number;
  /** Full positions turned per row there. */
  readonly turnover: number;
  /** Mean entropy of its decisions, as a share of the largest possible. */
  readonly entropy: number;
  /** Share of each term in what it would have been paid there. */
  readonly shares: Readonly<Record<RewardTerm, number>>;
}

/** Everything that the further course of one member depends on. */
export interface PolicyMemberState {
  /** All weights, as `policyLayers` reads them. */
  readonly weights: Float32Array;
  /** Their exponential mean over the batches: what is looked at and kept. */
  readonly average: Float32Array;
  /** The mean with the best validation result so far. */
  readonly best: Float32Array;
  /** The optimizer's memory. */
  readonly optimizer: AdamWState;
  /** Batches learnt. */
  step: number;
  /** Batch after which `best` was found; 0 for none yet, or for the rule that it began with. */
  bestStep: number;
  /** Objective of the batches since the last look, summed. */
  objectiveSum: number;
  /** What was seen so far. */
  readonly curve: LearningPoint[];
  /** Null while it learns. */
  stop: MemberStop | null;
}

/** The state before the first step. */
export function createPolicyMember(weights: Float32Array): PolicyMemberState {
  return {
    weights,
    average: weights.slice(),
    best: weights.slice(),
    optimizer: createAdamW(weights.length),
    step: 0,
    bestStep: 0,
    objectiveSum: 0,
    curve: [],
    stop: null,
  };
}

/** Weight arrays of a member, in the order of the file. */
function arraysOf(
  { average, best, optimizer, weights }: PolicyMemberState,
): readonly Float32Array[] {
  return [weights, average, best, optimizer.mean, optimizer.square];
}

/**
 * Members as bytes: their SHA-256 as text, then JSON with the weights in base 64. Every number
 * comes back as it was, to the bit.
 *
 * @param fingerprint SHA-256 of everything that decides the result
 */
export async function encodeMembers(
  fingerprint: string,
  members: readonly PolicyMemberState[],
): Promise<Uint8Array> {
  const body = JSON.stringify({
    fingerprint,
    members: members.map((member) => ({
      ...member,
      weights: undefined,
      average: undefined,
      best: undefined,
      optimizer: member.optimizer.steps,
      arrays: arraysOf(member).map((array) => new Uint8Array(array.slice().buffer).toBase64()),
    })),
  });
  const hash = await sha256Hex(new TextEncoder().encode(body));
  return new TextEncoder().encode(hash + body);
}

/** Reads members; null when the bytes are damaged or those of another training. */
export async function decodeMembers(
  fingerprint: string,
  bytes: Uint8Array,
): Promise<PolicyMemberState[] | null> {
  const text = new TextDecoder().decode(bytes);
  const hash = text.slice(0, 64), body = text.slice(64);
  if (await sha256Hex(new TextEncoder().encode(body)) !== hash) return null;
  const saved = JSON.parse(body) as {
    readonly fingerprint: string;
    readonly members:
      readonly (Omit<PolicyMemberState, "weights" | "average" | "best" | "optimizer"> & {
        readonly optimizer: number;
        readonly arrays: readonly string[];
      })[];
  };
  if (saved.fingerprint !== fingerprint) return null;
  return saved.members.map(({ arrays, optimizer: steps, ...fields }) => {
    const [weights, average, best, mean, square] = arrays.map((array) =>
      new Float32Array(Uint8Array.fromBase64(array).buffer)
    );
    return {
      ...fields,
      weights: weights!,
      average: average!,
      best: best!,
      optimizer: { steps, mean: mean!, square: square! },
    };
  });
}
