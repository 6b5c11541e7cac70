import type { TimerClock } from "../../lib/core/mod.ts";
import type { Bars } from "../../lib/market/mod.ts";
import type { FaultPlan } from "../../lib/sandbox/mod.ts";
import type { MemoryServer, Transport } from "../../lib/trading/mod.ts";
import type { VenueLanguage, VenueRequest } from "../../lib/venues/mod.ts";

/** What is switched in a double. */
export interface Switches {
  /** Guesses as the command line has them: `NAME=VALUE`. */
  readonly guesses: readonly string[];
  readonly faults: readonly FaultPlan[];
}

/** A venue whose double a client rehearses with. */
export interface RehearsedVenue {
  /** Who logs in at the double. */
  readonly request: VenueRequest;
  /** Opens the double. */
  open(
    market: { readonly clock: TimerClock; readonly bars: Bars; readonly seed: number },
    switches: Switches,
  ): { readonly servers: Readonly<Record<string, MemoryServer>>; close(): void };
  /** Asks what a session does not ask, but `doctor` does. */
  look(transport: Transport, clock: TimerClock): Promise<void>;
  /** Every guess of the double that is switched, by the values that it has besides its own. */
  readonly alternatives: Readonly<Record<string, readonly (string | number)[] | "any number">>;
  /** Names of the faults of the double. */
  readonly faults: readonly string[];
  /** How its recordings are read. */
  readonly language: VenueLanguage;
}
