import { CorruptArtifactError } from "../../core/errors.ts";
import { assertThrows } from "../../../tests/fixtures/temporary_folder.ts";
import { assembleTrials } from "./assemble_trials.ts";
import { ROW_KIND, type TrialRow } from "./read_trials.ts";

const NOTHING = { trial_id: 7, position: null, value: null, text: null, more_text: null };
const TRIAL: TrialRow = { ...NOTHING, kind: ROW_KIND.trial, name: "COMPLETE", position: 0 };

Deno.test("assembleTrials() names what a damaged row lacks", () => {
  const damaged: readonly (readonly [keyof typeof ROW_KIND, Partial<TrialRow>, string])[] = [
    ["trial", { position: null }, "'COMPLETE' has no position"],
    ["parameter", { name: "depth" }, "trial 7: 'depth' has no text"],
    ["value", { name: "FINITE", value: 1 }, "'FINITE' has no position"],
    ["intermediateValue", { name: "FINITE", value: 1 }, "'FINITE' has no position"],
    ["userAttribute", { name: "why" }, "'why' has no text"],
    ["systemAttribute", { name: "why" }, "'why' has no text"],
  ];
  for (const [kind, columns, said] of damaged) {
    const row: TrialRow = { ...NOTHING, name: "", kind: ROW_KIND[kind], ...columns };
    const rows = kind === "trial" ? [{ ...TRIAL, ...columns }] : [TRIAL, row];
    assertThrows(() => assembleTrials(rows), CorruptArtifactError, said);
  }
  const orphan: TrialRow = { ...NOTHING, name: "why", kind: ROW_KIND.userAttribute, text: "1" };
  assertThrows(() => assembleTrials([orphan]), CorruptArtifactError, "it has parts and no row");
});
