import type { TimerClock } from "../core/mod.ts";
import type { Forecast, JournalFact } from "../trading/mod.ts";
import { CutOff, within } from "./cut_off.ts";
import type { SlotRunner } from "./session_slot.ts";

/** What a decider said at a close, as it is written down. */
export interface SlotAnswer {
  /** Null where nothing is to be done. */
  readonly forecast: Forecast | null;
  readonly fact: JournalFact;
  /** Whether there was no answer before the cut-off. */
  readonly isLate: boolean;
}

/**
 * Asks what decides a slot. It is asked at every close, so that it has seen each; what it says may
 * not be acted on.
 *
 * @param silence why nothing is decided at this close, in words; null where something is
 */
export async function askDecider(
  slot: number,
  runner: SlotRunner,
  silence: string | null,
  { clock, cutOffMs }: { readonly clock: TimerClock; readonly cutOffMs: number },
): Promise<SlotAnswer> {
  const { system: by } = runner.options.deployment, acts = silence === null;
  const asked = clock.now(), held = runner.held(acts);
  const decision = await within(clock, cutOffMs, runner.decider.decide(held));
  const none = { kind: "no-forecast", slot, by } as const;
  if (decision instanceof CutOff) {
    const fact = { ...none, reason: "no answer before the cut-off", isLate: true } as const;
    return { forecast: null, fact, isLate: true };
  }
  // Whoever goes on from the journal asks the same again.
  const now = runner.held(acts);
  const isSame = held.positionLots === now.positionLots && held.exposure === now.exposure;
  const asWas = isSame ? {} : { held };
  if (!acts) {
    return { forecast: null, fact: { ...none, reason: silence, ...asWas }, isLate: false };
  }
  const { chosen, forecast, why } = decision;
  const latencyMs = clock.now() - asked;
  return {
    forecast,
    fact: {
      ...{ kind: "forecast", slot, forecast, by, why, latencyMs },
      ...(chosen === undefined ? {} : { chosen }),
      ...asWas,
    },
    isLate: false,
  };
}
