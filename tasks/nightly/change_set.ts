import type { ChangeSet } from "../../lib/codegen/mod.ts";
import type { SystemRecipe } from "../../lib/evaluation/mod.ts";
import { isPolicy, type NightRecord } from "../../lib/records/mod.ts";

/**
 * What a night has moved as a change of the user's tree, to be reviewed and applied by
 * `generate-changes`: one file that says what serves, by which settings, with the evidence in words.
 * The registry is the truth; the file is what a person or a repository sees of it.
 *
 * @param recipe of the system that serves now
 * @returns null for a night that moved nothing
 */
export function nightChangeSet(night: NightRecord, recipe: SystemRecipe): ChangeSet | null {
  const { decisions, headline, id, moves: [move], number, system } = night;
  if (move === undefined) return null;
  const deployment = {
    ...{ system, version: move.toVersion, sizeFactor: move.sizeFactor, symbol: night.symbol },
    night: { number, id, lastBar: night.data.lastBar },
    parts: recipe.system.parts.map(({ name, version }, index) => ({
      model: `${name}@${version}`,
      settings: settingsOf(recipe.again[index]!),
    })),
    blend: recipe.blends[0] ?? null,
    limits: recipe.risk.limits,
    evidence: decisions.map(({ conditions, outcome, question }) =>
      `${question}, ${outcome}: ${conditions.map(({ text }) => text).join("; ")}`
    ),
  };
  return {
    why: headline.slice(0, LONGEST_WHY),
    origin: `night ${number} of ${system}`,
    changes: [{
      kind: "file",
      path: `deployments/${system}.json`,
      content: `${JSON.stringify(deployment, null, 2)}\n`,
    }],
  };
}

/** A line of the log of changes is no longer. */
const LONGEST_WHY = 500;

function settingsOf(manifest: SystemRecipe["again"][number]) {
  const { featureSpec, parameters, seed } = manifest;
  const shared = { kind: manifest.kind, parameters, features: featureSpec, seed };
  return isPolicy(manifest) ? shared : { ...shared, labels: manifest.labelSpec };
}
