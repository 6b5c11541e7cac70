import { type Clock, InputError, jsonOrUndefined, oneLine } from "../core/mod.ts";
import type { MemoryServer, TransportRequest, TransportResponse } from "../trading/mod.ts";
import { type FaultPlan, parseFault, requireKnownFault } from "./fault_script.ts";
import type { SandboxTruth } from "./truth.ts";

/** A sandbox as its control sees it. */
export interface ControlledSandbox {
  /** What truly is. */
  truth(): SandboxTruth;
  /** Scripts a fault. @throws {InputError} when nobody knows it */
  addFault(plan: FaultPlan): void;
  /** Takes faults back: those of one name, or all. */
  clearFaults(name?: string): void;
  /** Somebody trades by hand. @returns why that is not possible now; null where it is done */
  tradeByHand(accountId: number, lots: number): string | null;
}

/** The time of a sandbox. */
export interface ControlledTime {
  readonly clock: Clock;
  /** How many times as fast as the wall it runs. */
  readonly speed: number;
  /** When it was started, by the wall: tells it from another one at the same address. */
  readonly begun: string;
  /** When its bars are over, epoch milliseconds: nothing trades any more from then on. */
  readonly ends: number;
}

/**
 * The control of a sandbox, at a host of its own: `GET /truth`, `GET /clock`, `GET /faults`,
 * `POST /faults` with `{"fault": "NAME:once@90"}`, `DELETE /faults?name=`, and `POST /trade` with
 * `{"accountId", "lots"}` for somebody who trades by hand. Pages of a browser are refused, and what
 * cannot be done is said: 400 where it never can, 409 where it cannot now.
 */
export function controlServer(
  sandbox: ControlledSandbox,
  faults: Readonly<Record<string, { readonly id: string; readonly does: string }>>,
  { begun, clock, ends, speed }: ControlledTime,
): MemoryServer {
  const started = clock.now();
  const answer = ({ body, headers = {}, method, url }: TransportRequest): TransportResponse => {
    const { pathname, searchParams } = new URL(url);
    if (Object.keys(headers).some((name) => name.toLowerCase() === "origin")) {
      return say(403, { error: "a page may not ask here" });
    }
    switch (`${method} ${pathname}`) {
      case "GET /truth":
        return say(200, sandbox.truth());
      case "GET /clock":
        return say(200, { now: clock.now(), speed, begun, ends });
      case "GET /faults":
        return say(200, faults);
      case "POST /faults":
        sandbox.addFault(parseFault(askedFault(body), Object.keys(faults), started));
        return say(200, { ok: true });
      case "DELETE /faults": {
        const name = searchParams.get("name");
        if (name !== null) requireKnownFault(name, Object.keys(faults));
        sandbox.clearFaults(name ?? undefined);
        return say(200, { ok: true });
      }
      case "POST /trade": {
        const { accountId, lots } = askedTrade(body, sandbox);
        const reason = sandbox.tradeByHand(accountId, lots);
        return reason === null ? say(200, { ok: true }) : say(409, { error: reason });
      }
      default:
        return say(404, { error: `there is no ${method} ${pathname}` });
    }
  };
  return {
    answer: (request) => {
      try {
        return Promise.resolve(answer(request));
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
        return Promise.resolve(say(400, { error: oneLine(error.message) }));
      }
    },
    accept: () => ({ onMessage: () => {}, onClose: () => {} }),
  };
}

/** No more lots are traded by hand at once: books count in whole micro-dollars. */
const MOST_LOTS = 1_000;

function askedFault(body: string | undefined): string {
  const { fault } = fieldsOf(body);
  if (typeof fault === "string") return fault;
  throw new InputError("Cannot script a fault that is not named", {
    remedy: 'send {"fault": "NAME"}, as `--fault` has it; GET /faults lists them',
  });
}

function askedTrade(
  body: string | undefined,
  sandbox: ControlledSandbox,
): { readonly accountId: number; readonly lots: number } {
  const { accountId, lots } = fieldsOf(body);
  const { accounts } = sandbox.truth();
  const account = accounts.find(({ id }) => id === accountId);
  if (account === undefined) {
    const known = accounts.map(({ id, name }) => `${id} (${name})`).join(", ");
    throw new InputError(`Cannot trade in the account ${JSON.stringify(accountId) ?? "of no id"}`, {
      remedy: `accountId is one of ${known}`,
    });
  }
  const isGood = Number.isInteger(lots) && lots !== 0 && Math.abs(lots as number) <= MOST_LOTS;
  if (isGood) return { accountId: account.id, lots: lots as number };
  throw new InputError(`Cannot trade ${JSON.stringify(lots) ?? "no"} lots`, {
    remedy: `lots are signed and whole, from -${MOST_LOTS} to ${MOST_LOTS} but not 0`,
  });
}

function fieldsOf(body: string | undefined): Readonly<Record<string, unknown>> {
  const value = jsonOrUndefined(body ?? "");
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    return value as Readonly<Record<string, unknown>>;
  }
  throw new InputError("Cannot read what was sent", { remedy: "send one JSON object" });
}

function say(status: number, value: unknown): TransportResponse {
  return {
    status,
    headers: { "content-type": "application/json" },
    body: `${JSON.stringify(value, null, 2)}\n`,
  };
}
