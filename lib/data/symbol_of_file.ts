import { basename } from "node:path";
import { InputError } from "../core/mod.ts";
import { type Instrument, type InstrumentKind, knownInstrument } from "../market/mod.ts";
import { requireFile } from "./read_whole_file.ts";

/** Kinds whose symbols are two words in one, which vendors also write apart: `BTC-USD`. */
const PAIRS: readonly InstrumentKind[] = ["fx", "metal", "crypto", "perpetual"];

/** Most words that make one symbol. */
const LONGEST = 3;

/**
 * The symbol that a file's name says: the one part between signs that is a symbol or contract code
 * that is known, such as `ES` in `es_daily.csv`, `6EH4` in `6eh4_1min_utc.csv` or `BTCUSD` in
 * `BTC-USD.csv`.
 *
 * @param own a user's instruments beside those that ship
 * @returns null when no part is one, or several are
 */
export function guessSymbol(path: string, own: readonly Instrument[] = []): string | null {
  const [only, ...others] = symbolsIn(path, own);
  return only === undefined || others.length > 0 ? null : only;
}

/**
 * The symbol that a file's name says, where one is needed.
 *
 * @throws {InputError} when it says none, or may mean several; first of all when there is no such file
 */
export function symbolOfFile(path: string, own: readonly Instrument[] = []): string {
  const symbols = symbolsIn(path, own);
  const [only] = symbols;
  if (only !== undefined && symbols.length === 1) return only;
  requireFile(path);
  const example = only === undefined
    ? "for example --symbol ES or --symbol AAPL"
    : symbols.map((symbol) => `--symbol ${symbol}`).join(" or ");
  throw new InputError("Cannot tell the instrument from the file's name", {
    where: path,
    remedy: only === undefined ? `name it with --symbol, ${example}` : `add ${example}`,
  });
}

/** Whether the symbol ships, or is a user's own. */
export function isKnown(symbol: string, own: readonly Instrument[] = []): boolean {
  return knownInstrument(symbol, own) !== null;
}

/** Every symbol that the name may mean, each once. */
function symbolsIn(path: string, own: readonly Instrument[]): readonly string[] {
  const name = basename(path).toUpperCase();
  const words = [...name.matchAll(/[A-Z0-9]+/g)];
  // The ending names the kind of file, never what is in it.
  const last = Math.max(1, words.length - 1);
  const found = new Set<string>();
  for (let first = 0; first < Math.min(last, words.length);) {
    const longest = Math.min(LONGEST, last - first);
    let length = longest;
    for (; length > 0; length--) {
      const symbol = symbolOf(name, words.slice(first, first + length), own);
      if (symbol === null) continue;
      found.add(symbol);
      const perpetual = `${symbol}.P`;
      // An exchange calls the coin and the perpetual contract on it by one name.
      if (isKnown(perpetual, own)) found.add(perpetual);
      break;
    }
    first += Math.max(1, length);
  }
  return [...found];
}

/** The symbol that some words in a row are, with the signs between them or without. */
function symbolOf(
  name: string,
  words: readonly RegExpExecArray[],
  own: readonly Instrument[],
): string | null {
  const [first, last] = [words[0]!, words.at(-1)!];
  const written = name.slice(first.index, last.index + last[0].length);
  // A single letter is a word in any language.
  if (written.length < 2) return null;
  if (isKnown(written, own)) return written;
  if (words.length === 1) return null;
  const joined = words.map(([word]) => word).join("");
  const kind = knownInstrument(joined, own)?.kind;
  return kind !== undefined && PAIRS.includes(kind) ? joined : null;
}
