import cbot from "./instruments/cbot.json" with { type: "json" };
import cfe from "./instruments/cfe.json" with { type: "json" };
import cme from "./instruments/cme.json" with { type: "json" };
import comex from "./instruments/comex.json" with { type: "json" };
import crypto from "./instruments/crypto.json" with { type: "json" };
import eurex from "./instruments/eurex.json" with { type: "json" };
import fxAndMetals from "./instruments/fx_and_metals.json" with { type: "json" };
import iceEurope from "./instruments/ice_europe.json" with { type: "json" };
import iceUs from "./instruments/ice_us.json" with { type: "json" };
import nymex from "./instruments/nymex.json" with { type: "json" };
import stocks from "./instruments/stocks.json" with { type: "json" };
import type { Instrument, InstrumentDocument } from "./instrument.ts";
import { instrumentOf } from "./parse_instruments.ts";

/*
 * Contract terms are the exchange's; each figure's page and date stand beside it. Where a fee or a
 * margin says that it is an assumption, it is of the right order of magnitude and nobody's: brokers
 * differ and margins move by tens of percent, so a live account must take them from its broker.
 */

/** The documents that ship, in the order in which they are listed; tests check their shape. */
export const SHIPPED_DOCUMENTS: readonly InstrumentDocument[] = [
  ...[cme, cbot, nymex, comex, cfe, iceUs, iceEurope, eurex, stocks, fxAndMetals, crypto].flatMap(
    ({ instruments }) => instruments as unknown as readonly InstrumentDocument[],
  ),
];

/** Every instrument that ships: futures by root, shares, currency pairs, metals and coins. */
export const INSTRUMENTS: readonly Instrument[] = SHIPPED_DOCUMENTS.map(instrumentOf);
