import { rowAt, sliceBars } from "../../market/mod.ts";
import { usdToMicros } from "../../trading/mod.ts";
import { ReplayClock } from "./replay_clock.ts";
import type { TradovateSandboxOptions } from "./sandbox_options.ts";
import type { UserSession } from "./token_desk.ts";
import { TradovateVenue } from "./tradovate_venue.ts";
import { BAD_PARAMETERS, done, type VenueAnswer, type VenueCall } from "./venue_call.ts";
import type { VenueSocket } from "./venue_socket.ts";

const CLOCK_EVERY_MS = 1_000, FASTEST = 400;

/** Speed that the venue calls 100. */
const AS_TIME_WENT = 100;

/** The replay of one socket: a venue of its own over bars that have been. */
export class ReplayDesk {
  readonly #options: TradovateSandboxOptions;
  readonly #socket: () => VenueSocket;
  #clock: ReplayClock | null = null;
  #venue: TradovateVenue | null = null;
  #speed = 0;

  /** @param socket that is moved to the replay once it begins */
  constructor(options: TradovateSandboxOptions, socket: () => VenueSocket) {
    this.#options = options;
    this.#socket = socket;
  }

  /** Handles a call; null when it is none of the replay's. */
  call({ body, endpoint }: VenueCall, { user }: UserSession): VenueAnswer | null {
    const start = Date.parse(String(body.startTimestamp));
    const speed = Number(body.speed);
    const isSpeed = speed >= 0 && speed <= FASTEST;
    switch (endpoint) {
      case "replay/checkreplaysession":
        return Number.isNaN(start) ? BAD_PARAMETERS : done(this.#check(start));
      case "replay/initializeclock": {
        const balance = body.initialBalance ?? 50_000;
        const isMoney = typeof balance === "number" && balance >= 0 && balance <= 1e9;
        if (Number.isNaN(start) || !isSpeed || !isMoney) return BAD_PARAMETERS;
        if (this.#check(start).checkStatus !== "OK") {
          return done({ ok: false, errorText: "Ineligible" });
        }
        this.#begin(start, speed, balance, user);
        return done({ ok: true });
      }
      case "replay/changespeed":
        if (this.#clock === null || !isSpeed) return BAD_PARAMETERS;
        this.#speed = speed;
        this.#clock.changeSpeed(speed / AS_TIME_WENT);
        return done({ ok: true });
      default:
        return null;
    }
  }

  /** The socket has ended. */
  close(): void {
    this.#venue?.core.market.close();
    this.#clock?.end();
    this.#clock = this.#venue = null;
  }

  #check(start: number): { readonly checkStatus: string; readonly startTimestamp?: string } {
    const { bars, clock } = this.#options;
    const first = bars.time[0]!;
    if (start < first) {
      return {
        checkStatus: "StartTimestampAdjusted",
        startTimestamp: new Date(first).toISOString(),
      };
    }
    const hasBar = start + bars.intervalMs <= clock.now();
    return { checkStatus: hasBar ? "OK" : "Ineligible" };
  }

  #begin(start: number, speed: number, balance: number, user: UserSession["user"]): void {
    this.close();
    const { bars, clock: outer, faults: _, ...options } = this.#options;
    const clock = this.#clock = new ReplayClock(outer, start, speed / AS_TIME_WENT);
    this.#speed = speed;
    // Nothing of a replay may know what has not been yet.
    const until = rowAt(bars, outer.now() - bars.intervalMs + 1);
    const account = { name: "REPLAY1", cashMicros: usdToMicros(balance) };
    const venue = this.#venue = new TradovateVenue({
      ...{ ...options, clock, bars: sliceBars(bars, 0, until) },
      users: [{ ...user, accounts: [account] }],
    });
    const socket = this.#socket();
    const session = venue.api.tokens.login(venue.core.users[0]!, "demo", undefined);
    socket.move(venue.of("demo", true), session);
    venue.add(socket);
    const tick = (): void => {
      if (this.#clock !== clock) return;
      const t = new Date(clock.now()).toISOString();
      socket.say("clock", JSON.stringify({ t, s: this.#speed }));
      outer.after(CLOCK_EVERY_MS, tick);
    };
    outer.after(CLOCK_EVERY_MS, tick);
  }
}
