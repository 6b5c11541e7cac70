import { InputError, jsonOrUndefined, scaledClock, type TimerClock } from "../../lib/core/mod.ts";
import { createNetworkTransport } from "../../lib/network/mod.ts";
import { TransportError } from "../../lib/trading/mod.ts";

/** A double of a venue that runs. */
export interface RunningDouble {
  /** Its time, which may be another than the wall's and run faster. */
  readonly clock: TimerClock;
  readonly speed: number;
  /** Tells it from another one at the same address. */
  readonly begun: string;
  /** When its bars are over, epoch milliseconds of its time. */
  readonly ends: number;
}

const TIMEOUT_MS = 5_000;

/**
 * Asks a double of this machine for its time.
 *
 * @param control address of its control
 * @param broker whose double it is, as `--broker` of `sandbox` names it
 * @throws {InputError} when none runs there, or one whose bars are over: only a person starts one,
 * so a new start is of no use
 */
export async function askDouble(
  control: string,
  broker: string,
  wall: TimerClock,
): Promise<RunningDouble> {
  const remedy = `start it with \`deno task sandbox --broker ${broker}\` and a market, ` +
    "for example --world gbm --symbol MES, and give --port where it has another one";
  const said = await ask(control, remedy);
  const { begun, ends, now, speed } = (jsonOrUndefined(said) ?? {}) as Readonly<
    Record<string, unknown>
  >;
  if (
    typeof now === "number" && typeof speed === "number" && typeof begun === "string" &&
    typeof ends === "number"
  ) {
    if (now < ends) return { clock: scaledClock(wall, now, speed), speed, begun, ends };
    throw new InputError("Cannot trade at a double whose bars are over", {
      where: control,
      remedy: "start it again, with more bars or less --history",
    });
  }
  throw new InputError("Cannot trade at a double as what answers there is none", {
    ...{ where: control, remedy },
  });
}

/** The last bars of a double have come so long after they are over, by its time. */
const LAST_BARS_MS = 60_000;

/** What ends with the bars of a double: nothing more comes of it. */
export function untilBarsAreOver(
  { clock, ends }: Pick<RunningDouble, "clock" | "ends">,
  onOver: () => void,
): Disposable & { readonly signal: AbortSignal } {
  const over = new AbortController();
  const cancel = clock.after(ends + LAST_BARS_MS - clock.now(), () => {
    onOver();
    over.abort();
  });
  return { signal: over.signal, [Symbol.dispose]: cancel };
}

async function ask(control: string, remedy: string): Promise<string> {
  try {
    const url = `${control}/clock`;
    const answer = await createNetworkTransport()
      .request({ method: "GET", url, timeoutMs: TIMEOUT_MS });
    return answer.body;
  } catch (error) {
    if (!(error instanceof TransportError)) throw error;
    throw new InputError("Cannot reach a double of the venue", {
      ...{ where: control, remedy, cause: error },
    });
  }
}
