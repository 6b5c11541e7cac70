import { assert, assertEquals } from "../../tests/assert.ts";
import type { BlendSummary } from "../records/blend_summary.ts";
import { blendFigure, blendSection } from "./blend_section.ts";
import { markup } from "./html.ts";

const PANEL: BlendSummary = {
  name: "blend (hedge)",
  summary: "The blend made $10.",
  confidence: "Fitted on earlier bars.",
  parts: [{
    name: "<b>forest</b> v1",
    netUsd: 12.5,
    aloneUsd: -3,
    meanWeight: 0.25,
    spokeShare: 0.5,
    vetoes: [{ reason: "unlike its training data", share: 0.01 }],
    confidence: { rows: 100, baseRate: 0.55 },
    text: "forest earned $13.",
  }],
  unclaimedUsd: -2.5,
  weights: {
    time: [0, 60_000],
    shares: [{ name: "forest", value: [0.2, 0.3] }, { name: "flat", value: [0.8, 0.7] }],
  },
  limits: [{ rule: "daily-loss", share: 0.02 }],
  decisions: [{ time: 0, text: "forest v1 long: go long 1", netUsd: 10 }],
};

Deno.test("blendSection() shows every part, what nobody claims, vetoes, limits and decisions", () => {
  const { html } = blendSection(PANEL, markup`<figure></figure>`);
  for (
    const shown of [
      "&lt;b&gt;forest&lt;/b&gt; v1",
      "nobody argued for it",
      "1.0%: unlike its training data",
      "daily-loss",
      "forest v1 long: go long 1",
      "$12.50",
    ]
  ) assert(html.includes(shown), shown);
  assert(!html.includes("<b>"));
  const quiet = { ...PANEL, decisions: [], limits: [], unclaimedUsd: 0 };
  const { html: none } = blendSection(quiet, markup``);
  assert(none.includes("took no position") && !none.includes("nobody argued"));
});

Deno.test("blendFigure() stacks the shares, flat last, and says why there is nothing to draw", () => {
  const figure = blendFigure(PANEL);
  assert(figure.kind === "chart");
  assertEquals(figure.legend.map(({ label }) => label), ["forest", "flat"]);
  const empty = blendFigure({ ...PANEL, weights: { time: [], shares: [] } });
  assertEquals(empty.kind, "empty");
});
