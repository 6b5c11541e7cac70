import type { Fill } from "./fill.ts";

/** Part of a position in one instrument, with what of it is somebody else's. */
export interface SharedPosition {
  /** Signed lots by every execution, whoever has traded. */
  readonly accountLots: number;
  /** Signed lots of these that somebody else has traded. */
  strangerLots: number;
}

/**
 * Whether an execution is of an order that was not sent from here: a broker tells it with a number
 * below 0, and with 0 what the venue did by itself. Rolls and splits of a position are its holder's.
 */
export function isStrangerFill({ orderId, reason }: Fill): boolean {
  return orderId <= 0 && reason !== "roll" && reason !== "split";
}

/**
 * The signed lots that are left of one's own in a position with somebody else's: never more than is
 * held, and never on the other side. Whoever trades against the position closes his own lots first,
 * as only what is left of all lots can be cut.
 *
 * @param ownLots before, with what was traded from here since
 * @param heldLots by every execution, whoever has traded
 * @example
 * ```ts
 * import { remainingOwnLots } from "./stranger_lots.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * // Of 2 own lots beside 3 of a person, who sells 4: he has closed his 3 and 1 of ours.
 * assertEquals(remainingOwnLots(2, 5 - 4), 1);
 * // He sells 6: all are closed, and what is short is his.
 * assertEquals(remainingOwnLots(2, 5 - 6), 0);
 * ```
 */
export function remainingOwnLots(ownLots: number, heldLots: number): number {
  return Math.min(Math.max(ownLots, Math.min(0, heldLots)), Math.max(0, heldLots));
}

/**
 * Gives to somebody else what he has taken of one's own lots, after an execution that counts as its
 * trader's.
 *
 * @param positions all of one instrument, those of several systems on it
 */
export function shareLots(positions: readonly SharedPosition[]): void {
  let ownLots = 0, heldLots = 0;
  for (const { accountLots, strangerLots } of positions) {
    ownLots += accountLots - strangerLots;
    heldLots += accountLots;
  }
  let taken = ownLots - remainingOwnLots(ownLots, heldLots);
  const side = Math.sign(taken);
  for (const position of positions) {
    if (taken === 0) return;
    const own = side * (position.accountLots - position.strangerLots);
    const part = side * Math.max(0, Math.min(own, side * taken));
    if (part === 0) continue;
    position.strangerLots += part;
    taken -= part;
  }
}
