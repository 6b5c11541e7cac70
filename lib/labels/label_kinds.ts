import { InputError } from "../core/mod.ts";
import { FIXED_HORIZON } from "./fixed_horizon.ts";
import type { LabelKind, LabelSpec } from "./label_kind.ts";
import { TREND_SCAN } from "./trend_scan.ts";
import { TRIPLE_BARRIER } from "./triple_barrier.ts";

/** Every way of labelling rows, in the order of help and pages. */
export const LABEL_KINDS: readonly LabelKind[] = [FIXED_HORIZON, TRIPLE_BARRIER, TREND_SCAN];

/** The labels of a training that names none. */
export const DEFAULT_LABELS: LabelSpec = FIXED_HORIZON.defaults;

/**
 * The kind of a name.
 *
 * @param kinds those of a script beside ours, `[...LABEL_KINDS, own]`
 * @throws {InputError} when there is none
 */
export function labelKindOf(kind: string, kinds: readonly LabelKind[] = LABEL_KINDS): LabelKind {
  const found = kinds.find((one) => one.kind === kind);
  if (found !== undefined) return found;
  throw new InputError(`Cannot label by '${kind}'`, {
    where: "label spec, kind",
    remedy: `write it like ${JSON.stringify(DEFAULT_LABELS)}; kinds: ${
      kinds.map((one) => one.kind).join(", ")
    }`,
  });
}

/**
 * Checks a label spec read from JSON.
 *
 * @param kinds where its kind is looked up
 * @throws {InputError} naming the field
 * @example
 * ```ts
 * import { parseLabelSpec } from "./label_kinds.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * const spec = parseLabelSpec({ kind: "fixed-horizon", horizonBars: 5 });
 * assertEquals(spec.kind, "fixed-horizon");
 * ```
 */
export function parseLabelSpec(
  json: unknown,
  kinds: readonly LabelKind[] = LABEL_KINDS,
): LabelSpec {
  const { kind } = Object(json) as { readonly kind?: unknown };
  return labelKindOf(typeof kind === "string" ? kind : typeof kind, kinds).parse(json);
}
