import type { SlotRunner } from "./session_slot.ts";

/** What an account holds of an instrument that its session did not trade, or not alone. */
interface SharedInstrument {
  /** Instrument. */
  readonly symbol: string;
  /** Signed lots that somebody else has traded, never 0. */
  readonly lots: number;
  /** Signed lots of the session. */
  readonly ownLots: number;
}

/** Instruments of which somebody else holds lots in the account; slots may share one. */
export function sharedInstruments(
  runners: readonly Pick<SlotRunner, "options" | "view">[],
): readonly SharedInstrument[] {
  const shared = new Map<string, SharedInstrument>();
  for (const { options: { instrument: { symbol } }, view } of runners) {
    const { lots, ownLots } = shared.get(symbol) ?? { lots: 0, ownLots: 0 };
    shared.set(symbol, {
      symbol,
      lots: lots + view.strangerLots,
      ownLots: ownLots + view.positionLots,
    });
  }
  return [...shared.values()].filter(({ lots }) => lots !== 0);
}

/** Signed lots that somebody else has traded, by symbol. */
export function strangerLots(
  runners: readonly Pick<SlotRunner, "options" | "view">[],
): Readonly<Record<string, number>> {
  return Object.fromEntries(sharedInstruments(runners).map(({ lots, symbol }) => [symbol, lots]));
}
