import { InputError } from "../lib/core/mod.ts";
import {
  describeFigure,
  isDoubtful,
  parseAccountRequest,
  parseRiskRequest,
  resolveAccount,
  type ResolvedAccount,
  type RiskRequest,
} from "../lib/risk/mod.ts";
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
 * @param note says a line to the person watching: the rules of the account, the doubtful ones marked
 * @throws {InputError} when the file breaks a rule or sizes positions that are not made so
 */
export function riskRequest(
  file: string | undefined,
  blends: readonly string[],
  note: (line: string) => void,
): RiskRequest {
  if (file === undefined) return { limits: {} };
  const json = readJson(file);
  const request = parseRiskRequest(json, file);
  if (request.limits.account !== undefined) {
    const { account } = json as { readonly account: unknown };
    describeAccount(account, file).forEach(note);
  }
  if (request.kellyPart !== undefined && !blends.some((kind) => PROBABLE.includes(kind))) {
    throw new InputError("Cannot keep to the Kelly share where no blend gives a probability", {
      where: file,
      remedy: `add --blend ${PROBABLE.join(" or ")}, or delete kellyPart`,
    });
  }
  return request;
}

/** The rules of the account in a risk file, with their sources; null where it has none. */
export function riskAccount(file: string): ResolvedAccount | null {
  const { account } = readJson(file) as { readonly account?: unknown };
  return account === undefined ? null : resolveAccount(parseAccountRequest(account, file), file);
}

/** What is enforced in the name of an account, with sources and doubts. */
function describeAccount(account: unknown, file: string): readonly string[] {
  const { figures, rules, set } = resolveAccount(parseAccountRequest(account, file), file);
  const doubtful = figures.filter(isDoubtful).length;
  return [
    `account rules of ${set.firm}, ${set.program} (${rules}), ${doubtful} of ${figures.length} doubtful:`,
    ...figures.map((figure) => `- ${describeFigure(figure)}`),
    ...(set.notes ?? []).map((text) => `- note: ${text}`),
  ];
}
