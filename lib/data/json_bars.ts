const MOST_DEPTH = 4;

type Row = Readonly<Record<string, unknown>> | readonly unknown[];

/**
 * Turns bars in JSON into text with commas: a list of objects or of lists, also inside an object
 * (`{"results": [...]}`), and an object of objects by stamp as Alpha Vantage sends.
 *
 * @returns null when the bytes are not JSON, or hold no list of rows
 * @example
 * ```ts
 * import { jsonToCsv } from "./json_bars.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * const bytes = new TextEncoder().encode('{"results":[{"t":1,"c":2.5},{"t":2,"c":3}]}');
 * assertEquals(new TextDecoder().decode(jsonToCsv(bytes)!), "t,c\n1,2.5\n2,3\n");
 * ```
 */
export function jsonToCsv(bytes: Uint8Array): Uint8Array<ArrayBuffer> | null {
  const first = bytes.find((byte) => byte > 32 && byte !== 0xef && byte !== 0xbb && byte !== 0xbf);
  if (first !== 0x7b && first !== 0x5b) return null;
  let document: unknown;
  try {
    document = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return null;
  }
  const rows = rowsIn(document, 0);
  if (rows === null) return null;
  const names = Array.isArray(rows[0])
    ? ["timestamp", "open", "high", "low", "close", "volume"]
    : Object.keys(rows[0]!);
  const lines = rows.map((row) =>
    (Array.isArray(row)
      ? row.slice(0, names.length)
      : names.map((name) => (row as Record<string, unknown>)[name]))
      .map(cellText).join(",")
  );
  return new TextEncoder().encode(`${names.map(plainName).join(",")}\n${lines.join("\n")}\n`);
}

/** The first list of rows in a document; null when there is none. */
function rowsIn(value: unknown, depth: number): Row[] | null {
  if (value === null || typeof value !== "object" || depth > MOST_DEPTH) return null;
  if (Array.isArray(value)) {
    const rows = value.every((row) => row !== null && typeof row === "object");
    return rows && value.length > 0 ? value as Row[] : null;
  }
  const entries = Object.entries(value);
  const stamped = entries.length > 0 &&
    entries.every(([key, row]) =>
      /^\d{4}-\d\d-\d\d/.test(key) && row !== null && typeof row === "object"
    );
  if (stamped) return entries.map(([timestamp, row]) => ({ timestamp, ...row as object }));
  for (const [, inside] of entries) {
    const rows = rowsIn(inside, depth + 1);
    if (rows !== null) return rows;
  }
  return null;
}

/** `1. open` as Alpha Vantage numbers its fields. */
function plainName(name: string): string {
  return cellText(name.replace(/^\d+\. /, ""));
}

function cellText(value: unknown): string {
  if (value === null || value === undefined || typeof value === "object") return "";
  const text = String(value);
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""').replace(/[\n\r]/g, " ")}"` : text;
}
