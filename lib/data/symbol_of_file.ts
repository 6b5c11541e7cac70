import { basename } from "node:path";
import { InputError } from "../core/mod.ts";
import { findInstrument } from "../market/mod.ts";

/**
 * The symbol that a file's name says: the one part between signs that is a symbol or contract code
 * of the instrument table, such as `ES` in `es_daily.csv` or `6EH4` in `6eh4_1min_utc.csv`.
 *
 * @returns null when no part is one, or several are
 */
export function guessSymbol(path: string): string | null {
  const parts = basename(path).split(/[^A-Za-z0-9]+/).filter((part) => part !== "");
  // The ending names the kind of file, never what is in it.
  const known = parts.slice(0, Math.max(1, parts.length - 1)).map((part) => part.toUpperCase())
    .filter(isKnown);
  const different = [...new Set(known)];
  return different.length === 1 ? different[0]! : null;
}

/**
 * The symbol that a file's name says, where one is needed.
 *
 * @throws {InputError} when it says none
 */
export function symbolOfFile(path: string): string {
  const symbol = guessSymbol(path);
  if (symbol !== null) return symbol;
  throw new InputError("Cannot tell the instrument from the file's name", {
    where: path,
    remedy: "name it with --symbol, for example --symbol ES or --symbol AAPL",
  });
}

/** Whether the instrument table has the symbol. */
export function isKnown(symbol: string): boolean {
  try {
    findInstrument(symbol);
    return true;
  } catch {
    return false;
  }
}
