import type { BlendSummary } from "../../records/mod.ts";
import type { Strategy } from "../../trading/mod.ts";
import type { StrategyRun } from "../comparison.ts";
import { evaluate } from "../evaluate.ts";
import type { RunConditions } from "../../engine/mod.ts";
import { recordBlend } from "./record_blend.ts";
import { blendSummary, type BlendSummaryPart } from "./blend_summary.ts";
import type { BlendRecorder } from "../../system/mod.ts";

/** One part of a blend that is about to run. */
export interface BlendRunPart extends BlendSummaryPart {
  /** The part alone. */
  readonly strategy: Strategy;
  /** What a report says of it beside its run. */
  readonly run: Pick<StrategyRun, "model" | "signals">;
}

/** A blend that is about to run. */
export interface BlendRunRequest {
  readonly conditions: RunConditions;
  /** Makes the blend's strategy, told to report to a recorder. */
  readonly strategy: (recorder: BlendRecorder) => Strategy;
  readonly parts: readonly BlendRunPart[];
  /** Where the parts' confidence comes from, in words. */
  readonly confidence: string;
}

/** A blend that was run beside its parts. */
export interface BlendRun {
  /** The blend first, then each part alone. */
  readonly runs: readonly StrategyRun[];
  /** The blend's strategy, to run it again. */
  readonly leading: Strategy;
  readonly panel: BlendSummary;
}

/** Runs a blend beside each of its parts and lays out what the parts gave. */
export function runBlend(request: BlendRunRequest): BlendRun {
  const { conditions, parts } = request;
  const { observer, recorder, seen } = recordBlend(parts.length, conditions);
  const evaluation = evaluate(conditions, request.strategy(recorder), { observer });
  const alone = parts.map(({ run, strategy }): StrategyRun => ({
    role: "model",
    evaluation: evaluate(conditions, strategy),
    ...run,
  }));
  return {
    runs: [{ role: "model", evaluation }, ...alone],
    leading: request.strategy({}),
    panel: blendSummary({
      ...{ conditions, evaluation, parts },
      confidence: request.confidence,
      aloneUsd: alone.map((part) => part.evaluation.netUsd),
      seen: seen(),
    }),
  };
}
