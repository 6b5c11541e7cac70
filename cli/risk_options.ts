import { InputError } from "../lib/domain/errors.ts";
import { parseRiskRequest, type RiskRequest } from "../tasks/risk_request.ts";
import { readJson } from "./options.ts";

/**
 * What `--risk` asks for.
 *
 * @param file path of the risk file; absent for no rules
 * @throws {InputError} when the file breaks a rule or sizes positions that nothing blends
 */
export function riskRequest(file: string | undefined, isBlended: boolean): RiskRequest {
  if (file === undefined) return { limits: {} };
  const request = parseRiskRequest(readJson(file), file);
  if (!isBlended && Object.keys(request).length > 1) {
    throw new InputError("Cannot size positions by volatility or Kelly without a blend", {
      where: file,
      remedy: "add --blend hedge, or delete volatilityTarget and kellyPart",
    });
  }
  return request;
}
