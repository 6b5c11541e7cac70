import { InputError, nearestName } from "../../core/mod.ts";
import type { CalendarRules } from "./calendar_rules.ts";
import { CFE_VIX } from "./cfe.ts";
import { CBOT_GRAINS, CME_LIVESTOCK } from "./cme_agriculture.ts";
import { CME_CRYPTO } from "./cme_crypto.ts";
import { CME_ENERGY_METALS } from "./cme_energy_metals.ts";
import { CME_EQUITY } from "./cme_equity.ts";
import { CME_FX } from "./cme_fx.ts";
import { CME_RATES } from "./cme_rates.ts";
import { EUREX_BONDS, EUREX_DAX, EUREX_INDEX, EUREX_SMI } from "./eurex.ts";
import {
  ICE_EU_ENERGY,
  ICE_US_COCOA,
  ICE_US_COFFEE,
  ICE_US_COTTON,
  ICE_US_DOLLAR_INDEX,
  ICE_US_ORANGE_JUICE,
  ICE_US_SUGAR,
} from "./ice.ts";
import { ALWAYS, FX_WEEK, SPOT_METALS } from "./over_the_counter.ts";
import { US_STOCK } from "./us_stock.ts";

/** Every calendar that ships. */
export const CALENDARS: readonly CalendarRules[] = [
  CME_EQUITY,
  CME_FX,
  CME_RATES,
  CME_ENERGY_METALS,
  CBOT_GRAINS,
  CME_LIVESTOCK,
  CME_CRYPTO,
  CFE_VIX,
  ICE_US_COFFEE,
  ICE_US_SUGAR,
  ICE_US_COCOA,
  ICE_US_COTTON,
  ICE_US_ORANGE_JUICE,
  ICE_US_DOLLAR_INDEX,
  ICE_EU_ENERGY,
  EUREX_INDEX,
  EUREX_DAX,
  EUREX_BONDS,
  EUREX_SMI,
  US_STOCK,
  FX_WEEK,
  SPOT_METALS,
  ALWAYS,
];

const BY_NAME: ReadonlyMap<string, CalendarRules> = new Map(
  CALENDARS.map((calendar) => [calendar.name, calendar]),
);

/**
 * The calendar of a name.
 *
 * @throws {InputError} when no calendar has the name, with the nearest one
 * @example
 * ```ts
 * import { findCalendar } from "./calendars.ts";
 * import { assertEquals } from "../../../tests/assert.ts";
 *
 * assertEquals(findCalendar("cbot-grains").timeZone, "America/Chicago");
 * ```
 */
export function findCalendar(name: string): CalendarRules {
  const found = BY_NAME.get(name);
  if (found !== undefined) return found;
  const near = nearestName(name.trim().toLowerCase(), BY_NAME.keys());
  throw new InputError(`Cannot find the calendar '${name}'`, {
    remedy: near === null
      ? `use one of ${[...BY_NAME.keys()].join(", ")}`
      : `did you mean ${near}?`,
  });
}
