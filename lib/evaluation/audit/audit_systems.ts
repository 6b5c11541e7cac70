import type { JsonValue } from "../../core/mod.ts";
import type { SlotOptions } from "../../engine/mod.ts";
import type {
  Forecast,
  JournaledBar,
  JournaledDeployment,
  StrategyContext,
} from "../../trading/mod.ts";

/** One instrument of an audited session, as its system trades it. */
export interface AuditedSlot extends SlotOptions {
  /** Closes positions at the close of each session's last bar and decides nothing there. */
  readonly flattenAtSessionEnd: boolean;
}

/** What decides again. The same bars and questions give the same answers. */
export interface AuditedDecider {
  /** Takes a closed bar in. */
  take(bar: JournaledBar): void;
  /** What to hold after the bar that was taken in last. */
  decide(
    held: Pick<StrategyContext, "exposure" | "positionLots" | "acts">,
  ): Promise<{ readonly forecast: Forecast }>;
  /** Ends it. */
  close(): void;
}

/** Where the systems of a session come from. */
export interface AuditSystems {
  /**
   * Costs, margin, sizes and limits of a deployment, as a backtest has them.
   *
   * @param since epoch milliseconds at which it took over; null for the one that a session began with
   */
  slotOf(slot: number, deployment: JournaledDeployment, since: number | null): AuditedSlot;
  /** Starts what decides for it, from what it had kept. */
  start(slot: number, deployment: JournaledDeployment, saved: JsonValue): Promise<AuditedDecider>;
}
