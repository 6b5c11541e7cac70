import type { KeptEntry } from "../trading/mod.ts";
import type { SessionJournal } from "./session_options.ts";

/**
 * The same journal, with somebody who is told of each entry once it is kept. Nobody waits for him.
 * What goes first, beside the journal, he is not told.
 */
export function observeJournal(
  journal: SessionJournal,
  onKept: (entry: KeptEntry) => void,
): SessionJournal {
  return {
    append(entry, signal) {
      const kept = journal.append(entry, signal);
      kept.then((sequence) => onKept({ ...entry, sequence, note: null }), () => {});
      return kept;
    },
    note: (entry) => journal.note(entry),
    entries: (after) => journal.entries(after),
    last: (kind) => journal.last(kind),
  };
}
