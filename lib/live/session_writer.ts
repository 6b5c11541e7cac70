import type { TimerClock } from "../core/mod.ts";
import type { Command, JournalEntry, JournalFact } from "../trading/mod.ts";
import type { SessionJournal } from "./session_options.ts";

/** Facts that nothing depends on wait for one another: each sync of the disk costs as much as they do. */
const MOST_UNKEPT = 256;

/** Writes down what happens to a session, in its order and with its time. */
export class SessionWriter {
  /** Epoch milliseconds of the close that was taken in last; null before the first. */
  sessionTime: number | null = null;
  readonly #journal: SessionJournal;
  readonly #clock: TimerClock;
  #unkept: JournalEntry[] = [];
  #isReleased = false;
  /** Let go whoever waits for the journal. */
  readonly #waiting = new Set<() => void>();

  constructor(journal: SessionJournal, clock: TimerClock) {
    this.#journal = journal;
    this.#clock = clock;
  }

  /** Remembers what happened until something depends on it, or enough has come together. */
  write(fact: JournalFact): void {
    this.#unkept.push(this.#entry(fact));
    if (this.#unkept.length >= MOST_UNKEPT) this.keepAll();
  }

  /** Gives the journal what was remembered, in its order. */
  keepAll(): void {
    for (const entry of this.#unkept) {
      // Where it cannot be written for good, whatever waits for it next says so.
      this.#journal.append(entry).catch(() => {});
    }
    this.#unkept = [];
  }

  /** Writes something down with all before it; settles when it is kept, or nobody waits any more. */
  append(fact: JournalFact): Promise<void> {
    const kept = this.#append(fact);
    return new Promise((resolve, reject) => {
      this.#waiting.add(resolve);
      kept.then(() => resolve(), reject).finally(() => this.#waiting.delete(resolve));
      if (this.#isReleased) resolve();
    });
  }

  /** A session that ends does not wait for a disk that is full: what it wrote stays in its queue. */
  release(): void {
    this.#isReleased = true;
    for (const letGo of this.#waiting) letGo();
  }

  /** Writes down what must not wait for the journal. */
  note(fact: JournalFact): void {
    this.keepAll();
    try {
      this.#journal.note(this.#entry(fact));
    } catch {
      // There is no room for a note either: an exit goes all the same, and the broker knows of it.
    }
  }

  /**
   * Writes down what is about to be asked of a broker. What makes a position smaller does not wait
   * for the journal.
   *
   * @param heldLots signed position of the slot
   * @returns what the broker waits for
   */
  keep(command: Command, heldLots: number): Promise<unknown> | void {
    return isExit(command, heldLots) ? this.note(command) : this.#append(command);
  }

  #append(fact: JournalFact): Promise<number> {
    this.keepAll();
    return this.#journal.append(this.#entry(fact));
  }

  #entry(fact: JournalFact): JournalEntry {
    return { ...fact, at: this.#clock.now(), sessionTime: this.sessionTime };
  }
}

function isExit(command: Command, heldLots: number): boolean {
  if (command.kind !== "submit") return command.kind === "cancel";
  const { lots } = command.order;
  return Math.sign(lots) === -Math.sign(heldLots) && Math.abs(lots) <= Math.abs(heldLots);
}
