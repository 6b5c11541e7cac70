import type { KeptEntry } from "../trading/mod.ts";
import type { Control } from "./controls.ts";

/** What a person wanted, as it was written down. */
export function journaledControl(
  { command, detail, via }: KeptEntry & { readonly kind: "user-command" },
): Control {
  const { reason = "", until } = (typeof detail === "string" ? { reason: detail } : detail) as {
    readonly reason?: string;
    readonly until?: number;
  };
  return {
    ...{ kind: command as Control["kind"], via, reason },
    ...(until === undefined ? {} : { until }),
  };
}
