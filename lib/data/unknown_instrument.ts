import type { Instrument } from "../market/mod.ts";

/**
 * Stands for an instrument that nobody has named, so that its file can be looked at: no tick is
 * wrong for it and no hour outside its session. Nothing may be traded or counted in money with it.
 */
export function unknownInstrument(): Instrument {
  return {
    symbol: "?",
    name: "unknown",
    kind: "fx",
    exchange: "",
    currency: "USD",
    tickSize: 1e-9,
    pointValue: 1,
    session: "always",
    timeZone: "UTC",
    feePerSideUsd: [],
    margin: [],
    rollMonths: "",
  };
}
