import { zoneClock } from "../zone_clock.ts";
import type { UserSession } from "./token_desk.ts";
import type { VenueCore } from "./venue_core.ts";

const LAPSE_MS = 9 * 3_600_000, STALL_MS = 60_000;

/** Who may see the market, and when nobody does. */
export class Entitlement {
  readonly #core: VenueCore;
  #lapsedUntil = -Infinity;
  #stalledUntil = -Infinity;

  /** Begins to wait for faults, which strike at trades of the market. */
  constructor(core: VenueCore) {
    this.#core = core;
    core.market.onPrint(() => {
      const now = core.clock.now();
      if (core.strikes("entitlement-lapse")) this.#lapsedUntil = now + LAPSE_MS;
      if (core.strikes("quotes-stall")) this.#stalledUntil = now + STALL_MS;
    });
  }

  /** Whether a user may see the market now. */
  holds({ user }: UserSession): boolean {
    return (user.hasMarketData ?? true) && !this.isLapsed;
  }

  /** Whether nobody is told anything now, though he may see it. */
  get isStalled(): boolean {
    return this.#core.clock.now() < this.#stalledUntil || this.isLapsed;
  }

  /** Whether all entitlements have lapsed. */
  get isLapsed(): boolean {
    const now = this.#core.clock.now();
    return now < this.#lapsedUntil ||
      (this.#core.guesses.monthEnd === "lapses" && this.#isMonthEnd(now));
  }

  #isMonthEnd(now: number): boolean {
    const { day, hour } = zoneClock("America/Chicago", now);
    const dateOf = (each: number): number => new Date(each * 86_400_000).getUTCDate();
    return hour < 4 ? dateOf(day) === 1 : hour >= 19 && dateOf(day + 1) === 1;
  }
}
