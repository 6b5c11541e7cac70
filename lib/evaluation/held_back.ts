import type { RunConditions, RunDecision } from "../engine/mod.ts";
import type { ModelPredictions } from "../system/mod.ts";
import type { Strategy } from "../trading/mod.ts";
import { evaluate, type Evaluation } from "./evaluate.ts";
import type { HeldBack } from "./finding_facts.ts";

/** A strategy's run, and what its model said where it follows one. */
interface WatchedRun {
  readonly evaluation: Pick<Evaluation, "result">;
  readonly signals?: Pick<ModelPredictions, "frame" | "probabilities">;
}

/**
 * What kept the leading strategy from every trade that it wanted; null where it traded or wanted
 * none. Only one that made no trade is run again, to be watched.
 *
 * @param runs the leading one first, then those of its parts
 * @param strategy what the leading run followed
 */
export function heldBack(
  runs: readonly WatchedRun[],
  strategy: Strategy,
  conditions: RunConditions,
): HeldBack | null {
  if (runs[0]!.evaluation.result.fills.length > 0) return null;
  const { from, to } = conditions;
  if (strategy.warmupBars >= to || areWarmingUp(runs, from, to)) {
    return { by: "warm-up", bars: to - from };
  }
  const seen = new Map<string, HeldBack>();
  evaluate(conditions, strategy, {
    observer: {
      onDecision(decision) {
        const cause = causeOf(decision);
        if (cause === null) return;
        const key = `${cause.by} ${cause.rule ?? ""}`;
        seen.set(key, { ...cause, bars: (seen.get(key)?.bars ?? 0) + 1 });
      },
    },
  });
  return [...seen.values()].toSorted((a, b) => b.bars - a.bars)[0] ?? null;
}

function areWarmingUp(runs: readonly WatchedRun[], from: number, to: number): boolean {
  const parts = runs[0]!.signals === undefined ? runs : [runs[0]!];
  const asked = parts.flatMap(({ signals }) => signals ?? []);
  return asked.length > 0 && asked.every(({ frame, probabilities }) => {
    const width = probabilities.length / frame.rows;
    return probabilities.subarray(from * width, to * width).every((value) => Number.isNaN(value));
  });
}

/** The first thing that made nothing of a position that was wanted. */
function causeOf(decision: RunDecision): Omit<HeldBack, "bars"> | null {
  const { forecast, targetLots, verdict, vetoes, wantedLots } = decision;
  if (forecast.exposure === 0 || targetLots !== 0) return null;
  if (wantedLots === 0) return { by: "sizing" };
  const [rule] = verdict?.vetoes ?? [];
  if (rule !== undefined && verdict!.targetLots === 0) {
    return { by: "risk", rule: `the ${rule} rule` };
  }
  return { by: vetoes.includes("margin") ? "margin" : "max-lots" };
}
