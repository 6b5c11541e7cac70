import { basename, join } from "node:path";
import { InputError } from "../core/mod.ts";
import { type Instrument, parseContractCode } from "../market/mod.ts";
import { filesOfFolder } from "./folder.ts";
import { guessSymbol } from "./symbol_of_file.ts";

/**
 * The contracts whose bars lie in a folder, one a file, told from the names of the files, such as
 * `ESH4` from `esh4_1min.csv`.
 *
 * @param own a user's instruments beside those that ship
 * @returns by name of the file
 * @throws {InputError} when the path is no folder, a name tells no contract, or two tell the same
 */
export async function contractsOfFolder(
  path: string,
  own: readonly Instrument[] = [],
): Promise<{ readonly name: string; readonly path: string }[]> {
  const files = await filesOfFolder(path);
  if (files === null) {
    throw new InputError("Cannot find a folder of contracts", {
      where: path,
      remedy: "name a folder, or one contract after the other with --contract NAME=FILE",
    });
  }
  const contracts = files.map((file) => ({
    name: contractOfFile(file, own),
    path: join(path, file),
  }));
  for (const [i, { name, path: second }] of contracts.entries()) {
    const first = contracts.findIndex((other) => other.name === name);
    if (first === i) continue;
    throw new InputError(`Cannot roll as ${name} is in two files of the folder`, {
      where: `${basename(contracts[first]!.path)} and ${basename(second)}`,
      remedy: "keep one file a contract, or name the files with --contract NAME=FILE",
    });
  }
  return contracts;
}

function contractOfFile(file: string, own: readonly Instrument[]): string {
  const symbol = guessSymbol(file, own);
  if (symbol !== null && parseContractCode(symbol, own) !== null) return symbol;
  throw new InputError("Cannot tell the contract from a file's name", {
    where: file,
    remedy: "rename it, for example to ESH4.csv, or name the files with --contract NAME=FILE",
  });
}
