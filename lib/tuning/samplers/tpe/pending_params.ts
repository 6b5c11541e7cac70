import type { Trial } from "../../trial.ts";

/** Prefix of the attributes in which Optuna shares what a running trial has drawn together. */
const RELATIVE_PARAMS_PREFIX = "tpe:relative_params:";

/** What a running trial has asked for, and what a Python worker has drawn for it already. */
export function pendingParams({ params, systemAttributes }: Trial): Trial["params"] {
  let json = "";
  for (let part = 0;; part++) {
    const text = systemAttributes[RELATIVE_PARAMS_PREFIX + part];
    if (typeof text !== "string") break;
    json += text;
  }
  if (json === "") return params;
  try {
    return { ...JSON.parse(json), ...params };
  } catch {
    // Its worker has written only some of the parts so far.
    return params;
  }
}
