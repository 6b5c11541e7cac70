import { InputError } from "../../core/mod.ts";
import type { PolicyRequest, PolicySplit } from "./policy_request.ts";

/** Fewer rows than this prove nothing. */
const FEWEST_ROWS = 60;
/** A decision's result reaches this many rows ahead. */
const REACH = 2;

/**
 * Cuts the rows whose features are known into those to learn from, to watch and to prove, oldest
 * first. No result of one part reaches into the next.
 *
 * @throws {InputError} when a part would be too short
 */
export function splitRows(
  { evidenceShare, frame, parameters, table, validationShare }: Pick<
    PolicyRequest,
    "evidenceShare" | "frame" | "parameters" | "table" | "validationShare"
  >,
): PolicySplit {
  const first = Math.max(0, frame.firstValidRow + parameters.window - 1 - table.from);
  const rows = Math.max(0, table.rows - first);
  const evidence = Math.floor(rows * evidenceShare);
  const validation = Math.floor(rows * validationShare);
  const evidenceFrom = table.rows - evidence;
  const validationTo = evidenceFrom - REACH;
  const validationFrom = validationTo - validation;
  const split = {
    learning: { from: first, to: validationFrom - REACH },
    validation: { from: validationFrom, to: validationTo },
    evidence: { from: evidenceFrom, to: table.rows },
  };
  for (const [name, { from, to }] of Object.entries(split)) {
    if (to - from >= FEWEST_ROWS) continue;
    const shares = [validationShare, evidenceShare, 1 - validationShare - evidenceShare];
    const needed = Math.ceil((FEWEST_ROWS + 2 * REACH) / Math.min(...shares));
    throw new InputError(
      `Cannot learn a policy from ${rows} decisions with known features as the ${name} part ` +
        `needs ${FEWEST_ROWS}: current value is ${Math.max(0, to - from)}`,
      {
        remedy: `${needed} decisions would do: give ${
          needed - (table.rows - first)
        } more bars to learn from, or shorter features`,
      },
    );
  }
  return split;
}
