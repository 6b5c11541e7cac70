import { marginOn } from "../../market/mod.ts";
import { microsToUsd, usdToMicros } from "../../trading/mod.ts";
import type { Booking } from "./booking.ts";
import { checkAccount, checkTerms, marginMicros, openMicros } from "./order_checks.ts";
import {
  accountOf,
  BAD_PARAMETERS,
  DENIED,
  done,
  NOT_THERE,
  type VenueRoute,
} from "./venue_call.ts";
import type { VenueCore } from "./venue_core.ts";

/** Largest balance that a demo account can be given. */
const LARGEST_DEMO_USD = 50_000;

/** Beyond this nobody means money. */
const LARGEST_CHANGE_USD = 1e9;

const HOUR = 3_600_000;

/** Endpoints of cash, margin and fees. */
export function accountRoutes(
  core: VenueCore,
  booking: Booking,
): Readonly<Record<string, VenueRoute>> {
  const changed = new Map<number, number>();
  return {
    "cashbalance/getcashbalancesnapshot": (call, session) => {
      const account = accountOf(core, call, session, call.body.accountId);
      if (account === null) return done({ errorText: "Account is not found" });
      const margin = core.store.get("marginSnapshot", account.id)!;
      const open = openMicros(core, account.id);
      return done({
        ...{
          totalCashValue: microsToUsd(account.cashMicros),
          cashUSD: microsToUsd(account.cashMicros),
        },
        totalPnL: microsToUsd(account.sessionMicros + open),
        ...{ initialMargin: margin.initialMargin, maintenanceMargin: margin.maintenanceMargin },
        ...{ netLiq: microsToUsd(account.cashMicros + open), openPnL: microsToUsd(open) },
        realizedPnL: microsToUsd(account.sessionMicros),
        weekRealizedPnL: microsToUsd(account.weekMicros),
      });
    },
    "cashbalance/changedemobalance": (call, session) => {
      const account = accountOf(core, call, session, call.body.accountId);
      const { cashChange } = call.body;
      if (account === null || account.host !== "demo") return DENIED;
      if (typeof cashChange !== "number" || !(Math.abs(cashChange) <= LARGEST_CHANGE_USD)) {
        return BAD_PARAMETERS;
      }
      const now = core.clock.now(), micros = usdToMicros(cashChange);
      if (now < (changed.get(account.id) ?? -Infinity) + HOUR) {
        return done({ errorText: "Balance was changed within the hour" });
      }
      if (account.cashMicros + micros > usdToMicros(LARGEST_DEMO_USD)) {
        return done({ errorText: `Balance would be above ${LARGEST_DEMO_USD}` });
      }
      changed.set(account.id, now);
      account.change(micros);
      core.tell(booking.money(account.id), account.id);
      return done({ ok: true });
    },
    "order/dryrun": (call, session) => {
      const { accountId, orders } = call.body;
      if (typeof accountId !== "number" || !Array.isArray(orders)) return BAD_PARAMETERS;
      if (!core.accounts.has(accountId)) return NOT_THERE;
      const account = accountOf(core, call, session, accountId);
      if (account === null) return DENIED;
      const lotMicros = marginMicros(core);
      let lots = 0, reason: string | undefined;
      for (const order of orders.slice(0, 4)) {
        const isOrder = typeof order === "object" && order !== null &&
          core.contract(order.contractId) !== null;
        if (!isOrder) return BAD_PARAMETERS;
        const side = order.action === "Buy" ? 1 : -1;
        const refused = checkTerms(core, order) ??
          checkAccount(core, accountId, order.contractId, side * order.orderQty);
        reason ??= refused?.failureReason;
        lots += order.orderQty;
      }
      const free = account.cashMicros + openMicros(core, accountId);
      if (lots * lotMicros > free) reason ??= "NotEnoughLiquidity";
      return done({
        ...(reason === undefined ? {} : { rejectReason: reason }),
        details: { netLiqValue: microsToUsd(free), marginAfter: microsToUsd(lots * lotMicros) },
        fees: microsToUsd(lots * core.feeMicros),
      });
    },
    "contract/getproductfeeparams": ({ body }) => {
      if (!Array.isArray(body.productIds)) return BAD_PARAMETERS;
      const day = core.market.calendar.tradeDay(core.clock.now());
      const margin = marginOn(core.market.instrument, day)?.initialUsd;
      const { productId } = core.reference;
      return done({
        params: body.productIds.filter((id) => id === productId).map(() => ({
          ...{ productId, commission: microsToUsd(core.feeMicros) },
          dayMargin: margin === undefined ? undefined : margin * core.guesses.dayMarginShare,
          ...{ nightMargin: margin, fullMargin: margin },
        })),
      });
    },
    "contract/rollcontract": ({ body }) => {
      const living = core.market.livingContracts(core.clock.now());
      const { contracts } = core.market;
      const from = contracts.findIndex(({ name }) => name === body.name);
      if (from < 0) return done({ errorText: "Contract is not found" });
      const mayRoll = body.ifExpired !== true || !living.includes(contracts[from]!);
      const to = contracts[mayRoll ? from + (body.forward === false ? -1 : 1) : from];
      const contract = core.store.list("contract").find(({ name }) => name === to?.name);
      return done(
        contract === undefined ? { errorText: "There is no such contract" } : { contract },
      );
    },
  };
}
