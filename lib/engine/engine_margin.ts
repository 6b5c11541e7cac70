import { lotsToLiquidate } from "../trading/margin.ts";

/** A position that can be reduced at the close of the bar that is being looked at. */
export interface MarginedPosition {
  /** Signed lots. */
  readonly positionLots: number;
  /** Own cash plus open profit. */
  readonly equityMicros: number;
  /** What keeping one lot needs now. */
  readonly maintenanceMicros: number;
  /** What closing one lot costs: fee and slippage. */
  readonly closingCostMicros: number;
  /** Whether its market has just closed a bar, so that it can trade. */
  readonly isTradable: boolean;
  /** Closes so many lots, at least 1, at the close. */
  liquidate(lots: number): void;
}

/**
 * Closes the fewest lots, from the largest requirement down, until equity backs what is left.
 *
 * @param cashMicros of the account beside the positions' own equity
 */
export function coverMargin(cashMicros: number, positions: readonly MarginedPosition[]): void {
  for (;;) {
    let shortfall = -cashMicros;
    for (const each of positions) shortfall += requirement(each) - each.equityMicros;
    if (shortfall <= 0) return;
    const largest = positions.filter((each) => each.isTradable && requirement(each) > 0)
      .toSorted((a, b) => requirement(b) - requirement(a))[0];
    if (largest === undefined) return;
    const { closingCostMicros, maintenanceMicros, positionLots } = largest;
    const held = Math.abs(positionLots);
    largest.liquidate(lotsToLiquidate(held, shortfall, maintenanceMicros, closingCostMicros));
  }
}

function requirement({ maintenanceMicros, positionLots }: MarginedPosition): number {
  return Math.abs(positionLots) * maintenanceMicros;
}
