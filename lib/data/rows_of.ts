import type { ProblemLog } from "./problems.ts";
import { reportSymbols } from "./csv.ts";
import type { Table } from "./table.ts";

/** The given rows of a table, in the given order. */
export function rowsOf(table: Table, rows: Uint32Array): Table {
  const column = (values: Float64Array): Float64Array =>
    Float64Array.from(rows, (row) => values[row]!);
  const indexes = (values: Int32Array): Int32Array => Int32Array.from(rows, (row) => values[row]!);
  return {
    ...table,
    rows: rows.length,
    lines: Uint32Array.from(rows, (row) => table.lines[row]!),
    stamps: column(table.stamps),
    numbers: new Map([...table.numbers].map(([role, values]) => [role, column(values)])),
    ...(table.contract === undefined ? {} : { contract: indexes(table.contract) }),
    ...(table.symbol === undefined ? {} : { symbol: indexes(table.symbol) }),
  };
}

function rowsWhere(table: Table, keep: (row: number) => boolean): Uint32Array {
  const rows: number[] = [];
  for (let row = 0; row < table.rows; row++) if (keep(row)) rows.push(row);
  return Uint32Array.from(rows);
}

/**
 * The rows of the one symbol that is wanted.
 *
 * @returns null when the file holds several and none was chosen; the log says so
 */
export function selectSymbol(
  table: Table,
  select: string | undefined,
  log: ProblemLog,
  notes: string[],
): Table | null {
  const { symbols, symbol } = table;
  const wanted = select === undefined ? (symbols.length > 1 ? -1 : 0) : symbols.indexOf(select);
  if (symbols.length === 0 && select === undefined) return table;
  if (wanted < 0) {
    if (symbols.length > 0) reportSymbols(symbols, select, table.lines[0] ?? 0, log);
    else {
      const detail = `the file names no symbols, so '${select}' cannot be taken from it; ` +
        "leave --select out";
      log.add("several-symbols", 0, "", detail);
    }
    return null;
  }
  if (symbol === undefined || symbols.length === 1) return table;
  const rows = rowsWhere(table, (row) => symbol[row] === wanted);
  notes.push(`${rows.length} of ${table.rows} rows are of ${symbols[wanted]} and were taken.`);
  return rowsOf(table, rows);
}

/** The table without its rows of settlement: open, high and low are 0, and nothing traded. */
export function withoutSettlementRows(table: Table, log: ProblemLog): Table {
  const column = (role: "open" | "high" | "low" | "close"): Float64Array =>
    table.numbers.get(role)!;
  const [open, high, low, close] = [column("open"), column("high"), column("low"), column("close")];
  let found = 0;
  for (let row = 0; row < table.rows; row++) {
    if (open[row] !== 0 || high[row] !== 0 || low[row] !== 0) continue;
    found++;
    const detail = `open, high and low are 0 beside a close of ${close[row]}: nothing traded; ` +
      "the row was left out";
    log.add("settlement-only", table.lines[row]!, close[row]!, detail, table.names.get("close"));
  }
  if (found === 0) return table;
  return rowsOf(table, rowsWhere(table, (i) => !(open[i] === 0 && high[i] === 0 && low[i] === 0)));
}

/** The table oldest first: a file whose every step goes back in time is read from its end. */
export function oldestFirst(table: Table, notes: string[]): Table {
  const { stamps, rows } = table;
  if (rows < 3 || !(stamps[0]! > stamps[rows - 1]!)) return table;
  for (let i = 1; i < rows; i++) if (stamps[i]! > stamps[i - 1]!) return table;
  notes.push("The file is newest first; it was read in reverse.");
  return rowsOf(table, Uint32Array.from({ length: rows }, (_, i) => rows - 1 - i));
}
