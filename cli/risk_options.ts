import { InputError } from "../lib/core/mod.ts";
import { parseRiskRequest, type RiskRequest } from "../lib/risk/mod.ts";
import { BLENDERS } from "../lib/blend/mod.ts";
import { readJson } from "./options.ts";

/** Blends that give a probability beside a position. */
const PROBABLE = BLENDERS.filter(({ givesProbability }) => givesProbability).map(({ kind }) =>
  kind
);

/**
 * What `--risk` asks for.
 *
 * @param file path of the risk file; absent for no rules
 * @param blends what the positions come from; empty for models alone
 * @throws {InputError} when the file breaks a rule or sizes positions that are not made so
 */
export function riskRequest(file: string | undefined, blends: readonly string[]): RiskRequest {
  if (file === undefined) return { limits: {} };
  const request = parseRiskRequest(readJson(file), file);
  if (request.kellyPart !== undefined && !blends.some((kind) => PROBABLE.includes(kind))) {
    throw new InputError("Cannot keep to the Kelly share where no blend gives a probability", {
      where: file,
      remedy: `add --blend ${PROBABLE.join(" or ")}, or delete kellyPart`,
    });
  }
  return request;
}
