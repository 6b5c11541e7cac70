import type { AlertSeverity } from "../alert.ts";
import type { AlertChannel } from "../alert_channel.ts";

/** From 1 to 5; 5 rings through. */
const PRIORITIES: Readonly<Record<AlertSeverity, number>> = { info: 2, warning: 4, critical: 5 };
const TAGS: Readonly<Record<AlertSeverity, string>> = {
  info: "information_source",
  warning: "warning",
  critical: "rotating_light",
};
/** The server cuts longer ones off or refuses them: 4,096 bytes. */
const MOST_BYTES = 4_000;

/**
 * Push messages of an ntfy server (docs.ntfy.sh/publish, "Publish as JSON", read 2026-11-30). Whoever
 * knows a topic of a public server reads it: the topic is the password.
 */
export const ntfy: AlertChannel = {
  name: "ntfy",
  variables: [
    { name: "ALERT_NTFY_TOPIC", says: "topic that your phone listens to", isSecret: true },
    {
      name: "ALERT_NTFY_TOKEN",
      says: "access token, where the server asks for one",
      isSecret: true,
    },
    {
      name: "ALERT_NTFY_SERVER",
      says: "server of your own",
      isSecret: false,
      default: "https://ntfy.sh",
    },
  ],
  request: ({ severity, source, text, title }, values) => {
    const token = values["ALERT_NTFY_TOKEN"];
    return {
      method: "POST",
      url: new URL("/", values["ALERT_NTFY_SERVER"]!).href,
      headers: {
        "Content-Type": "application/json",
        ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify({
        topic: values["ALERT_NTFY_TOPIC"]!,
        title: `${source}: ${title}`,
        message: shortened(text === "" ? title : text),
        priority: PRIORITIES[severity],
        tags: [TAGS[severity]],
      }),
    };
  },
};

function shortened(text: string): string {
  const bytes = new TextEncoder().encode(text);
  if (bytes.length <= MOST_BYTES) return text;
  // A letter that was cut in half becomes a mark at the end, which goes.
  const part = new TextDecoder().decode(bytes.subarray(0, MOST_BYTES));
  return `${part.replace(/\uFFFD+$/, "")}…`;
}
