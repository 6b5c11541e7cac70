import { InputError, RefusedError, type TimerClock } from "../lib/core/mod.ts";
import {
  ALERT_CHANNELS,
  type ListedAlert,
  openChannels,
  openOutbox,
  Secrets,
  sendAlerts,
  type SendEvent,
  type SendReport,
} from "../lib/monitor/mod.ts";
import { createNetworkTransport } from "../lib/network/mod.ts";

/** How alerts are sent. */
export interface AlertsRequest {
  /** Folder of the outbox. */
  readonly outbox: string;
  /** Whether to end once what is due has been tried. */
  readonly once: boolean;
  /** Whether to put an alert in first that only says that it works. */
  readonly test: boolean;
  /** Gives a variable of the environment. */
  readonly read: (name: string) => string | undefined;
  /** Told of each attempt. */
  readonly onAttempt: (event: SendEvent) => void;
  /** Told where alerts go, before the first. */
  readonly onStart: (channels: readonly { readonly name: string; readonly host: string }[]) => void;
}

/**
 * Sends the alerts of an outbox on every channel that is switched on.
 *
 * @throws {InputError} when no channel is switched on, or one cannot be used
 * @throws {RefusedError} when the task may not reach a channel's host
 */
export async function sendAlertsOf(
  request: AlertsRequest,
  { clock, signal }: { readonly clock: TimerClock; readonly signal: AbortSignal },
): Promise<SendReport> {
  const secrets = new Secrets();
  const channels = openChannels(request.read, secrets);
  if (channels.length === 0) {
    throw new InputError("Cannot send alerts as no channel is switched on", {
      remedy: `set ${ALERT_CHANNELS.map(({ variables }) => variables[0].name).join(" or ")}`,
    });
  }
  for (const { host } of channels) requireHost(host);
  // Nobody trades in this process: it may wait for those who do.
  using outbox = openOutbox({ folder: request.outbox, clock, waitMs: 5_000 });
  if (request.test) {
    outbox.add({
      ...{ id: `test/${clock.now()}`, at: clock.now(), severity: "info", source: "alerts" },
      ...{ title: "A test", text: "Alerts of your accounts arrive here." },
    });
  }
  request.onStart(channels.map(({ host, name }) => ({ name, host })));
  return await sendAlerts({
    ...{ outbox, channels, clock, secrets, signal, once: request.once },
    transport: createNetworkTransport(),
    onAttempt: request.onAttempt,
  });
}

/**
 * The newest alerts, the newest first, with what became of them.
 *
 * @param folder of the outbox
 */
export function listAlerts(
  folder: string,
  clock: TimerClock,
  most: number,
): readonly ListedAlert[] {
  using outbox = openOutbox({ folder, clock, waitMs: 5_000 });
  return outbox.list(most);
}

/** Said before the first alert is on its way, and not when it matters. */
function requireHost(host: string): void {
  const target = /:\d+$/.test(host) ? host : `${host}:443`;
  if (Deno.permissions.querySync({ name: "net", host: target }).state === "granted") return;
  throw new RefusedError(
    `Cannot send alerts to ${host} as this task may not reach it ` +
      '(add it to the list "net" of "alerts" in the permissions of deno.json)',
  );
}
