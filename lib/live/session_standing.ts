import { BookKeeper } from "../journal/mod.ts";
import { type BreachDistance, createAccountGuard } from "../risk/mod.ts";
import type { KeptEntry } from "../trading/mod.ts";
import { type Restraint, restraintAfter, type SavedRules } from "./session_rules.ts";
import { journaledControl } from "./journaled_control.ts";
import type { SavedSession } from "./saved_session.ts";

/** How an account stands under its rules, by its journal alone. */
export interface SessionStanding {
  /** Epoch milliseconds of the last moment at which it was valued; null before the first. */
  readonly time: number | null;
  /** How far each instrument is from the breach of each rule. */
  readonly slots: readonly { readonly symbol: string; readonly distance: BreachDistance }[];
  /** What a person restrained it to, `reduce-only` or `pause`; null for nothing. */
  readonly restraint: Restraint | null;
}

/**
 * How an account stands under its rules: from the state that was kept last and every entry after it.
 *
 * @param entries of its journal, oldest first, all of them
 * @param known the state that was kept last; null where none was
 * @returns null where nothing was traded yet, or by a program that kept no rules
 */
export async function readStanding(
  entries: AsyncIterable<KeptEntry>,
  known: KeptEntry & { readonly kind: "state" } | null,
): Promise<SessionStanding | null> {
  const saved = (known?.state as unknown as SavedSession | undefined)?.rules as
    | SavedRules
    | undefined;
  if (known === null || saved === undefined) return null;
  const guard = createAccountGuard(saved.sources, 0, saved.guard);
  const keeper = new BookKeeper();
  let { sessionTime: time } = known, { restraint } = saved, tradeDay = -Infinity;
  for await (const entry of entries) {
    if (entry.kind === "bar") tradeDay = Math.max(tradeDay, entry.tradeDay);
    if (entry.sequence > known.sequence) {
      if (entry.kind === "clock") {
        time = entry.time;
        guard.look({ time, tradeDay, equityMicros: keeper.equityMicros });
      } else if (entry.kind === "filled") {
        const { symbol } = keeper.books().slots[entry.slot]!;
        guard.fill(entry.fill.time, symbol, entry.fill.lots);
      } else if (entry.kind === "user-command") {
        restraint = restraintAfter(restraint, journaledControl(entry));
      }
    }
    keeper.take(entry);
  }
  return {
    time,
    slots: keeper.books().slots.map(({ symbol }) => ({
      symbol,
      distance: guard.distance(symbol),
    })),
    restraint,
  };
}
