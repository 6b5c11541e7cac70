import { lotsToLiquidate } from "../trading/mod.ts";

/** A position that can be reduced at the close of the bar that is being looked at. */
export interface MarginedPosition {
  /** Signed lots that may be closed. */
  readonly positionLots: number;
  /** Signed lots that need margin: those of somebody else in the account too. */
  readonly accountLots: number;
  /** Own cash plus open profit. */
  readonly equityMicros: number;
  /** What keeping one lot needs now. */
  readonly maintenanceMicros: number;
  /** What closing one lot costs: fee and slippage. */
  readonly closingCostMicros: number;
  /** Whether its market has just closed a bar, so that it can trade. */
  readonly isTradable: boolean;
}

/** A position that has to become smaller, and by how many lots. */
export interface Liquidation<P extends MarginedPosition> {
  readonly position: P;
  /** At least 1. */
  readonly lots: number;
}

/**
 * The next position to reduce: the one with the largest requirement, by the fewest lots after which
 * equity backs what is left. Null when equity backs everything, or nothing can trade now.
 *
 * @param cashMicros of the account beside the positions' own equity
 */
export function nextLiquidation<P extends MarginedPosition>(
  cashMicros: number,
  positions: readonly P[],
): Liquidation<P> | null {
  let shortfall = -cashMicros;
  for (const each of positions) shortfall += requirement(each) - each.equityMicros;
  if (shortfall <= 0) return null;
  let largest: P | null = null;
  for (const each of positions) {
    if (!each.isTradable || each.positionLots === 0 || requirement(each) <= 0) continue;
    if (largest === null || requirement(each) > requirement(largest)) largest = each;
  }
  if (largest === null) return null;
  const { closingCostMicros, maintenanceMicros, positionLots } = largest;
  const held = Math.abs(positionLots);
  const lots = lotsToLiquidate(held, shortfall, maintenanceMicros, closingCostMicros);
  return { position: largest, lots };
}

function requirement<P extends MarginedPosition>(position: P): number {
  const held = Math.abs(position.accountLots);
  return held === 0 ? 0 : held * position.maintenanceMicros;
}
