import type { ContractEntry } from "../market/mod.ts";
import type { Table } from "./table.ts";

/** An entry as `writeBars` writes it into the first row of its contract. */
export function writtenEntry({ fromPrice, rule, toPrice }: ContractEntry): string {
  return `${rule} ${fromPrice} ${toPrice}`;
}

/**
 * How each contract of a file was entered, as the first row of each says.
 *
 * @param contract of each row, as an index
 * @returns null for a file without such a column
 */
export function entriesOf(
  { entries: texts, numbers }: Table,
  contract: Int32Array,
  contracts: number,
): (ContractEntry | null)[] | null {
  const index = numbers.get("enteredBy");
  if (texts === undefined || index === undefined) return null;
  const entries = new Array<ContractEntry | null>(contracts).fill(null);
  for (let row = 0; row < contract.length; row++) {
    if (row > 0 && contract[row] === contract[row - 1]) continue;
    entries[contract[row]!] = readEntry(texts[index[row]!] ?? "");
  }
  return entries;
}

function readEntry(text: string): ContractEntry | null {
  const [rule = "", from, to, ...more] = text.split(" ");
  const [fromPrice, toPrice] = [Number(from), Number(to)];
  const known = /^[a-z-]+$/.test(rule) && more.length === 0 &&
    Number.isFinite(fromPrice) && Number.isFinite(toPrice);
  return known ? { rule, fromPrice, toPrice } : null;
}
