import type { SessionStory, StoryControl, StoryOrder } from "./session_story.ts";

type ToldBars = Pick<SessionStory, "slots" | "bars" | "decisions">;

/**
 * Lays what was heard of an order before a bar was decided on into that bar: the decision knew it.
 *
 * @param orders with bars before each report as they had been told
 */
export function ordersAsHeard(
  orders: readonly StoryOrder[],
  { bars, decisions, slots }: ToldBars,
): readonly StoryOrder[] {
  return orders.map((order) => ({
    ...order,
    reports: order.reports.map((report) => {
      const newest = bars[order.slot]![report.barsBefore - 1]?.bar;
      if (newest === undefined) return report;
      const close = newest.time + slots[order.slot]!.intervalMs;
      const decided = decisions[order.slot]!.get(close);
      const isKnown = decided !== undefined && report.sequence < decided.sequence;
      return isKnown ? { ...report, barsBefore: report.barsBefore - 1 } : report;
    }),
  }));
}

/**
 * What traded behind the last bar: no run over these bars can fill it there, and it is in the books.
 * One in which a bar has filled it waits for it no more.
 */
export function filledAfterwards(
  orders: readonly StoryOrder[],
  { bars, slots }: ToldBars,
): readonly StoryControl[] {
  return orders.flatMap(({ order, reports, slot }) => {
    const last = bars[slot]!.at(-1);
    if (last === undefined) return [];
    const close = last.bar.time + slots[slot]!.intervalMs;
    return reports.flatMap(({ barsBefore, report }): StoryControl[] => {
      const isBehind = barsBefore >= bars[slot]!.length || order.decidedAt >= close;
      if (!isBehind || report.kind !== "filled") return [];
      const event = { kind: "report", slot, report } as const;
      const isAwaited = order.decidedAt < close;
      return [{ event, moment: { close, isDecided: true }, proof: null, isAwaited }];
    });
  });
}
