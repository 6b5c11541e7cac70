import { type Fill, isStrangerFill, remainingOwnLots } from "../../trading/mod.ts";
import type { VenueFill } from "./venue_books.ts";

interface Shared {
  readonly lots: number;
  readonly ours: number;
}

/**
 * Which lots of one contract are ours, in the order in which executions were told: who is told counts
 * in that order, and has nothing else to count by. What was not told yet follows, oldest first.
 */
export class ToldLots {
  #told: Shared;
  /** Signed lots that were told of an execution and stand, by its number. */
  readonly #standing = new Map<number, number>();

  /** @param before signed lots that were there before any of ours */
  constructor(before: number) {
    this.#told = { lots: before, ours: 0 };
  }

  /** An execution was told, or was taken back. */
  tell(fill: Fill, fillId: number): void {
    this.#told = share(this.#told, fill.lots, !isStrangerFill(fill));
    this.#standing.set(fillId, (this.#standing.get(fillId) ?? 0) + fill.lots);
  }

  /** Executions as they were told, then those that were not, oldest first. @param fills oldest first */
  inOrder(fills: readonly VenueFill[]): readonly VenueFill[] {
    const rank = new Map([...this.#standing.keys()].map((id, index) => [id, index]));
    return fills.toSorted((a, b) =>
      (rank.get(a.id) ?? Infinity) - (rank.get(b.id) ?? Infinity) || 0
    );
  }

  /**
   * Signed lots that are ours by now.
   *
   * @param fills all that count or were told, oldest first
   * @param isOurs whether an execution is of an order of ours
   */
  ours(fills: readonly VenueFill[], isOurs: (fill: VenueFill) => boolean): number {
    let shared = this.#told;
    for (const fill of fills) {
      const { action, id, isActive, qty } = fill;
      const stands = isActive ? (action === "Buy" ? qty : -qty) : 0;
      const untold = stands - (this.#standing.get(id) ?? 0);
      if (untold !== 0) shared = share(shared, untold, isOurs(fill));
    }
    return shared.ours;
  }
}

function share({ lots: before, ours }: Shared, traded: number, isOurs: boolean): Shared {
  const lots = before + traded;
  return { lots, ours: remainingOwnLots(isOurs ? ours + traded : ours, lots) };
}
