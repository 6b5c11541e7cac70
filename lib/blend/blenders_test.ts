import { InputError } from "../core/errors.ts";
import { createRandom } from "../core/random.ts";
import { assert, assertEquals } from "../../tests/assert.ts";
import { assertThrows } from "../../tests/fixtures/temporary_folder.ts";
import { checkBlendRule, parseBlendRule } from "./blend_rule.ts";
import type { BlendHistory } from "./blender.ts";
import { blenderOf, BLENDERS } from "./blenders.ts";
import { equalWeights } from "./expert_weights.ts";
import { fitBlend } from "./fit_blend.ts";
import type { PartForecast } from "./forecast.ts";
import { signalEvidence } from "./signal.ts";

/** Two parts of which the first is right seven times in ten. */
function history(rows: number): BlendHistory {
  const random = createRandom(2);
  const moves = Float64Array.from({ length: rows }, () => random.normal() / 100);
  const right = Uint8Array.from({ length: rows }, () => random.uniform() < 0.7 ? 1 : 0);
  const side = (row: number) => Math.sign(moves[row]!) * (right[row] === 1 ? 1 : -1);
  const signal = (position: number) => ({
    position,
    evidence: signalEvidence([0.2, 0.1, 0.7], [-1, 0, 1], position, 0.01),
  });
  return {
    signals: [(row) => signal(side(row)), (row) => signal(row % 2 === 0 ? 1 : -1)],
    moves,
    costs: new Float64Array(rows).fill(1e-4),
    barReturns: moves,
  };
}

for (const blender of BLENDERS) {
  const { kind } = blender;
  const { rule } = fitBlend(kind, history(800), 1);
  const forecasts: readonly PartForecast[] = [
    { source: "first", modelVersion: 1, position: 1, probability: 0.7, veto: null },
    { source: "second", modelVersion: 1, position: -1, probability: 0.55, veto: null },
  ];

  Deno.test(`blender ${kind} reads its fitted rule from a document, and refuses what is none`, () => {
    assertEquals(rule.kind, kind);
    checkBlendRule(rule, 2);
    assertEquals(parseBlendRule(JSON.parse(JSON.stringify(rule)), 2, "a system"), rule);
    assertThrows(() => parseBlendRule({ kind, colour: 1 }, 2, "a system"), InputError, "a system");
  });

  Deno.test(`blender ${kind} gives a position, shares of it, and a probability if it says so`, () => {
    const { position, probability, weights } = blender.blend(forecasts, rule, equalWeights(3));
    assert(position >= -1 && position <= 1, `${position}`);
    assertEquals(weights.length, 2);
    assert(weights.every((weight) => weight >= 0) && weights[0]! + weights[1]! <= 1 + 1e-12);
    assertEquals(probability !== null, blender.givesProbability && position !== 0);
    const silent = forecasts.map((forecast) => ({ ...forecast, veto: "unlike its training data" }));
    assertEquals(blender.blend(silent, rule, equalWeights(3)).position, 0);
  });

  Deno.test(`blender ${kind} keeps the experts' weights a distribution`, () => {
    let weights: readonly number[] = equalWeights(3);
    for (let step = 1; step <= 200; step++) {
      weights = blender.learn?.(weights, rule, [0.004, -0.02, 0], step) ?? weights;
    }
    const sum = weights.reduce((total, weight) => total + weight, 0);
    assert(Math.abs(sum - 1) < 1e-12 && weights.every((weight) => weight >= 0), `${weights}`);
    if (blender.learn !== undefined) assert(weights[0]! > weights[1]!, `${weights}`);
  });
}

Deno.test("blenderOf() and parseBlendRule() say in one line what there is", () => {
  assertThrows(() => blenderOf("oracle"), InputError, "plain-rule");
  assertThrows(() => parseBlendRule({ kind: "oracle" }, 2, "a system"), InputError, "oracle");
  assertThrows(() => parseBlendRule(null, 2, "a system"), InputError, "a system");
  const { rule } = fitBlend("stacking", history(800), 1);
  assertThrows(
    () => parseBlendRule(JSON.parse(JSON.stringify(rule)), 3, "a system"),
    InputError,
    "7 weights",
  );
});
