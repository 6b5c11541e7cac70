import { InputError } from "../core/mod.ts";
import type { Instrument } from "../market/mod.ts";

/**
 * Refuses to count money of an instrument while figures are missing that nobody but the user's
 * broker can say, all of them in one line.
 *
 * @param given what the user has said: fee, and margin where one is needed
 * @throws {InputError} naming the flag of each
 * @example
 * ```ts
 * import { requireFigures } from "./missing_figures.ts";
 * import { findInstrument } from "../market/instruments.ts";
 * import { throws } from "node:assert/strict";
 *
 * const corn = findInstrument("ZC");
 * throws(() => requireFigures(corn, {}), /--fee with your broker's/);
 * requireFigures(corn, { feeUsd: 2.1 });
 * ```
 */
export function requireFigures(
  instrument: Pick<Instrument, "symbol" | "kind" | "currency" | "feePerSideUsd" | "margin">,
  given: { readonly feeUsd?: number; readonly marginUsd?: number; readonly needsMargin?: boolean },
): void {
  const { currency, feePerSideUsd, kind, margin, symbol } = instrument;
  const isMarginMissing = given.needsMargin === true && given.marginUsd === undefined &&
    kind === "future" && margin.length === 0;
  const missing: readonly (readonly [isMissing: boolean, figure: string, flag: string])[] = [
    [
      given.feeUsd === undefined && feePerSideUsd.length === 0,
      "fee",
      "--fee with your broker's all-in dollars per lot and side",
    ],
    [isMarginMissing, "margin", "--margin with your broker's initial margin, dollars per lot"],
    [
      currency !== "USD",
      `rate of ${currency}`,
      `--fx-rate with dollars for one ${currency}, the same on all days`,
    ],
  ];
  const asked = missing.filter(([isMissing]) => isMissing);
  if (asked.length === 0) return;
  throw new InputError(
    `Cannot count money of ${symbol} as nobody has said its ${
      list(asked.map(([, figure]) => figure))
    }`,
    { remedy: `give ${list(asked.map(([, , flag]) => flag))}` },
  );
}

/** `a, b and c`. */
function list(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join("") : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;
}
