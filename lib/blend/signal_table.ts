import type { Signal } from "./signal.ts";

/** Choices of one part over rows, in columns: a million of them must fit into memory. */
export interface SignalTable {
  /** Keeps what was chosen at a row, and what forbids it. */
  set(row: number, signal: Signal, veto: string | null): void;
  /** What was chosen at a row. */
  at(row: number): Signal;
  /** What forbids it; null for nothing. */
  vetoAt(row: number): string | null;
}

const WIDTH = 6;

/** An empty table of the rows [from, to). */
export function createSignalTable(from: number, to: number): SignalTable {
  const columns = new Float64Array((to - from) * WIDTH);
  const vetoes = new Map<number, string>();
  return {
    set(row, { evidence, position }, veto) {
      const values = evidence === null ? [position, NaN, NaN, NaN, NaN, NaN] : [
        position,
        evidence.logitMargin,
        evidence.decisiveness,
        evidence.agreement,
        evidence.exposure,
        evidence.volatility,
      ];
      columns.set(values, (row - from) * WIDTH);
      if (veto !== null) vetoes.set(row, veto);
    },
    at(row) {
      const value = (column: number): number => columns[(row - from) * WIDTH + column]!;
      // The margin is a number wherever the part spoke.
      const evidence = Number.isNaN(value(1)) ? null : {
        logitMargin: value(1),
        decisiveness: value(2),
        agreement: value(3),
        exposure: value(4),
        volatility: value(5),
      };
      return { position: value(0), evidence };
    },
    vetoAt: (row) => vetoes.get(row) ?? null,
  };
}
