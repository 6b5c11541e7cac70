import { type Clock, InputError, jsonOrUndefined, oneLine } from "../core/mod.ts";
import type { MemoryServer, TransportRequest, TransportResponse } from "../trading/mod.ts";
import { type FaultPlan, parseFault } from "./fault_script.ts";

/** A sandbox as its control sees it. */
export interface ControlledSandbox {
  /** What truly is. */
  truth(): unknown;
  /** Scripts a fault. @throws {InputError} when nobody knows it */
  addFault(plan: FaultPlan): void;
  /** Takes faults back: those of one name, or all. */
  clearFaults(name?: string): void;
  /** Somebody trades by hand. */
  tradeByHand(accountId: number, lots: number): void;
}

/** The time of a sandbox. */
export interface ControlledTime {
  readonly clock: Clock;
  /** How many times as fast as the wall it runs. */
  readonly speed: number;
  /** When it was started, by the wall: tells it from another one at the same address. */
  readonly begun: string;
}

/**
 * The control of a sandbox, at a host of its own: `GET /truth`, `GET /clock`, `GET /faults`,
 * `POST /faults` with `{"fault": "NAME:once@90"}`, `DELETE /faults?name=`, and `POST /trade` with
 * `{"accountId", "lots"}` for somebody who trades by hand. Pages of a browser are refused.
 */
export function controlServer(
  sandbox: ControlledSandbox,
  faults: Readonly<Record<string, { readonly id: string; readonly does: string }>>,
  { begun, clock, speed }: ControlledTime,
): MemoryServer {
  const started = clock.now();
  const answer = ({ body, headers = {}, method, url }: TransportRequest): TransportResponse => {
    const { pathname, searchParams } = new URL(url);
    const asked = (jsonOrUndefined(body ?? "") ?? {}) as Readonly<Record<string, unknown>>;
    if (Object.keys(headers).some((name) => name.toLowerCase() === "origin")) {
      return say(403, { error: "a page may not ask here" });
    }
    switch (`${method} ${pathname}`) {
      case "GET /truth":
        return say(200, sandbox.truth());
      case "GET /clock":
        return say(200, { now: clock.now(), speed, begun });
      case "GET /faults":
        return say(200, faults);
      case "POST /faults":
        sandbox.addFault(parseFault(String(asked.fault), Object.keys(faults), started));
        return say(200, { ok: true });
      case "DELETE /faults":
        sandbox.clearFaults(searchParams.get("name") ?? undefined);
        return say(200, { ok: true });
      case "POST /trade":
        if (typeof asked.accountId !== "number" || !Number.isInteger(asked.lots)) {
          return say(400, { error: "give accountId and signed whole lots" });
        }
        sandbox.tradeByHand(asked.accountId, asked.lots as number);
        return say(200, { ok: true });
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

function say(status: number, value: unknown): TransportResponse {
  return {
    status,
    headers: { "content-type": "application/json" },
    body: `${JSON.stringify(value, null, 2)}\n`,
  };
}
