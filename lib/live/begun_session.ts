import type { Engine } from "../engine/mod.ts";
import type { HeardExecutions } from "./heard_executions.ts";
import type { SessionRules } from "./session_rules.ts";
import type { SlotRunner } from "./session_slot.ts";

/** A session that has just begun, or has been made again from its journal. */
export interface BegunSession {
  readonly engine: Engine;
  readonly runners: readonly SlotRunner[];
  readonly rules: SessionRules;
  /** Executions that its journal knows of. */
  readonly heard: HeardExecutions;
  /** Submits and cancels that it wanted and that were never sent. */
  readonly unsent: readonly {
    readonly slot: number;
    readonly kind: string;
    readonly orderId: number;
  }[];
}
