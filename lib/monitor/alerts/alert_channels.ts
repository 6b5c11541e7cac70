import { InputError } from "../../core/mod.ts";
import type { TransportRequest } from "../../trading/mod.ts";
import type { Secrets } from "../log/secrets.ts";
import type { Alert } from "./alert.ts";
import type { AlertChannel } from "./alert_channel.ts";
import { ntfy } from "./channels/ntfy.ts";
import { webhook } from "./channels/webhook.ts";

/** Every way to a person. */
export const ALERT_CHANNELS: readonly AlertChannel[] = [webhook, ntfy];

/** A channel that is switched on. */
export interface OpenChannel {
  /** Its name. */
  readonly name: string;
  /** Host that it sends to, with its port where the address names one. */
  readonly host: string;
  /** What is asked of its server for an alert. */
  request(alert: Alert): TransportRequest;
}

/** To see where a channel sends to, before there is anything to be sent. */
const NOTHING: Alert = { id: "-", at: 0, severity: "info", source: "", title: "-", text: "" };

/**
 * The channels whose first variable is set. Their secrets are hidden from now on.
 *
 * @param read gives a variable of the environment
 * @param channels to choose from
 * @throws {InputError} when a value cannot be used; it is not repeated
 */
export function openChannels(
  read: (name: string) => string | undefined,
  secrets: Secrets,
  channels: readonly AlertChannel[] = ALERT_CHANNELS,
): readonly OpenChannel[] {
  return channels.flatMap((channel) => {
    const values: Record<string, string> = {};
    for (const { default: otherwise, isSecret, name } of channel.variables) {
      const value = read(name)?.trim() || undefined;
      if (value !== undefined && isSecret) secrets.add(value, name);
      if ((value ?? otherwise) !== undefined) values[name] = value ?? otherwise!;
    }
    const { name: needed } = channel.variables[0];
    if (values[needed] === undefined) return [];
    const request = (alert: Alert): TransportRequest => channel.request(alert, values);
    return [{ name: channel.name, request, host: hostOf(request, channel) }];
  });
}

function hostOf(request: (alert: Alert) => TransportRequest, channel: AlertChannel): string {
  const where = channel.variables.map(({ name }) => name).filter((name) => /URL|SERVER/.test(name))
    .join(", ");
  let url: URL;
  try {
    url = new URL(request(NOTHING).url);
  } catch {
    // Neither the value nor its cause is told: it may be secret.
    throw new InputError("Cannot read as an address", { where, remedy: "write https://host/path" });
  }
  const isHere = url.hostname === "127.0.0.1";
  if (url.protocol !== "https:" && !(isHere && url.protocol === "http:")) {
    throw new InputError("Cannot send alerts over an open line", {
      where,
      remedy: "write https:// in front",
    });
  }
  if (url.username !== "" || url.password !== "") {
    throw new InputError("Cannot send a name and a password in an address", {
      where,
      remedy: "give a token in its own variable",
    });
  }
  return url.host;
}
