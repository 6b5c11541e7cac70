import { InputError } from "../../core/mod.ts";
import type { OrderLedger, OrderLedgerEntry } from "./order_ledger.ts";

/** Only whoever runs this may read it. */
const OWN = { mode: 0o600 } as const;

/** A ledger in a file, a line each; closed when it is not needed any more. */
export interface FileLedger extends OrderLedger, Disposable {}

/**
 * Opens or makes the ledger of a session. A line is on the disk when `append` returns; one that was
 * cut off by the end of a process was never sent, and is passed over.
 *
 * @throws {InputError} when it cannot be read
 */
export function openFileLedger(path: string): FileLedger {
  const kept: OrderLedgerEntry[] = [];
  const text = readOrEmpty(path), lines = text.split("\n");
  const rest = lines.pop()!;
  for (const [index, line] of lines.entries()) {
    try {
      kept.push(JSON.parse(line));
    } catch {
      throw new InputError("Cannot read what was ordered as the line is none of a ledger", {
        where: `${path}, line ${index + 1}`,
        remedy: "restore a backup of it, or begin a session of another name",
      });
    }
  }
  const file = Deno.openSync(path, { append: true, create: true, ...OWN });
  if (rest !== "") {
    file.truncateSync(
      new TextEncoder().encode(text).length - new TextEncoder().encode(rest).length,
    );
  }
  return {
    entries: () => kept,
    append(entry) {
      const bytes = new TextEncoder().encode(`${JSON.stringify(entry)}\n`);
      const { size } = file.statSync();
      try {
        for (let done = 0; done < bytes.length;) done += file.writeSync(bytes.subarray(done));
        file.syncDataSync();
      } catch (error) {
        // A line that is cut off would spoil the next.
        file.truncateSync(size);
        throw error;
      }
      kept.push(entry);
    },
    [Symbol.dispose]: () => file.close(),
  };
}

function readOrEmpty(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  }
}
