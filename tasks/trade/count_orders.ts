import type { SessionJournal } from "../../lib/live/mod.ts";

/** The same journal, with somebody who is told of each order that is written down to be sent. */
export function countOrders(journal: SessionJournal, onOrder: () => void): SessionJournal {
  return {
    append(entry, signal) {
      const kept = journal.append(entry, signal);
      if (entry.kind === "submit") kept.then(onOrder, () => {});
      return kept;
    },
    note(entry) {
      if (entry.kind === "submit") onOrder();
      return journal.note(entry);
    },
    entries: (after) => journal.entries(after),
    last: (kind) => journal.last(kind),
  };
}
