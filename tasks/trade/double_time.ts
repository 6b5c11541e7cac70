import {
  InputError,
  jsonOrUndefined,
  scaledClock,
  type TimerClock,
  UnavailableError,
} from "../../lib/core/mod.ts";
import { createNetworkTransport } from "../../lib/network/mod.ts";
import { TransportError } from "../../lib/trading/mod.ts";

/** A double of a venue that runs. */
export interface RunningDouble {
  /** Its time, which may be another than the wall's and run faster. */
  readonly clock: TimerClock;
  readonly speed: number;
  /** Tells it from another one at the same address. */
  readonly begun: string;
}

const TIMEOUT_MS = 5_000;

/**
 * Asks a double of this machine for its time.
 *
 * @param control address of its control
 * @throws {UnavailableError} when none runs there
 * @throws {InputError} when what runs there is no double
 */
export async function askDouble(control: string, wall: TimerClock): Promise<RunningDouble> {
  const said = await ask(control);
  const { begun, now, speed } = (jsonOrUndefined(said) ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof now === "number" && typeof speed === "number" && typeof begun === "string") {
    return { clock: scaledClock(wall, now, speed), speed, begun };
  }
  throw new InputError("Cannot trade at a double as what answers there is none", {
    where: control,
    remedy: "start one by `deno task sandbox`, and give --port where it has another one",
  });
}

async function ask(control: string): Promise<string> {
  try {
    const url = `${control}/clock`;
    const answer = await createNetworkTransport()
      .request({ method: "GET", url, timeoutMs: TIMEOUT_MS });
    return answer.body;
  } catch (error) {
    if (!(error instanceof TransportError)) throw error;
    throw new UnavailableError(
      `${control}: Cannot reach a double of the venue (start it by \`deno task sandbox\`, ` +
        "and give --port where it has another one)",
    );
  }
}
