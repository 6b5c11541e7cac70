import type { JournalCheck } from "../../journal/mod.ts";
import type { BrokerSnapshot, ChecklistLine, TradingMode } from "../../trading/mod.ts";
import type { SessionSlot } from "../session_options.ts";
import { leftOut, passed, red, warned } from "./checklist_line.ts";

/** Whether the journal is the one that was written. */
export function journalLine({ entries, fault }: JournalCheck): ChecklistLine {
  const name = "journal";
  if (fault === null) return passed(name, `whole, ${entries} entries`);
  const remedy = "restore a backup of it, or begin a session of another name";
  return { name, verdict: "refused", found: fault.text, remedy };
}

/** Whether the cash is enough for what the slots may hold, by the margin of a lot. */
export function marginLine(
  mode: TradingMode,
  slots: readonly Pick<SessionSlot, "instrument" | "marginPerLotUsd" | "maxLots" | "sizing">[],
  cashUsd: number,
): ChecklistLine {
  const name = "margin", has = `${dollars(cashUsd)} of cash`;
  const margins = slots.flatMap(({ marginPerLotUsd }) => marginPerLotUsd ?? []);
  if (margins.length === 0) return leftOut(name, `paid in full, out of ${has}`);
  const one = Math.min(...margins);
  if (cashUsd < one) {
    const found = `${has} is less than one lot's margin of ${dollars(one)}`;
    return red(mode, name, found, "give more with --cash, or trade a smaller contract");
  }
  const all = slots.reduce(
    (sum, { marginPerLotUsd, maxLots, sizing }) =>
      sum + (marginPerLotUsd ?? 0) * (sizing.kind === "fixed" ? maxLots : 1),
    0,
  );
  if (cashUsd >= all) return passed(name, `${has}, ${dollars(all)} needed for full positions`);
  return warned(
    name,
    `${has} does not pay the ${dollars(all)} of full positions: some will not be entered`,
    "give more with --cash, or promote the systems with a smaller size factor",
  );
}

/**
 * Whether the broker's books are those that a session begins with. One that goes on compares them
 * once it has been told all that it knew, before its first order.
 */
export function reconcileLine(
  mode: TradingMode,
  { orders, positions }: Pick<BrokerSnapshot, "orders" | "positions">,
  isRestart: boolean,
): ChecklistLine {
  const name = "reconcile";
  if (isRestart) {
    return leftOut(name, "a session that goes on compares before its first order, and halts");
  }
  const held = positions.filter(({ lots }) => lots !== 0)
    .map(({ lots, symbol }) => `${lots} lots of ${symbol}`);
  const open = orders.length === 0 ? [] : [`${orders.length} open orders`];
  const found = [...held, ...open].join(" and ");
  if (found === "") return passed(name, "the broker's books are empty, as the session's are");
  const remedy = "close what is held at the broker, or go on with the session that holds it";
  return red(mode, name, `the broker has ${found} that this session knows nothing of`, remedy);
}

function dollars(usd: number): string {
  return usd.toLocaleString("en-US", { style: "currency", currency: "USD" });
}
