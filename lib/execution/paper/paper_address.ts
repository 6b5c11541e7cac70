import { z } from "zod";
import { InputError, parseJson } from "../../core/mod.ts";
import { MessageLines } from "./message_lines.ts";

/** Where a paper broker can be reached on the loopback interface, and what it asks for. */
export interface PaperAddress {
  /** Port. */
  readonly port: number;
  /** What it wants to hear of whoever it serves. */
  readonly token: string;
}

/** Who knows where the paper broker is; one that was started again is somewhere else. */
export interface PaperAddresses {
  /** The newest address that is known; waits for the first. @throws {InputError} when none will come */
  newest(): Promise<PaperAddress>;
  /** Nobody asks any more. */
  close(): Promise<void>;
}

const addressSchema = z.strictObject({
  paperBroker: z.strictObject({ port: z.int().positive(), token: z.string().min(1) }),
});

/** The line by which a paper broker says where it is. */
export function paperAddressLine(paperBroker: PaperAddress): string {
  return JSON.stringify({ paperBroker });
}

/**
 * Reads where the paper broker is from what it writes, as a session does whose input it is piped
 * into. Lines that say something else are passed over.
 *
 * @param input what the broker writes
 * @param signal stops waiting
 */
export function readPaperAddresses(input: ReadableStream<Uint8Array>): PaperAddresses {
  const reader = input.getReader();
  const lines = new MessageLines();
  let newest: PaperAddress | null = null;
  let hasEnded = false;
  let wake: () => void = () => {};
  const read = async (): Promise<void> => {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      for (const line of lines.push(value)) {
        const address = addressIn(line);
        if (address === null) continue;
        newest = address;
        wake();
      }
    }
  };
  const ended = read().catch(() => {}).finally(() => {
    hasEnded = true;
    wake();
  });
  return {
    async newest() {
      while (newest === null) {
        if (hasEnded) {
          throw new InputError("Cannot reach a paper broker as none says where it is", {
            remedy: "start the session by its task, which starts the broker beside it",
          });
        }
        await new Promise<void>((resolve) => wake = resolve);
      }
      return newest;
    },
    async close() {
      await reader.cancel();
      await ended;
    },
  };
}

function addressIn(line: string): PaperAddress | null {
  if (!line.startsWith("{")) return null;
  try {
    return addressSchema.safeParse(parseJson(line)).data?.paperBroker ?? null;
  } catch {
    return null;
  }
}
