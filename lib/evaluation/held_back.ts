import type { HeldBack } from "./finding_facts.ts";
import type { ModelPredictions } from "../system/mod.ts";
import type { Evaluation } from "./evaluate.ts";

/** A strategy's run, and what its model said where it follows one. */
interface WatchedRun {
  readonly evaluation: Pick<Evaluation, "result">;
  readonly signals?: Pick<ModelPredictions, "frame" | "probabilities">;
}

/**
 * What kept the leading strategy from every trade that it wanted; null where it traded or wanted
 * none.
 *
 * @param runs the leading one first, then those of its parts
 */
export function heldBack(runs: readonly WatchedRun[]): HeldBack | null {
  const leader = runs[0]!;
  const { fills, from, to, vetoes } = leader.evaluation.result;
  if (fills.length > 0) return null;
  const parts = leader.signals === undefined ? runs : [leader];
  const asked = parts.flatMap(({ signals }) => signals ?? []);
  const isSilent = asked.every(({ frame, probabilities }) => {
    const width = probabilities.length / frame.rows;
    return probabilities.subarray(from * width, to * width).every((value) => Number.isNaN(value));
  });
  if (asked.length > 0 && isSilent) return { by: "warm-up", bars: to - from };
  const by = vetoes["max-lots"] > 0 ? "max-lots" : "margin";
  return vetoes[by] > 0 ? { by, bars: vetoes[by] } : null;
}
