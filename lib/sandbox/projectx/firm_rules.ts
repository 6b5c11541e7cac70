import type { GatewayAccountBook } from "./gateway_account.ts";
import type { GatewayCore } from "./gateway_core.ts";
import type { GatewayDesk } from "./gateway_desk.ts";
import { ORDER_KIND, ORDER_STATE } from "./gateway_order.ts";

/** What the firm does to accounts: flat by its hour, limits of losses, and what faults bring. */
export class FirmRules {
  readonly #core: GatewayCore;
  readonly #desk: GatewayDesk;

  /** Begins to watch. */
  constructor(core: GatewayCore, desk: GatewayDesk) {
    this.#core = core;
    this.#desk = desk;
    const random = core.random(5);
    this.#waitForFlat();
    this.#waitForDay();
    core.market.onPrint(() => {
      for (const account of core.accounts.values()) this.#judge(account);
      const [first] = core.accounts.values();
      if (first === undefined) return;
      if (core.strikes("forced-flatten")) this.#lock(first, "day");
      if (core.strikes("position-by-person")) this.trade(first.id, random.integer(2) * 2 - 1);
      if (core.strikes("contract-rolls")) core.contracts.roll();
    });
  }

  /** Somebody trades by hand: signed lots of the active contract; says why not, where that is refused. */
  trade(accountId: number, lots: number): string | null {
    const contractId = this.#core.contracts.active;
    if (contractId === null || !this.#core.isTrading) return "the market is closed";
    this.#desk.place({
      ...{ accountId, contractId, type: ORDER_KIND.market, side: lots > 0 ? 1 : -1 },
      ...{ size: Math.abs(lots), customTag: null, limitTicks: null, stopTicks: null },
      trailTicks: null,
    }, {});
    return null;
  }

  #judge(account: GatewayAccountBook): void {
    const { dailyLossMicros, maxLossMicros } = account.options;
    if (account.lock !== null || (dailyLossMicros ?? maxLossMicros) === undefined) return;
    const worth = account.cashMicros + this.#openMicros(account);
    const hasEnded = maxLossMicros !== undefined &&
      worth <= account.options.cashMicros - maxLossMicros;
    const hasLost = dailyLossMicros !== undefined && worth <= account.dayMicros - dailyLossMicros;
    if (hasEnded || hasLost) this.#lock(account, hasEnded ? "ended" : "day");
  }

  #openMicros(account: GatewayAccountBook): number {
    let ticks = 0;
    for (const [contractId, { ledger }] of account.held) {
      const touch = this.#desk.touch(contractId);
      if (touch !== null) ticks += ledger.lots * touch.lastTicks - ledger.valueTicks;
    }
    return ticks * this.#core.tickValueMicros;
  }

  #lock(account: GatewayAccountBook, lock: "day" | "ended"): void {
    account.lock = lock;
    account.canTrade = false;
    this.#desk.flatten(account);
    this.#desk.tellAccount(account);
  }

  #waitForFlat(): void {
    const { clock, nextFlat } = this.#core;
    this.#core.later(nextFlat - clock.now(), () => {
      const { sessionEnd } = this.#core.guesses;
      for (const account of this.#core.accounts.values()) {
        for (const contractId of account.held.keys()) {
          const lots = account.lotsOf(contractId);
          if (lots !== 0) this.#desk.close(account, contractId, Math.abs(lots));
        }
        if (sessionEnd === "kept") continue;
        const state = sessionEnd === "expired" ? ORDER_STATE.expired : ORDER_STATE.cancelled;
        for (const order of this.#desk.working(account.id)) {
          if (order.status !== ORDER_STATE.pending) this.#desk.end(order, state);
        }
      }
      this.#waitForFlat();
    });
  }

  #waitForDay(): void {
    const { clock, nextDay } = this.#core;
    this.#core.later(nextDay - clock.now(), () => {
      for (const account of this.#core.accounts.values()) {
        account.dayMicros = account.cashMicros;
        if (account.lock !== "day") continue;
        account.lock = null;
        account.canTrade = true;
        this.#desk.tellAccount(account);
      }
      this.#waitForDay();
    });
  }
}
