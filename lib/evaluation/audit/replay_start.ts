import type { JsonValue } from "../../core/mod.ts";
import { Engine, type EngineState } from "../../engine/mod.ts";
import { type JournaledBar, microsToUsd } from "../../trading/mod.ts";
import type { AuditedSlot } from "./audit_systems.ts";
import type { SessionStory } from "./session_story.ts";

/** What a replay begins with. */
export interface ReplayStart {
  /** The account. */
  readonly engine: EngineState;
  /** What each decider goes on from. */
  readonly deciders: readonly JsonValue[];
  /** The newest bar of each slot before the first that is traded; null where it had none. */
  readonly newest: readonly (JournaledBar | null)[];
}

/**
 * What a session had learnt before its first bar, in an account that is flat and free: what people
 * and brokers did before that is told again.
 */
export function startOf(story: SessionStory, slots: readonly AuditedSlot[]): ReplayStart {
  const { engine, ...start } = story.state as unknown as ReplayStart;
  const flat = new Engine({ initialCashUsd: microsToUsd(story.started.cashMicros), slots }).save();
  return {
    ...start,
    engine: {
      ...flat,
      slots: flat.slots.map((slot, index) => {
        const { guard, market, sizing } = engine.slots[index]!;
        return { ...slot, guard, market, sizing };
      }),
    },
  };
}
