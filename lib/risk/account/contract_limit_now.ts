import type { AccountTerms } from "./account_terms.ts";
import type { ContractLimit } from "./contract_count.ts";
import type { AccountMonitorState } from "./monitor_state.ts";

/**
 * The contracts that an account may hold now: by the step that its profit has reached, and half of
 * them, rounded down but at least one, while its floor still follows it.
 */
export function contractLimitNow(
  state: AccountMonitorState,
  { contracts, lossLimit }: AccountTerms,
): ContractLimit | null {
  if (contracts === undefined) return null;
  const { counting, halfUntilFloorStops, micros, microsPerMini, steps = [], stepsAt } = contracts;
  const profit = stepsAt === "live"
    ? state.equityMicros - state.initialMicros
    : state.closedProfitMicros;
  const reached = steps.filter(({ profitFromMicros }) => profit >= profitFromMicros)
    .toSorted((a, b) => b.profitFromMicros - a.profitFromMicros)[0];
  // Below the first step the smallest of them counts: a loss frees nothing.
  const first = steps.toSorted((a, b) => a.profitFromMicros - b.profitFromMicros)[0];
  const minis = reached?.minis ?? first?.minis ?? contracts.minis;
  const stop = lossLimit?.drawdown.stopsAtMicros ?? null;
  const isStopped = stop !== null && (state.floorMicros ?? -Infinity) >= state.initialMicros + stop;
  const isHalf = halfUntilFloorStops === true && !isStopped;
  const half = (lots: number): number => isHalf ? Math.max(1, Math.floor(lots / 2)) : lots;
  return {
    ...{ counting, microsPerMini, minis: half(minis) },
    ...(micros === undefined || steps.length > 0 ? {} : { micros: half(micros) }),
  };
}
