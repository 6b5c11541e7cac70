import { marginOn } from "../../market/mod.ts";
import type { ListedContract } from "../listed_contracts.ts";
import { zoneClock } from "../zone_clock.ts";
import type { SandboxMarket } from "../sandbox_market.ts";
import type { EntityStore, VenueEntity } from "./entity_store.ts";

/** What can be traded, by number. */
export interface ReferenceData {
  /** Contracts by their number. */
  readonly contracts: ReadonlyMap<number, ListedContract>;
  /** Number of the product. */
  readonly productId: number;
}

const PRODUCT_ID = 814;
const FIRST_MATURITY_ID = 30_001;
const FIRST_CONTRACT_ID = 2_665_001;

/** Puts the product of a market and its contracts into the store. */
export function referenceData(
  store: EntityStore,
  { calendar, contracts, instrument }: SandboxMarket,
  now: number,
): ReferenceData {
  const timestamp = new Date(now).toISOString();
  const margin = marginOn(instrument, calendar.tradeDay(now));
  store.create("currency", { id: 1, name: "USD", symbol: "$" });
  store.create("exchange", { id: 1, name: instrument.exchange });
  store.create("contractGroup", { id: 1, name: instrument.kind });
  store.create("orderStrategyType", { id: 2, name: "Bracket", enabled: true });
  store.create("product", {
    ...{ id: PRODUCT_ID, name: instrument.symbol, currencyId: 1, productType: "Futures" },
    ...{ description: instrument.name, exchangeId: 1, contractGroupId: 1, status: "Verified" },
    ...{ months: instrument.rollMonths, valuePerPoint: instrument.pointValue },
    ...{ priceFormatType: "Decimal", priceFormat: -decimals(instrument.tickSize) },
    ...{ tickSize: instrument.tickSize, isMicro: instrument.symbol.startsWith("M") },
  });
  store.create("productSession", productSession(now, calendar, instrument.timeZone));
  if (margin !== null) {
    store.create("productMargin", {
      ...{ id: PRODUCT_ID, initialMargin: margin.initialUsd },
      ...{ maintenanceMargin: margin.maintenanceUsd, timestamp },
    });
  }
  const byId = new Map<number, ListedContract>();
  const front = contracts.find(({ lastTradeTime }) => lastTradeTime > now);
  for (const [index, contract] of contracts.entries()) {
    const maturityId = FIRST_MATURITY_ID + index, id = FIRST_CONTRACT_ID + index;
    byId.set(id, contract);
    store.create("contractMaturity", {
      ...{ id: maturityId, productId: PRODUCT_ID },
      expirationMonth: contract.year * 100 + contract.month,
      expirationDate: new Date(contract.lastTradeTime).toISOString(),
      ...{ isFront: contract === front, archived: contract.lastTradeTime <= now, seqNo: index },
    });
    store.create("contract", {
      ...{ id, name: contract.name, contractMaturityId: maturityId },
      ...{ status: "DefinitionChecked", providerTickSize: instrument.tickSize },
    });
  }
  return { contracts: byId, productId: PRODUCT_ID };
}

/** Ways to write a step: 0.25 has two decimals. */
function decimals(tickSize: number): number {
  return (String(tickSize).split(".")[1] ?? "").length;
}

/** Hours of one usual day; holidays are not told. */
function productSession(
  now: number,
  calendar: SandboxMarket["calendar"],
  timeZone: string,
): VenueEntity {
  const { close, open } = calendar.next(now);
  const at = (time: number): { readonly hour: number; readonly minute: number } => {
    const { hour, minute } = zoneClock(timeZone, time);
    return { hour, minute };
  };
  return {
    ...{ id: PRODUCT_ID, openTime: at(open), startTime: at(open) },
    ...{ stopTime: at(close), closeTime: at(close), sundayOpenTime: at(open) },
  };
}
