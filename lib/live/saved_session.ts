import type { JsonValue } from "../core/mod.ts";
import type { EngineState } from "../engine/mod.ts";
import { tickValueMicros } from "../market/mod.ts";
import {
  type JournaledBar,
  type JournaledDeployment,
  type JournaledSlot,
  usdToMicros,
} from "../trading/mod.ts";
import type { SessionOptions } from "./session_options.ts";

/** What a session needs to go on from one of its moments. */
export interface SavedSession {
  readonly engine: EngineState;
  /** What the rules of the account remember; absent in journals without them. */
  readonly rules?: JsonValue;
  readonly deciders: readonly JsonValue[];
  /** What traded each slot; absent in journals where that never changed. */
  readonly deployments?: readonly JournaledDeployment[];
  /** The newest bar of each slot; null before the first. */
  readonly newest: readonly (JournaledBar | null)[];
  /** Bars that each slot had warmed up on; absent where it was begun before this was kept. */
  readonly warmedUp?: readonly number[];
}

/** What the journal says of a session's instruments. */
export function journaledSlots(
  { slots }: Pick<SessionOptions, "slots">,
): readonly JournaledSlot[] {
  return slots.map(({ instrument, intervalMs }) => ({
    symbol: instrument.symbol,
    intervalMs,
    tickSize: instrument.tickSize,
    tickValueMicros: tickValueMicros(instrument),
    settles: instrument.kind === "future",
  }));
}

/** Cash before the first session, micro-dollars. */
export function initialMicros({ initialCashUsd }: Pick<SessionOptions, "initialCashUsd">): number {
  return usdToMicros(initialCashUsd);
}
