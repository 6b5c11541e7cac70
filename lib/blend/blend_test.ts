import { throws as assertThrows } from "node:assert/strict";
import fc from "fast-check";
import { InputError } from "../core/errors.ts";
import { assert, assertClose, assertEquals } from "../../tests/assert.ts";
import { blend } from "./blend.ts";
import { checkBlendRule } from "./blend_rule.ts";
import type { BlendRule } from "./blender.ts";
import { initialBlendState, learnBlend, restoreBlendState } from "./blend_state.ts";
import type { PartForecast } from "./forecast.ts";

const SOURCES = ["forest", "policy"];
const LEARNING = { returnBound: 0.01, rate: 0.5, share: 0.01 };
const RULES: Readonly<Record<string, BlendRule>> = {
  "log-odds-pool": {
    kind: "log-odds-pool",
    pool: { intercept: 0, weights: [1, 1] },
    minConfidence: 0.05,
  },
  stacking: {
    kind: "stacking",
    stack: { intercept: 0, weights: [1, 1, 0.1, 0.1, 0.2] },
    minConfidence: 0.05,
  },
  "confidence-weighted": { kind: "confidence-weighted", minConfidence: 0.05, learning: LEARNING },
  hedge: { kind: "hedge", learning: { returnBound: 0.01, rate: null } },
  "fixed-share": { kind: "fixed-share", learning: LEARNING },
  "exponentiated-gradient": { kind: "exponentiated-gradient", rate: 5 },
  "plain-rule": { kind: "plain-rule" },
};

function forecast(source: string, position: number, probability: number | null): PartForecast {
  return { source, modelVersion: 1, position, probability, veto: null };
}

const forecasts = fc.tuple(
  ...SOURCES.map((source) =>
    fc.record({
      source: fc.constant(source),
      modelVersion: fc.constant(1),
      position: fc.constantFrom(-1, 0, 0.5, 1),
      probability: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
      veto: fc.option(fc.constant("unlike the training data")),
    })
  ),
);

// The contract of `blenders_test.ts` holds for every blender; these are exact.
for (const [kind, rule] of Object.entries(RULES)) {
  const state = initialBlendState(kind, SOURCES);

  Deno.test(`blend() by ${kind} stays in -1 … 1 and turns round with its forecasts`, () => {
    fc.assert(fc.property(forecasts, (parts) => {
      const { position, weights } = blend(parts, rule, state);
      assert(position >= -1 && position <= 1);
      assert(weights.every((weight) => weight >= 0) && weights.length === 2);
      assert(weights.reduce((sum, weight) => sum + weight, 0) <= 1 + 1e-12);
      const turned = parts.map((part) => ({ ...part, position: -part.position }));
      assertClose(blend(turned, rule, state).position, -position, 1e-12);
    }));
  });

  Deno.test(`blend() by ${kind} is flat when no part may speak, whatever it would say`, () => {
    fc.assert(fc.property(forecasts, (parts) => {
      const vetoed = parts.map((part) => ({ ...part, veto: "unlike the training data" }));
      const silent = parts.map((part) => ({ ...part, probability: null }));
      for (const quiet of [vetoed, silent]) assertEquals(blend(quiet, rule, state).position, 0);
    }));
  });

  Deno.test(`learnBlend() for ${kind} goes on from JSON to the bit`, () => {
    const returns = fc.array(
      fc.tuple(...SOURCES.map(() => fc.double({ min: -0.02, max: 0.02, noNaN: true }))),
      {
        minLength: 2,
        maxLength: 60,
      },
    );
    fc.assert(
      fc.property(returns, fc.nat(), (rows, cut) => {
        const learn = (from: typeof state, part: typeof rows, offset: number) =>
          part.reduce((now, row, i) => learnBlend(now, rule, row, offset + i), from);
        const at = cut % rows.length;
        const half = JSON.parse(JSON.stringify(learn(state, rows.slice(0, at), 0)));
        const restored = restoreBlendState(half, kind, SOURCES, "journal");
        const whole = learn(state, rows, 0);
        assertEquals(learn(restored, rows.slice(at), at), whole);
        assertClose(whole.weights.reduce((sum, weight) => sum + weight, 0), 1, 1e-9);
      }),
      { numRuns: 30 },
    );
  });
}

Deno.test("blend() by the plain rule counts the policy by its confidence and the rest by the rest", () => {
  const parts = [forecast("forest", 1, 0.6), forecast("policy", -1, 0.7)];
  const { position, weights } = blend(
    parts,
    RULES["plain-rule"]!,
    initialBlendState("plain-rule", SOURCES),
  );
  assertClose(position, 0.6 - 0.4, 1e-12);
  assertClose(weights[1]!, 0.4, 1e-12);
});

Deno.test("blend() by confidence is flat when all confidences are below the least", () => {
  const rule: BlendRule = { kind: "confidence-weighted", minConfidence: 0.3, learning: LEARNING };
  const state = initialBlendState(rule.kind, SOURCES);
  assertEquals(
    blend([forecast("forest", 1, 0.6), forecast("policy", 1, 0.6)], rule, state).position,
    0,
  );
  assertClose(
    blend([forecast("forest", 1, 0.6), forecast("policy", 1, 0.7)], rule, state).position,
    1,
    1e-12,
  );
});

Deno.test("blend() by hedge leaves a position to flat when the parts keep losing", () => {
  let state = initialBlendState("hedge", SOURCES);
  for (let bar = 0; bar < 500; bar++) {
    state = learnBlend(state, RULES["hedge"]!, [-0.004, -0.004], bar);
  }
  const parts = [forecast("forest", 1, 0.9), forecast("policy", 1, 0.9)];
  assert(blend(parts, RULES["hedge"]!, state).position < 0.01);
});

Deno.test("restoreBlendState() refuses what is not the state of this blend", () => {
  const state = initialBlendState("hedge", SOURCES);
  const bad: unknown[] = [
    null,
    [],
    { ...state, kind: "fixed-share" },
    { ...state, experts: ["policy", "forest", "flat"] },
    { ...state, weights: [0.5, 0.5, 0.5] },
    { ...state, weights: [1, 0] },
    { ...state, weights: [NaN, 0.5, 0.5] },
    { ...state, steps: -1 },
    { ...state, learntTo: "yesterday" },
  ];
  for (const value of bad) {
    assertThrows(() => restoreBlendState(value, "hedge", SOURCES, "journal"), InputError);
  }
});

Deno.test("checkBlendRule() refuses settings outside their range", () => {
  const bad: BlendRule[] = [
    { kind: "log-odds-pool", pool: { intercept: 0, weights: [1] }, minConfidence: 0 },
    { kind: "stacking", stack: { intercept: 0, weights: [1, 1] }, minConfidence: 0 },
    { kind: "confidence-weighted", minConfidence: 1, learning: LEARNING },
    { kind: "hedge", learning: { returnBound: 0, rate: null } },
    { kind: "fixed-share", learning: { ...LEARNING, share: 1 } },
    { kind: "exponentiated-gradient", rate: 0 },
  ];
  for (const rule of bad) assertThrows(() => checkBlendRule(rule, 2), RangeError);
  for (const rule of Object.values(RULES)) checkBlendRule(rule, 2);
});
