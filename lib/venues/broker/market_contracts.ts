import type { Instrument } from "../../market/mod.ts";
import type { OrderLedger } from "./order_ledger.ts";
import type { ContractKey, TradedContract } from "./venue_books.ts";

/** An instrument as it is traded here. */
export interface VenueMarket {
  /** What the system knows it as. */
  readonly instrument: Instrument;
  /** The contract that orders are for. */
  current: TradedContract;
  /** Those that it was rolled out of, and the one that it is being rolled into. */
  others: readonly TradedContract[];
  /** What a lot and side costs where the venue does not say it in time, micro-dollars. */
  readonly feePerSideMicros: number;
  /** Price of the last close in ticks; null before the first bar. */
  lastTicks: number | null;
  /** Row of the last bar that was told. */
  lastRow: number;
}

/**
 * An instrument before the first order of a process.
 *
 * @param asked the contract that is traded where none was kept
 */
export function venueMarket(
  { feePerSideMicros, instrument }: Pick<VenueMarket, "feePerSideMicros" | "instrument">,
  asked: TradedContract,
  ledger: OrderLedger,
): VenueMarket {
  const begun = ledger.entries().find((entry) => entry.kind === "begun");
  const first = begun?.contracts?.[instrument.symbol] ?? asked;
  const market: VenueMarket = {
    ...{ instrument, feePerSideMicros, current: first, others: [], lastTicks: null, lastRow: 0 },
  };
  for (const entry of ledger.entries()) {
    if (entry.kind !== "rolling" || entry.symbol !== instrument.symbol) continue;
    const isDone = ledger.entries().some((other) =>
      other.kind === "rolled" && other.roll === entry.roll
    );
    for (const contract of [entry.from, entry.to]) addContract(market, contract);
    enterContract(market, isDone ? entry.to : entry.from);
  }
  return market;
}

/** What each instrument is traded as, by its symbol. */
export function currentContracts(
  markets: ReadonlyMap<string, VenueMarket>,
): Readonly<Record<string, TradedContract>> {
  return Object.fromEntries([...markets].map(([symbol, { current }]) => [symbol, current]));
}

/** Every contract of an instrument of which something may be held or ordered. */
export function contractsOf({ current, others }: VenueMarket): readonly TradedContract[] {
  return [current, ...others];
}

/** A further contract may be held from now on. */
export function addContract(market: VenueMarket, contract: TradedContract): void {
  const isKnown = contractsOf(market).some(({ contractId }) => contractId === contract.contractId);
  if (!isKnown) market.others = [...market.others, contract];
}

/** Orders are for another contract from now on. */
export function enterContract(market: VenueMarket, contract: TradedContract): void {
  const others = contractsOf(market).filter(({ contractId }) => contractId !== contract.contractId);
  [market.current, market.others] = [contract, others];
}

/** The instrument whose contract it is; null for none that is traded here. */
export function marketOf(
  markets: ReadonlyMap<string, VenueMarket>,
  contractId: ContractKey | null,
): VenueMarket | null {
  for (const market of markets.values()) {
    if (contractsOf(market).some((contract) => contract.contractId === contractId)) return market;
  }
  return null;
}

/** The venue's name of a contract of an instrument. */
export function contractNameOf(market: VenueMarket, contractId: ContractKey): string {
  const found = contractsOf(market).find((contract) => contract.contractId === contractId);
  return (found ?? market.current).contract;
}
