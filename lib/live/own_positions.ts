import type { Engine } from "../engine/mod.ts";
import type { JournalFact, Order } from "../trading/mod.ts";
import type { SlotRunner } from "./session_slot.ts";
import { sharedInstruments } from "./stranger_positions.ts";

/** What a session's own positions are held against. */
export interface OwnPositionsOptions {
  readonly engine: Pick<Engine, "halted">;
  readonly runners: readonly SlotRunner[];
  /** The broker's book of each slot. */
  readonly books: readonly string[];
  readonly write: (fact: JournalFact) => void;
}

/**
 * What a session holds of its own beside what its broker has: which orders close it, what nothing
 * explains, and what is somebody else's.
 */
export class OwnPositions {
  readonly #options: OwnPositionsOptions;
  /** What the broker holds beside what is believed, in lots by book. */
  #unexplainedLots: Readonly<Record<string, number>> = {};
  /** The order of each slot that closes it at once. */
  readonly #closing = new Map<number, number>();

  constructor(options: OwnPositionsOptions) {
    this.#options = options;
  }

  /** The broker holds what nothing explains, in lots by book. */
  distrust(unexplainedLots: Readonly<Record<string, number>>): void {
    this.#unexplainedLots = unexplainedLots;
  }

  /** What the broker holds in a slot's book beside what is believed; 0 unless it is halted. */
  adriftLots(slot: number): number {
    const { books, engine } = this.#options;
    return engine.halted === null ? 0 : this.#unexplainedLots[books[slot]!] ?? 0;
  }

  /** Whether an order could make larger what a broker has whose position nothing explains. */
  couldGrow(slot: number, lots: number): boolean {
    const adrift = this.adriftLots(slot), side = Math.sign(lots);
    if (adrift === 0) return false;
    const { books, runners } = this.#options;
    const own = runners.filter((_, other) => books[other] === books[slot]);
    const reachable = own.reduce(
      (sum, { view }) => sum + view.orders.reachableLots(view.positionLots, side),
      side * adrift,
    );
    return reachable > 0;
  }

  /** An order of a slot is on its way. */
  sent(slot: number, { atClose, id }: Order): void {
    if (atClose === true) this.#closing.set(slot, id);
  }

  /** Slots to close at once that nothing closes yet; what is not their own is said and left alone. */
  toClose(): readonly number[] {
    return [...this.#options.runners.entries()].flatMap(([slot, { isOpen, options }]) => {
      if (!isOpen) this.leaveAlone(options.instrument.symbol);
      return isOpen && !this.isClosing(slot) ? [slot] : [];
    });
  }

  /** Says which lots of somebody else are not closed. @param symbol of one instrument; else of all */
  leaveAlone(symbol?: string): void {
    const { runners, write } = this.#options;
    for (const shared of sharedInstruments(runners)) {
      if (symbol !== undefined && shared.symbol !== symbol) continue;
      write({ kind: "left-alone", ...shared });
    }
  }

  /** Whether an order that closes it at once is on its way: a second one would open the other side. */
  isClosing(slot: number): boolean {
    const closing = this.#closing.get(slot);
    return this.#options.runners[slot]!.view.orders.all().some(({ id, isCancelling }) =>
      id === closing && !isCancelling
    );
  }
}
