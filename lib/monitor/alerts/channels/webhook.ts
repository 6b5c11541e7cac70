import type { AlertChannel } from "../alert_channel.ts";

/**
 * Any server that takes a JSON document. The address is secret: most services put their key there.
 * `Idempotency-Key` lets the server tell an alert that comes twice.
 */
export const webhook: AlertChannel = {
  name: "webhook",
  variables: [
    {
      name: "ALERT_WEBHOOK_URL",
      says: "address that takes alerts as JSON by POST",
      isSecret: true,
    },
    {
      name: "ALERT_WEBHOOK_TOKEN",
      says: "sent as Authorization: Bearer",
      isSecret: true,
    },
  ],
  request: ({ at, id, severity, source, text, title }, values) => {
    const token = values["ALERT_WEBHOOK_TOKEN"];
    return {
      method: "POST",
      url: values["ALERT_WEBHOOK_URL"]!,
      headers: {
        "Content-Type": "application/json",
        "Idempotency-Key": id,
        ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify({
        ...{ id, at: new Date(at).toISOString(), severity, source, title, text },
      }),
    };
  },
};
