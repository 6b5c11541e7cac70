import type { AccountTerms, BreachTest } from "./account_terms.ts";
import type { AccountMonitorState } from "./monitor_state.ts";

/** Equity at which today's loss is too large; null without a limit. */
export function dailyLossThreshold(
  state: AccountMonitorState,
  { dailyLoss }: AccountTerms,
): number | null {
  if (dailyLoss === undefined) return null;
  const { amountMicros, basis, steps = [] } = dailyLoss;
  const from = {
    "day-start": state.dayStartMicros,
    initial: state.initialMicros,
    "day-high": state.dayHighMicros,
  }[basis];
  // Amounts may grow with the cash at the last close; the last step that was reached counts.
  const reached =
    steps.filter(({ closingProfitFromMicros }) =>
      state.closedProfitMicros >= closingProfitFromMicros
    ).toSorted((a, b) => b.closingProfitFromMicros - a.closingProfitFromMicros)[0];
  return from - (reached?.amountMicros ?? amountMicros);
}

/** Whether an equity breaches a limit. */
export function isBreached(
  test: BreachTest,
  equityMicros: number,
  limitMicros: number,
): boolean {
  return test === "below" ? equityMicros < limitMicros : equityMicros <= limitMicros;
}
