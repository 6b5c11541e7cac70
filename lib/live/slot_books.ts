import type { SessionSlot } from "./session_options.ts";

/** The book of a broker that holds what a slot trades. */
export function bookOf({ book, instrument }: Pick<SessionSlot, "book" | "instrument">): string {
  return book ?? instrument.symbol;
}

/**
 * Slots that are held apart where their broker can: each has a book of its own, as each has a broker
 * of its own in the backtest of them all. Of an instrument's slots the first has the book of its name.
 */
export function withOwnBooks(slots: readonly SessionSlot[]): SessionSlot[] {
  const symbols = slots.map(({ instrument }) => instrument.symbol);
  return slots.map((slot, index) => {
    const before = symbols.slice(0, index).filter((symbol) => symbol === symbols[index]).length;
    return before === 0 ? slot : { ...slot, book: `${symbols[index]}/${before + 1}` };
  });
}
