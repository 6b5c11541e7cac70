import type { UserSession } from "./token_desk.ts";
import type { VenueCore } from "./venue_core.ts";

const LAPSE_MS = 9 * 3_600_000, STALL_MS = 60_000;

/** Who may see the market, and when nobody does. */
export class Entitlement {
  readonly #core: VenueCore;
  readonly #chicago: Intl.DateTimeFormat;
  #lapsedUntil = -Infinity;
  #stalledUntil = -Infinity;

  /** Begins to wait for faults, which strike at trades of the market. */
  constructor(core: VenueCore) {
    this.#core = core;
    this.#chicago = new Intl.DateTimeFormat("en-US", {
      ...{ timeZone: "America/Chicago", hour: "numeric", day: "numeric", hourCycle: "h23" },
    });
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
    const [day, hour] = this.#dayAndHour(now);
    if (hour < 4) return day === 1;
    return hour >= 19 && this.#dayAndHour(now + 86_400_000)[0] === 1;
  }

  #dayAndHour(time: number): readonly [day: number, hour: number] {
    const parts = this.#chicago.formatToParts(time);
    const part = (name: string): number => Number(parts.find(({ type }) => type === name)!.value);
    return [part("day"), part("hour")];
  }
}
