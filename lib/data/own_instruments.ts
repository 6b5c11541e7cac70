import { InputError } from "../core/mod.ts";
import {
  type InstrumentDocument,
  INSTRUMENTS,
  ownInstrument,
  parseContractCode,
  parseInstruments,
} from "../market/mod.ts";

/**
 * Reads a user's file of instruments.
 *
 * @returns null when there is no such file
 * @throws {InputError} naming the first fault, also a symbol that ships
 */
export function readOwnInstruments(path: string): readonly InstrumentDocument[] | null {
  let text: string;
  try {
    text = Deno.readTextFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    if (error instanceof Deno.errors.NotCapable) throw error;
    throw new InputError("Cannot read the file of instruments", {
      ...{ where: path, cause: error, remedy: "check the path" },
    });
  }
  return parseInstruments(text, path, INSTRUMENTS.map(({ symbol }) => symbol));
}

/**
 * What a user has written of a symbol, or of the future that it is a contract of.
 *
 * @returns undefined where nothing is
 */
export function ownDocumentOf(
  symbol: string,
  own: readonly InstrumentDocument[],
): InstrumentDocument | undefined {
  const name = symbol.trim().toUpperCase();
  return own.find((document) => document.symbol === name) ??
    parseContractCode(name, own.map(ownInstrument))?.root.document;
}
