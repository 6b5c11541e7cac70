import { type Instrument, MONTH_LETTERS, parseContractCode } from "../market/mod.ts";
import { InputError } from "../core/mod.ts";

/**
 * Refuses contracts of several roots. A name that is no contract code says nothing about its root.
 *
 * @param own a user's instruments beside those that ship
 * @throws {InputError} naming both
 */
export function requireOneRoot(
  names: readonly string[],
  own: readonly Instrument[] = [],
): void {
  const roots = new Map(names.map((name) => [parseContractCode(name, own)?.root.symbol, name]));
  roots.delete(undefined);
  const [first, second] = roots;
  if (first === undefined || second === undefined) return;
  throw new InputError(`Cannot join contracts of ${first[0]} and ${second[0]} into one future`, {
    where: `${first[1]} and ${second[1]}`,
    remedy: "roll the contracts of each root by themselves",
  });
}

/**
 * The codes of the contracts that an exchange lists between two contracts of one root, written as
 * the first one is.
 *
 * @param own a user's instruments beside those that ship
 * @returns none when a name is no contract code
 * @example
 * ```ts
 * import { monthsBetween } from "./contract_names.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * assertEquals(monthsBetween("ESU4", "ESH5"), ["ESZ4"]);
 * ```
 */
export function monthsBetween(
  from: string,
  to: string,
  own: readonly Instrument[] = [],
): string[] {
  const [first, last] = [parseContractCode(from, own), parseContractCode(to, own)];
  if (first === null || last === null) return [];
  const cycle = 10 ** Math.min(first.year.length, last.year.length);
  const years = ((Number(last.year) - Number(first.year)) % cycle + cycle) % cycle;
  const months = years * 12 + last.month - first.month;
  const between: string[] = [];
  for (let month = first.month; month < first.month - 1 + months; month++) {
    const letter = MONTH_LETTERS[month % 12]!;
    if (!first.root.rollMonths.includes(letter)) continue;
    const year = (Number(first.year) + Math.floor(month / 12)) % 10 ** first.year.length;
    between.push(
      `${first.root.symbol}${letter}${String(year).padStart(first.year.length, "0")}`,
    );
  }
  return between;
}
