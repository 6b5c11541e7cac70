import { usdToMicros } from "../trading/mod.ts";

/** A bet with two outcomes. */
export interface StakedBet {
  /** Probability of winning. */
  readonly probability: number;
  /** Won by one lot when it wins, dollars, after costs. */
  readonly winUsd: number;
  /** Lost by one lot when it loses, dollars, after costs; positive. */
  readonly lossUsd: number;
}

/**
 * Share of equity that, put at risk, grows it fastest (Kelly 1956): `p - (1 - p) · loss / win`;
 * 0 for a bet that is not worth taking.
 *
 * @throws RangeError when the probability or an amount is outside its range.
 * @example
 * ```ts
 * import { kellyFraction } from "./kelly.ts";
 * import { assertClose } from "../../tests/assert.ts";
 *
 * assertClose(kellyFraction({ probability: 0.6, winUsd: 50, lossUsd: 50 }), 0.2, 1e-12);
 * assertClose(kellyFraction({ probability: 0.4, winUsd: 50, lossUsd: 50 }), 0, 0);
 * ```
 */
export function kellyFraction({ lossUsd, probability, winUsd }: StakedBet): number {
  if (!(probability >= 0 && probability <= 1)) {
    throw new RangeError(
      `Cannot size a bet as its probability must be in [0, 1]: current value is ${probability}`,
    );
  }
  if (!(lossUsd < Infinity && usdToMicros(lossUsd) > 0)) {
    throw new RangeError(
      `Cannot size a bet as its loss must be a millionth of a dollar or more: current value is ${lossUsd}`,
    );
  }
  if (!Number.isFinite(winUsd)) {
    throw new RangeError(
      `Cannot size a bet as its win must be a finite number: current value is ${winUsd}`,
    );
  }
  return winUsd <= 0 ? 0 : Math.max(0, probability - (1 - probability) * lossUsd / winUsd);
}

/**
 * Whole lots that put at most a part of the Kelly share of equity at risk. A quarter is common: the
 * full share supposes that the probability is known, and overbetting costs more than underbetting.
 *
 * @param part of the Kelly share, 0 … 1
 */
export function kellyLots(bet: StakedBet, equityMicros: number, part: number): number {
  if (!(part >= 0 && part <= 1)) {
    throw new RangeError(
      `Cannot size a bet as the part of Kelly must be in [0, 1]: current value is ${part}`,
    );
  }
  const riskMicros = part * kellyFraction(bet) * Math.max(0, equityMicros);
  // Rounded first, so that dust in the fraction cannot cost a lot.
  return Math.floor(Number((riskMicros / usdToMicros(bet.lossUsd)).toPrecision(12)));
}
