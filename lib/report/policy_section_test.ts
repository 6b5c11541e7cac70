import { assert, assertEquals } from "../../tests/assert.ts";
import { type Markup, markup } from "./html.ts";
import type { PolicySummary } from "../records/policy_summary.ts";
import { policyFigures, policySection } from "./policy_section.ts";
import { simulateTearSheet } from "../../tests/fixtures/simulate_tear_sheet.ts";

const PANEL = simulateTearSheet({ seed: 1, days: 5 }).policies![0]!;
const NOTHING: Markup = markup``;

Deno.test("policyFigures() draws a band over all seeds, a median and the known optimum", () => {
  const [result] = policyFigures(PANEL, 0);
  assert(result?.kind === "chart");
  // Two edges of the band, two seeds, the median, the optimum.
  assertEquals(result.data.length, 6);
  assertEquals(result.legend.map(({ traces }) => traces), [[4], [2, 3], [5]]);
  const [low, high] = result.data as unknown as { x: number[]; y: number[] }[];
  assertEquals([low!.x.length, high!.x.length], [12, 12]);
  low!.y.forEach((value, look) => assert(value <= high!.y[look]!));
});

Deno.test("policyFigures() leaves the optimum out where nobody knows it, and says what is empty", () => {
  const none: PolicySummary = { ...PANEL, optimum: null, members: [], rewardTerms: [] };
  const kinds = policyFigures(none, 0).map(({ kind }) => kind);
  assertEquals(kinds, ["empty", "empty", "empty", "empty", "chart"]);
  const [result] = policyFigures({ ...PANEL, optimum: null }, 0);
  assert(result?.kind === "chart" && result.data.length === 5);
});

Deno.test("policySection() names the verdict, the actions taken and why each member stopped", () => {
  const { html } = policySection(PANEL, NOTHING);
  for (const text of [PANEL.verdict, "-1 on 40.0%", "no longer better", "all batches learnt"]) {
    assert(html.includes(text), text);
  }
});
