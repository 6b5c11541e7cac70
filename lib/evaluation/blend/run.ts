import type { BlendPanel } from "../../records/blend_panel.ts";
import type { Strategy } from "../../trading/strategy.ts";
import type { Contestant } from "../comparison.ts";
import { evaluate } from "../evaluate.ts";
import { type Arena } from "../../engine/run_conditions.ts";
import type { RiskRequest } from "../../risk/risk_request.ts";
import { observeBlend } from "./observe.ts";
import { blendPanel, type BlendPanelPart } from "./panel.ts";
import { type BlendObserver, guarded } from "../../system/strategy.ts";

/** One part of a blend that is about to run. */
export interface BlendRunPart extends BlendPanelPart {
  /** The part alone. */
  readonly strategy: Strategy;
  /** What a report says of it beside its run. */
  readonly contestant: Pick<Contestant, "model" | "signals">;
}

/** A blend that is about to run. */
export interface BlendRunRequest {
  readonly arena: Arena;
  readonly risk: RiskRequest;
  /** Makes the blend's strategy, told to report to an observer. */
  readonly strategy: (observer: BlendObserver) => Strategy;
  readonly parts: readonly BlendRunPart[];
  /** Where the parts' confidence comes from, in words. */
  readonly confidence: string;
}

/** A blend that was run beside its parts. */
export interface BlendRun {
  /** The blend first, then each part alone. */
  readonly contestants: readonly Contestant[];
  /** The blend's strategy, to run it again. */
  readonly leading: Strategy;
  readonly panel: BlendPanel;
}

/** Runs a blend beside each of its parts and lays out what the parts gave. */
export function runBlend(request: BlendRunRequest): BlendRun {
  const { arena, parts, risk } = request;
  const { observer, seen, watched } = observeBlend(parts.length, arena);
  const evaluation = evaluate(arena, watched(request.strategy(observer)));
  const alone = parts.map(({ contestant, strategy }): Contestant => ({
    role: "model",
    evaluation: evaluate(arena, guarded(strategy, arena, risk)),
    ...contestant,
  }));
  return {
    contestants: [{ role: "model", evaluation }, ...alone],
    leading: request.strategy({}),
    panel: blendPanel({
      ...{ arena, evaluation, parts },
      confidence: request.confidence,
      aloneUsd: alone.map((part) => part.evaluation.netUsd),
      seen: seen(),
    }),
  };
}
