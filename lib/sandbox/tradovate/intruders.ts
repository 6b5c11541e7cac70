import type { Exchange } from "./exchange.ts";
import type { OrderDesk } from "./order_desk.ts";
import { liquidate } from "./order_routes.ts";
import type { VenueCore } from "./venue_core.ts";

/** Others who touch an account: a person, and the venue itself. */
export class Intruders {
  readonly #core: VenueCore;
  readonly #desk: OrderDesk;
  readonly #exchange: Exchange;

  /** Begins to wait for their faults, which strike at trades of the market. */
  constructor(core: VenueCore, exchange: Exchange, desk: OrderDesk) {
    this.#core = core;
    this.#exchange = exchange;
    this.#desk = desk;
    const random = core.random(5);
    core.market.onPrint(() => {
      const [account] = core.accounts.keys();
      if (account === undefined) return;
      if (core.strikes("position-by-person")) this.trade(account, random.integer(2) === 0 ? 1 : -1);
      if (core.strikes("auto-liquidation")) this.liquidate(account);
      if (core.strikes("account-locked")) this.act(account, "LockTradingImmediately");
      if (core.strikes("account-closed")) this.closeAccount(account);
    });
  }

  /** Somebody trades by hand in the first contract; says why not, where that is refused. */
  trade(accountId: number, lots: number): string | null {
    const [front] = this.#core.market.livingContracts(this.#core.clock.now());
    const contract = this.#core.store.list("contract").find(({ name }) => name === front?.name);
    if (contract === undefined) return "no contract is traded any more";
    const ticket = {
      ...{ accountId, contractId: contract.id, side: lots > 0 ? 1 as const : -1 as const },
      terms: { orderQty: Math.abs(lots), orderType: "Market", timeInForce: "Day" },
    };
    const refused = this.#desk.check(ticket);
    if (refused !== null) return refused.failureText;
    this.#desk.place(ticket);
    return null;
  }

  /** The venue closes all that an account holds, and locks it. */
  liquidate(accountId: number): void {
    const held = [...this.#core.accounts.get(accountId)!.contracts.keys()];
    for (const contractId of held) {
      liquidate(this.#core, this.#exchange, this.#desk, accountId, contractId, { isAdmin: true });
    }
    this.act(accountId, "LockTradingImmediately");
  }

  /** The venue, or its firm, acts on an account. */
  act(accountId: number, adminAction: string): void {
    const core = this.#core;
    core.accounts.get(accountId)!.adminAction = adminAction;
    core.tell([
      core.store.update("accountRiskStatus", accountId, {
        ...{ adminAction, adminTimestamp: core.stamp },
      }),
    ], accountId);
  }

  /** The account takes no more orders at all. */
  closeAccount(accountId: number): void {
    const core = this.#core;
    core.accounts.get(accountId)!.isClosed = true;
    core.tell([
      core.store.update("account", accountId, { active: false, closed: true }),
    ], accountId);
  }
}
