import { zoneClock } from "../zone_clock.ts";
import type { VenueCore } from "./venue_core.ts";

const FAULT_MS = 120_000, LOOK_MS = 60_000;

const HOUR = 60;

/** Windows by weekday, minutes of the day in Chicago: Sunday is 0. */
const WINDOWS: readonly (readonly [from: number, until: number])[] = [
  [0, 6.5 * HOUR],
  ...Array.from({ length: 4 }, () => [16 * HOUR, 17 * HOUR] as const),
  [16 * HOUR, 20 * HOUR],
  [22 * HOUR, 24 * HOUR],
];

/** When the venue is shut: by a fault, and every week where that is switched on. */
export class Maintenance {
  readonly #core: VenueCore;
  #until = -Infinity;

  /** Begins to watch; `onShut` is told when the venue shuts. */
  constructor(core: VenueCore, onShut: () => void) {
    this.#core = core;
    core.market.onPrint(() => {
      if (!core.strikes("maintenance")) return;
      this.#until = core.clock.now() + FAULT_MS;
      onShut();
    });
    if (core.guesses.maintenance === "never") return;
    const look = (wasShut: boolean): void => {
      const isShut = this.#isWindow;
      if (isShut && !wasShut) onShut();
      core.later(LOOK_MS, () => look(isShut));
    };
    look(false);
  }

  /** Whether it is shut now. */
  get isShut(): boolean {
    const isWindow = this.#core.guesses.maintenance === "weekly" && this.#isWindow;
    return isWindow || this.#core.clock.now() < this.#until;
  }

  get #isWindow(): boolean {
    const { day, hour, minute } = zoneClock("America/Chicago", this.#core.clock.now());
    // Days since 1970-01-01, a Thursday.
    const [from, until] = WINDOWS[(day + 4) % 7]!;
    const at = hour * HOUR + minute;
    return at >= from && at < until;
  }
}
