import { nextLine, splitLine } from "../csv_scanner.ts";

/** A row as names, without case, blanks and punctuation, and texts. */
export interface ActionRow {
  /** Line of a text file, or number of the row in its list, from 1. */
  readonly place: number;
  readonly cells: ReadonlyMap<string, string>;
}

const MOST_DEPTH = 5;
const SEPARATORS = [44, 59, 9, 124];

/**
 * The lists of rows in a text or JSON file: a separated text is one; of JSON every list of objects,
 * at any depth, and what pandas writes of a table by columns or by index.
 *
 * @returns none where there are no rows
 */
export function listsOfRows(bytes: Uint8Array): ActionRow[][] {
  const text = new TextDecoder().decode(bytes).replace(/^\uFEFF/, "");
  if (/^\s*[[{]/.test(text)) {
    try {
      return listsIn(JSON.parse(text), 0);
    } catch {
      return [];
    }
  }
  const rows = textRows(new TextEncoder().encode(text));
  return rows.length === 0 ? [] : [rows];
}

/** A name without case, blanks and punctuation. */
function plain(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
}

function textRows(bytes: Uint8Array): ActionRow[] {
  const lines: string[][] = [];
  let separator = SEPARATORS[0]!;
  for (let start = 0; start < bytes.length; start = nextLine(bytes, start)) {
    if (lines.every((cells) => cells.join("") === "")) {
      separator = SEPARATORS.reduce((best, one) =>
        splitLine(bytes, start, one).length > splitLine(bytes, start, best).length ? one : best
      );
    }
    lines.push(splitLine(bytes, start, separator));
  }
  const at = lines.findIndex((cells) => cells.length > 1);
  if (at < 0) return [];
  const names = lines[at]!.map(plain);
  return lines.flatMap((cells, index) =>
    index <= at || cells.join("").trim() === "" ? [] : [{
      place: index + 1,
      cells: new Map(names.map((name, field) => [name, cells[field] ?? ""])),
    }]
  );
}

type Table = Readonly<Record<string, unknown>>;

function isTable(value: unknown): value is Table {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

function listsIn(value: unknown, depth: number): ActionRow[][] {
  if (depth > MOST_DEPTH || value === null || typeof value !== "object") return [];
  if (Array.isArray(value)) {
    return value.length > 0 && value.every(isTable) ? [value.map(jsonRow)] : [];
  }
  const stamped = stampedRows(value as Table);
  if (stamped !== null) return [stamped];
  return Object.values(value).flatMap((inside) => listsIn(inside, depth + 1));
}

function jsonRow(row: Table, index: number): ActionRow {
  return {
    place: index + 1,
    cells: new Map(Object.entries(row).map(([name, value]) => [plain(name), cellText(value)])),
  };
}

const STAMP = /^(\d{4}-\d\d-\d\d.*|-?\d{9,13})$/;

/** Objects by stamp, or columns of values by stamp: `DataFrame.to_json` writes both. */
function stampedRows(table: Table): ActionRow[] | null {
  const entries = Object.entries(table);
  if (entries.length === 0 || !entries.every(([, value]) => isTable(value))) return null;
  if (entries.every(([name]) => STAMP.test(name))) {
    return entries.map(([date, row], index) => jsonRow({ date, ...row as Table }, index));
  }
  const columns = entries as [string, Table][];
  if (!columns.every(([, column]) => Object.keys(column).every((key) => STAMP.test(key)))) {
    return null;
  }
  const stamps = [...new Set(columns.flatMap(([, column]) => Object.keys(column)))];
  return stamps.map((date, index) =>
    jsonRow(
      { date, ...Object.fromEntries(columns.map(([name, column]) => [name, column[date]])) },
      index,
    )
  );
}

function cellText(value: unknown): string {
  return value === null || value === undefined || typeof value === "object" ? "" : String(value);
}
