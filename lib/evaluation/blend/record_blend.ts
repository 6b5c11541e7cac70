import { type Contributions, createContributions } from "./contributions.ts";
import type { Strategy } from "../../trading/strategy.ts";
import type { RunConditions } from "../../engine/run_conditions.ts";
import type { BlendRecorder } from "../../system/strategy.ts";

/** What is seen of one run of a blend. */
export interface BlendRecording {
  readonly contributions: Contributions;
  /** Decisions that changed the position, in words, by row. */
  readonly sentences: ReadonlyMap<number, string>;
  /** Bars on which each part had confidence in a position. */
  readonly spoke: readonly number[];
  /** Bars on which each part was left out, by reason. */
  readonly vetoes: readonly ReadonlyMap<string, number>[];
  /** Bars on which each rule of risk overruled the blend. */
  readonly limits: ReadonlyMap<string, number>;
  /** Bars decided. */
  readonly bars: number;
}

/** Watches one run; give its observer to the strategy and run what `watched` returns. */
export function recordBlend(parts: number, { from, to }: Pick<RunConditions, "from" | "to">): {
  readonly observer: BlendRecorder;
  readonly watched: (strategy: Strategy) => Strategy;
  readonly seen: () => BlendRecording;
} {
  const contributions = createContributions(parts, from, to);
  const sentences = new Map<number, string>();
  const spoke = new Array<number>(parts).fill(0);
  const vetoes = Array.from({ length: parts }, () => new Map<string, number>());
  const limits = new Map<string, number>();
  let bars = 0;
  return {
    observer: {
      onDecision(decision, _, bar) {
        contributions.record(decision, bar);
        bars++;
        decision.parts.forEach(({ confidence, position, veto }, i) => {
          if (confidence > 0 && position !== 0) spoke[i]!++;
          if (veto !== null) count(vetoes[i]!, kindOf(veto));
        });
      },
      onVerdict: (verdict) => verdict.vetoes.forEach((rule) => count(limits, rule)),
    },
    watched: (strategy) => ({
      ...strategy,
      targetLots(context) {
        const target = strategy.targetLots(context);
        if (target !== context.positionLots) {
          sentences.set(context.bar, strategy.explain?.(context, target) ?? "");
        }
        return target;
      },
    }),
    seen: () => ({ contributions, sentences, spoke, vetoes, limits, bars }),
  };
}

/** The reason without its numbers, so that equal reasons are counted together. */
function kindOf(veto: string): string {
  return veto.startsWith("unlike") ? "unlike its training data" : veto;
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
