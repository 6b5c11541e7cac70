import {
  type ContractCode,
  type ContractDates,
  contractDates,
  DAY_MS,
  type Instrument,
  parseContractCode,
} from "../market/mod.ts";
import { InputError } from "../core/mod.ts";

/**
 * Last trade and first notice of a futures contract, by the exchange's rule for its root.
 *
 * @param symbolWithMonth contract code such as `ESZ3`, `CLF24` or `6EH2024`
 * @param near epoch ms at which the contract was traded; settles the decade of a short year
 * @param own a user's instruments beside those that ship
 * @throws {InputError} when the code is not of a future whose rules are known
 * @example
 * ```ts
 * import { datesOfContract } from "./futures_expiry.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * const { firstNoticeDay, lastTradeDay } = datesOfContract("GCZ3", Date.parse("2013-10-07"));
 * const iso = (day: number) => new Date(day * 86_400_000).toISOString().slice(0, 10);
 * assertEquals(iso(firstNoticeDay!), "2013-11-29");
 * assertEquals(iso(lastTradeDay), "2013-12-27");
 * ```
 */
export function datesOfContract(
  symbolWithMonth: string,
  near: number,
  own: readonly Instrument[] = [],
): ContractDates {
  if (parseContractCode(symbolWithMonth, own) === null) {
    throw new InputError(`Cannot tell the expiry of '${symbolWithMonth}'`, {
      remedy: "name the contract as root, month letter and year, such as ESZ5",
    });
  }
  const dates = knownDatesOf(symbolWithMonth, near, own);
  if (dates !== null) return dates;
  throw new InputError(`Cannot tell when ${symbolWithMonth} ends: its rule is not known`, {
    remedy: `say it with --last-trade ${symbolWithMonth}=YYYY-MM-DD`,
  });
}

/**
 * Last moment of trading of a futures contract, by the exchange's rule for its root;
 * on a half day the early close.
 * The rules are today's; some contracts of long ago ended at another hour of the same day.
 *
 * @param symbolWithMonth contract code such as `ESZ3`, `CLF24` or `6EH2024`
 * @param near epoch ms at which the contract was traded; settles the decade of a short year
 * @returns epoch ms, UTC; the close of the last day's session where no earlier hour is known
 * @throws {InputError} when the code is not of a future whose rules are known
 * @example
 * ```ts
 * import { futuresExpiry } from "./futures_expiry.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * const expiry = futuresExpiry("ESZ3", Date.parse("2013-10-07"));
 * assertEquals(new Date(expiry).toISOString(), "2013-12-20T14:30:00.000Z");
 * ```
 */
export function futuresExpiry(symbolWithMonth: string, near: number): number {
  return datesOfContract(symbolWithMonth, near).lastTradeTime;
}

/** As `datesOfContract`; null where the name is no contract code, or the rule is not known. */
export function knownDatesOf(
  name: string,
  near: number,
  own: readonly Instrument[] = [],
): ContractDates | null {
  const code = parseContractCode(name, own);
  return code === null ? null : contractDates(code.root, fullYear(code, near), code.month);
}

/** The year with the written last digits that puts the delivery nearest to `near`. */
function fullYear(code: ContractCode, near: number): number {
  const written = Number(code.year);
  const cycle = 10 ** code.year.length;
  const tradedAt = near / DAY_MS / 365.25 + 1970;
  const delivery = written + code.month / 12;
  // A contract trades before it expires: a delivery up to nine years ahead beats one just past.
  const ahead = code.year.length === 1 ? 4 : 0;
  return written + cycle * Math.round((tradedAt + ahead - delivery) / cycle);
}
