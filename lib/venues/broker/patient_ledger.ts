import type { OrderLedger, OrderLedgerEntry } from "./order_ledger.ts";

/**
 * A ledger on a disk that may be full: what has happened already is held until it can be written, so
 * that no report and no stop waits for the disk. Only an order that is about to be sent is refused.
 */
export function patientLedger(
  ledger: OrderLedger,
  onTrouble: (reason: string) => void,
): OrderLedger {
  const held: OrderLedgerEntry[] = [];
  const flush = (): void => {
    for (let entry = held[0]; entry !== undefined; entry = held[0]) {
      ledger.append(entry);
      held.shift();
    }
  };
  return {
    entries: () => [...ledger.entries(), ...held],
    append(entry) {
      const wasWell = held.length === 0;
      try {
        flush();
        ledger.append(entry);
      } catch (error) {
        if (wasWell) onTrouble(`orders cannot be written down: ${(error as Error).message}`);
        if (entry.kind === "sent") throw error;
        held.push(entry);
      }
    },
  };
}
