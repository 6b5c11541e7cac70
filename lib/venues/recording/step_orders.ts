import type { RecordedMessage, VenueLanguage } from "./recorded_message.ts";

/** What came first of two things that were told of one order, and how often. */
export type StepOrders = ReadonlyMap<string, ReadonlyMap<string, number>>;

/** Further apart, two things have nothing to do with one another. */
const LONGEST_MS = 1_000;
/** What has no number of an order stands with a trade that is told so soon before or after it. */
const BURST_MS = 250;

/**
 * How often each thing that is told of an order came before each other one.
 *
 * @param recordings what was said in each: numbers of orders may begin anew in the next one
 */
export function stepOrders(
  recordings: readonly (readonly RecordedMessage[])[],
  { trades }: Pick<VenueLanguage, "trades">,
): StepOrders {
  const before = new Map<string, Map<string, number>>();
  for (const messages of recordings) {
    for (const chain of chainsOf(messages, trades)) addPairs(before, [...chain]);
  }
  return before;
}

/** When each thing was first told of each order, oldest first. */
function chainsOf(
  messages: readonly RecordedMessage[],
  trades: readonly string[],
): Iterable<ReadonlyMap<string, number>> {
  const steps = messages.filter(({ step }) => step !== null);
  const chains = new Map<number, Map<string, number>>();
  for (const [index, { at, order, step }] of steps.entries()) {
    const of = order ?? tradeBeside(steps, index, trades);
    if (of === null) continue;
    const chain = chains.get(of) ?? new Map<string, number>();
    chains.set(of, chain);
    if (!chain.has(step!)) chain.set(step!, at);
  }
  return chains.values();
}

function addPairs(
  before: Map<string, Map<string, number>>,
  chain: readonly (readonly [step: string, at: number])[],
): void {
  for (const [i, [first, from]] of chain.entries()) {
    for (const [second, to] of chain.slice(i + 1)) {
      if (to - from > LONGEST_MS) continue;
      const after = before.get(first) ?? new Map<string, number>();
      before.set(first, after);
      after.set(second, (after.get(second) ?? 0) + 1);
    }
  }
}

function tradeBeside(
  steps: readonly RecordedMessage[],
  index: number,
  trades: readonly string[],
): number | null {
  const { at } = steps[index]!;
  let found: { readonly order: number; readonly distance: number } | null = null;
  for (const way of [-1, 1]) {
    for (let i = index + way; i >= 0 && i < steps.length; i += way) {
      const { at: when, order, step } = steps[i]!;
      if (Math.abs(when - at) > BURST_MS) break;
      if (order === null || !trades.includes(step!)) continue;
      const distance = Math.abs(i - index);
      if (found === null || distance < found.distance) found = { order, distance };
      break;
    }
  }
  return found?.order ?? null;
}
