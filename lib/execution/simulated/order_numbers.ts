/** First and last of numbers that follow one another. */
export type NumberRange = readonly [first: number, last: number];

/**
 * Which numbers orders have had. Runs number their orders upwards, so that however many there were
 * the ranges are few.
 *
 * @example
 * ```ts
 * import { OrderNumbers } from "./order_numbers.ts";
 * import { assertEquals } from "../../../tests/assert.ts";
 *
 * const numbers = new OrderNumbers([[1, 4]]);
 * numbers.add(6);
 * numbers.add(5);
 * assertEquals([numbers.has(5), numbers.has(7), numbers.save()], [true, false, [[1, 6]]]);
 * ```
 */
export class OrderNumbers {
  /** Apart from one another, rising. */
  readonly #ranges: [first: number, last: number][];

  /** @param saved what `save` gave, to go on from there */
  constructor(saved: readonly NumberRange[] = []) {
    this.#ranges = saved.map(([first, last]) => [first, last]);
  }

  /** Whether an order has had a number. */
  has(number: number): boolean {
    const [first, last] = this.#ranges[this.#indexOf(number)] ?? [Infinity, -Infinity];
    return first <= number && number <= last;
  }

  /** Notes that an order has a number. */
  add(number: number): void {
    if (this.has(number)) return;
    const at = this.#indexOf(number);
    const before = this.#ranges[at], after = this.#ranges[at + 1];
    const follows = before?.[1] === number - 1, precedes = after?.[0] === number + 1;
    if (follows && precedes) {
      before[1] = after[1];
      this.#ranges.splice(at + 1, 1);
    } else if (follows) before[1] = number;
    else if (precedes) after[0] = number;
    else this.#ranges.splice(at + 1, 0, [number, number]);
  }

  /** Plain copies. */
  save(): NumberRange[] {
    return this.#ranges.map(([first, last]) => [first, last]);
  }

  /** The last range that begins at a number or before it; -1 for none. */
  #indexOf(number: number): number {
    return this.#ranges.findLastIndex(([first]) => first <= number);
  }
}
