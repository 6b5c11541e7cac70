import { type Contributions, createContributions } from "./contributions.ts";
import type { RunConditions, RunObserver } from "../../engine/mod.ts";
import type { BlendRecorder } from "../../system/mod.ts";

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

/** Watches one run: give its recorder to the strategy and its observer to the engine. */
export function recordBlend(parts: number, { from, to }: Pick<RunConditions, "from" | "to">): {
  readonly recorder: BlendRecorder;
  readonly observer: RunObserver;
  readonly seen: () => BlendRecording;
} {
  const contributions = createContributions(parts, from, to);
  const sentences = new Map<number, string>();
  const spoke = new Array<number>(parts).fill(0);
  const vetoes = Array.from({ length: parts }, () => new Map<string, number>());
  const limits = new Map<string, number>();
  let bars = 0;
  return {
    recorder: {
      onDecision(decision, _, bar) {
        contributions.record(decision, bar);
        bars++;
        decision.parts.forEach(({ confidence, position, veto }, i) => {
          if (confidence > 0 && position !== 0) spoke[i]!++;
          if (veto !== null) count(vetoes[i]!, kindOf(veto));
        });
      },
    },
    observer: {
      onDecision(decision) {
        const { bar, positionLots, verdict, wantedLots } = decision;
        verdict?.vetoes.forEach((rule) => count(limits, rule));
        const allowed = verdict?.targetLots ?? wantedLots;
        if (allowed !== positionLots) sentences.set(bar, decision.sentence);
      },
    },
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
