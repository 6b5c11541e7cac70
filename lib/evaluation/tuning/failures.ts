import { FAIL_REASON_KEY, isFinished, type Trial } from "../../tuning/mod.ts";
import { UNUSABLE_KEY } from "./objective.ts";

/** The trials of a study that gave no value. */
export interface TuneFailures {
  /** Trials that ended, those that failed among them. */
  readonly ended: number;
  /** Those that failed. */
  readonly failed: number;
  /** Why, the most frequent first. */
  readonly reasons: readonly { readonly reason: string; readonly count: number }[];
}

/** Counts the trials that failed, by what each of them said. */
export function failuresOf(trials: readonly Trial[]): TuneFailures {
  const counts = new Map<string, number>();
  const failed = trials.filter(({ state }) => state === "FAIL");
  for (const trial of failed) {
    const reason = reasonOf(trial);
    counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  return {
    ended: trials.filter(({ state }) => isFinished(state)).length,
    failed: failed.length,
    reasons: [...counts].map(([reason, count]) => ({ reason, count }))
      .sort((a, b) => b.count - a.count),
  };
}

/** So many reasons are told; the others are counted. */
const TOLD = 3;

/** How many trials failed and why, in words; null where none did. */
export function failuresInWords({ ended, failed, reasons }: TuneFailures): string | null {
  if (failed === 0) return null;
  const told = reasons.slice(0, TOLD).map(({ count, reason }) => `${count} × ${reason}`);
  const others = reasons.slice(TOLD).reduce((sum, { count }) => sum + count, 0);
  const rest = others === 0 ? [] : [`${others} × something else`];
  return `${failed} of ${ended} trials failed: ${[...told, ...rest].join("; ")}`;
}

function reasonOf({ systemAttributes, userAttributes }: Trial): string {
  const reason = userAttributes[UNUSABLE_KEY] ?? systemAttributes[FAIL_REASON_KEY];
  return typeof reason === "string" ? reason : "no reason was kept";
}
