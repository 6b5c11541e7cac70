import type { BegunSession } from "./begun_session.ts";
import type { SessionView } from "./session_options.ts";

/**
 * How a session stands.
 *
 * @param time of the close that was taken in last; null before the first
 */
export function viewOf(
  { engine, rules, runners }: Pick<BegunSession, "engine" | "rules" | "runners">,
  time: number | null,
): SessionView {
  return {
    time,
    bars: runners.reduce((sum, { bars }) => sum + bars, 0),
    equityMicros: engine.equityMicros,
    cashMicros: engine.cashMicros,
    halted: engine.halted,
    slots: runners.map(({ newest, options, view }, slot) => ({
      symbol: options.instrument.symbol,
      positionLots: view.positionLots,
      strangerLots: view.strangerLots,
      openOrders: view.orders.all().length,
      close: newest?.close ?? null,
      stop: time === null ? null : rules.rulingOn(slot, time).stop?.reason ?? null,
      distance: rules.distance(slot),
    })),
  };
}
