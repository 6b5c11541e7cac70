import { InputError } from "../core/mod.ts";
import {
  type InstrumentDocument,
  INSTRUMENTS,
  INSTRUMENTS_FORMAT,
  parseInstruments,
} from "../market/mod.ts";
import { readOwnInstruments } from "./own_instruments.ts";

/**
 * Adds an instrument to a user's file, which is made where there is none. The whole file is checked
 * first, written beside its place and then renamed: whoever reads it sees the old one or the new
 * one, and of two who add at once one is refused.
 *
 * Permissions: reading and writing the file, and the same name with `.new` behind.
 *
 * @throws {InputError} naming the first fault of the file or of the instrument
 */
export function addOwnInstrument(path: string, document: InstrumentDocument): void {
  const beside = `${path}.new`;
  let file: Deno.FsFile;
  try {
    file = Deno.openSync(beside, { write: true, createNew: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    throw new InputError("Cannot write while somebody else does", {
      where: beside,
      remedy: "wait for the other command; when none is running, remove this file",
    });
  }
  let isLaid = false;
  try {
    const text = textWith(path, document);
    file.writeSync(new TextEncoder().encode(text));
    file.syncSync();
    isLaid = true;
  } finally {
    file.close();
    if (!isLaid) Deno.removeSync(beside);
  }
  Deno.renameSync(beside, path);
}

/** The text of the file with one more instrument, fields in the order of the schema. */
function textWith(path: string, document: InstrumentDocument): string {
  const known = readOwnInstruments(path) ?? [];
  if (known.some(({ symbol }) => symbol === document.symbol)) {
    throw new InputError(`Cannot add ${document.symbol}: the file has it already`, {
      where: path,
      remedy: "name it otherwise, or change it in the file",
    });
  }
  const write = (instruments: readonly InstrumentDocument[]): string =>
    `${JSON.stringify({ format: INSTRUMENTS_FORMAT, instruments }, null, 2)}\n`;
  const taken = INSTRUMENTS.map(({ symbol }) => symbol);
  return write(parseInstruments(write([...known, document]), path, taken));
}
