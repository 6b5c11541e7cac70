import { simplify } from "./columns.ts";
import type { ColumnRole } from "./columns.ts";
import type { Table } from "./table.ts";

const PRICES = ["open", "high", "low", "close"] as const;
/** Names under which vendors give a second closing price. */
const CLOSES: readonly string[] = ["close", "last", "latest", "settle", "settlement", "adjclose"];

/**
 * A table with the columns that bars have, out of those that its vendor writes: fixed-point prices
 * scaled, volume put together or taken from the count of price changes, codes for unknown volume
 * replaced. Each change is said in `notes`.
 */
export function vendorColumns(table: Table, notes: string[]): Table {
  const numbers = new Map(table.numbers);
  const names = new Map(table.names);
  const { layout } = table;
  scalePrices(table, numbers, notes);
  chooseVolume(table, numbers, names, notes);
  const unknown = layout?.unknownVolume;
  const volume = numbers.get("volume");
  if (unknown !== undefined && volume !== undefined) {
    const count = volume.filter((lots) => lots === unknown).length;
    if (count > 0) {
      numbers.set("volume", volume.map((lots) => lots === unknown ? 0 : lots));
      notes.push(`Volume ${unknown} means unknown in ${count} rows; it was taken as 0.`);
    }
  }
  sayWhichClose(table, notes);
  return { ...table, numbers, names };
}

function scalePrices(
  { layout, numbers: read }: Table,
  numbers: Map<ColumnRole, Float64Array>,
  notes: string[],
): void {
  const { priceScale: scale, scaleFromDigits: digits = 1 } = layout ?? {};
  if (scale === undefined) return;
  const fixedPoint = PRICES.every((role) =>
    read.get(role)!.every((price) =>
      price === 0 || Number.isNaN(price) ||
      (Number.isInteger(price) && Math.abs(price) >= 10 ** (digits - 1))
    )
  );
  if (!fixedPoint) return;
  for (const role of PRICES) numbers.set(role, read.get(role)!.map((price) => price / scale));
  notes.push(
    `Prices are whole numbers, ${scale.toLocaleString("en")} times the real ones; ` +
      `they were divided, as ${layout!.title} writes them.`,
  );
}

function chooseVolume(
  table: Table,
  numbers: Map<ColumnRole, Float64Array>,
  names: Map<ColumnRole, string>,
  notes: string[],
): void {
  const volume = numbers.get("volume");
  const ticks = numbers.get("tickVolume");
  const [up, down] = [numbers.get("upVolume"), numbers.get("downVolume")];
  const name = (role: ColumnRole): string => table.names.get(role)!;
  if (volume !== undefined && ticks !== undefined && volume.every((lots) => lots === 0)) {
    numbers.set("volume", ticks);
    names.set("volume", name("tickVolume"));
    notes.push(
      `${name("volume")} is 0 in every row; volume is ${name("tickVolume")}, ` +
        "the number of price changes.",
    );
  } else if (volume === undefined && up !== undefined && down !== undefined) {
    numbers.set("volume", up.map((lots, i) => lots + down[i]!));
    names.set("volume", name("upVolume"));
    notes.push(`Volume is the sum of ${name("upVolume")} and ${name("downVolume")}.`);
  }
  for (const role of ["tickVolume", "upVolume", "downVolume"] as const) names.delete(role);
}

function sayWhichClose({ names, unused }: Table, notes: string[]): void {
  const others = unused.filter((name) => CLOSES.includes(simplify(name)));
  if (others.length === 0) return;
  const map = `close=${others[0]}`;
  notes.push(
    `The close was taken from ${names.get("close")}; ${others.join(" and ")} ` +
      `${others.length === 1 ? "is" : "are"} there too ` +
      `(--columns ${/^[\w./=-]+$/.test(map) ? map : `'${map}'`}).`,
  );
}
