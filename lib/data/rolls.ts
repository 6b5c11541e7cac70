import type { Bars } from "../market/mod.ts";

/** One change of contract in a continuous series. */
export interface Roll {
  /** Row of the first bar of the new contract. */
  readonly row: number;
  /** Epoch ms of that bar. */
  readonly time: number;
  /** Contract left. */
  readonly from: string;
  /** Contract entered. */
  readonly to: string;
  /** Change of the adjustment: old minus new price (difference), or old over new (ratio). */
  readonly gap: number;
  /** Raw close of the contract left where the gap was measured; null where the file does not say. */
  readonly fromPrice: number | null;
  /** Raw close of the contract entered at the same bar. */
  readonly toPrice: number | null;
  /** What decided: a rule, or the contract's end; null where the file does not say. */
  readonly rule: string | null;
}

/**
 * The rolls of a continuous series, oldest first; none for bars of one contract.
 *
 * @returns one entry per change of contract
 */
export function rollsOf(bars: Bars): Roll[] {
  const continuous = bars.continuous;
  if (continuous === undefined) return [];
  const { adjustment, contract, contracts, entries, method } = continuous;
  const rolls: Roll[] = [];
  for (let row = 1; row < bars.length; row++) {
    if (contract[row] === contract[row - 1]) continue;
    const [before, after] = [adjustment[row - 1]!, adjustment[row]!];
    const entry = entries?.[contract[row]!] ?? null;
    rolls.push({
      row,
      time: bars.time[row]!,
      from: contracts[contract[row - 1]!]!,
      to: contracts[contract[row]!]!,
      gap: method === "difference" ? after - before : after / before,
      fromPrice: entry?.fromPrice ?? null,
      toPrice: entry?.toPrice ?? null,
      rule: entry?.rule ?? null,
    });
  }
  return rolls;
}

/** A roll as documents show it. */
export interface RollRow extends Omit<Roll, "row" | "time"> {
  /** Open of the first bar of the new contract, ISO, UTC. */
  readonly time: string;
}

/** The rolls of a series as rows of a table, oldest first; undefined for bars that join nothing. */
export function rollTable(bars: Bars): RollRow[] | undefined {
  if (bars.continuous === undefined || bars.actions !== undefined) return undefined;
  return rollsOf(bars).map(({ row: _, time, ...roll }) => ({
    time: new Date(time).toISOString(),
    ...roll,
  }));
}
