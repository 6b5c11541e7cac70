import { InputError } from "../core/mod.ts";
import type { SessionOptions } from "./session_options.ts";
import { bookOf } from "./slot_books.ts";

/**
 * A joined series is rolled by a broker on paper, and at a venue where its bars are the venue's own;
 * each book for one system, as a roll of several systems' positions in one has no owner.
 *
 * @throws {InputError} when a session cannot trade one
 */
export function requireRollable(
  { feed, mode, slots }: Pick<SessionOptions, "feed" | "mode" | "slots">,
  slot: number,
): void {
  const { rolls = false } = slots[slot]!, book = bookOf(slots[slot]!);
  const where = feed.name;
  if (mode !== "paper" && !rolls) {
    throw new InputError(
      `Cannot trade joined contracts in mode ${mode}: an order needs one contract`,
      {
        where,
        remedy: "give the bars of one contract, and name it with --symbol",
      },
    );
  }
  if (slots.filter((other) => bookOf(other) === book).length === 1) return;
  throw new InputError("Cannot roll what several systems hold in one book: a roll has one owner", {
    where,
    remedy: "begin a session for each system, or give the bars of one contract",
  });
}
