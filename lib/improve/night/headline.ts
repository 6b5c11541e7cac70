import type { NightRecord, PromotionDecision } from "../../records/mod.ts";

/** What a night came to, in one line. */
export function nightHeadline(
  system: string,
  { champion, decisions, drift, moves }: Pick<
    NightRecord,
    "champion" | "decisions" | "drift" | "moves"
  >,
): string {
  const alarms = drift.filter(({ alarm }) => alarm).length;
  const drifted = alarms === 0 ? "" : `; drift: ${alarms} ${alarms === 1 ? "alarm" : "alarms"}`;
  return `${system}: ${moved(champion.version, moves, decisions)}${drifted}`;
}

function moved(
  version: number,
  [move]: NightRecord["moves"],
  decisions: readonly PromotionDecision[],
): string {
  if (move === undefined) {
    const said = decisions.map((decision) => `${decision.question} ${verdictOf(decision)}`);
    return `v${version} keeps serving${said.length === 0 ? "" : ` (${said.join("; ")})`}`;
  }
  const to = `v${move.toVersion} in ${100 * move.sizeFactor} % of its size`;
  if (move.kind === "rollback") {
    return `rolled back from v${version} to ${to}: ${harmOf(decisions)}`;
  }
  if (move.fromVersion === move.toVersion) return `${to}: no harm in its probation`;
  const isShadow = decisions.some(({ outcome, question }) =>
    question === "shadow" && outcome === "promote"
  );
  const why = isShadow ? "a recipe that won its evidence" : "newer weights that do no harm";
  return `${to} serves in place of v${version}: ${why}`;
}

/** The outcome, and the first thing that was missing. */
function verdictOf({ conditions, outcome }: PromotionDecision): string {
  const missing = conditions.find(({ holds }) => !holds);
  return missing === undefined ? outcome : `${outcome}: ${missing.text}`;
}

function harmOf(decisions: readonly PromotionDecision[]): string {
  const champion = decisions.find(({ question }) => question === "champion");
  return champion?.conditions.find(({ holds }) => !holds)?.text ?? "harm";
}
