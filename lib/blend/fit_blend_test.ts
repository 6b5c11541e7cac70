import { throws as assertThrows } from "node:assert/strict";
import { assert, assertClose, assertEquals } from "../../tests/assert.ts";
import { createRandom } from "../core/random.ts";
import { calibratedProbability } from "./confidence_calibration.ts";
import { blend } from "./blend.ts";
import { BLEND_KINDS } from "./blenders.ts";
import { checkBlendRule } from "./blend_rule.ts";
import { initialBlendState } from "./blend_state.ts";
import { type Signal, signalEvidence, signalForecast } from "./signal.ts";
import type { BlendHistory } from "./blender.ts";
import { LOG_ODDS_POOL } from "./blenders/log_odds_pool.ts";
import { fitBlend } from "./fit_blend.ts";

/** One part that is right as often as it says, and one that knows nothing. */
function history(rows: number, seed: number, cost = 0.001): BlendHistory {
  const random = createRandom(seed);
  const wise: Signal[] = [], blind: Signal[] = [];
  const moves = Float64Array.from({ length: rows }, () => {
    const side = random.uniform() < 0.5 ? -1 : 1, strength = 0.5 * random.uniform();
    const lean = (1 + strength) / 2;
    const probabilities = side > 0 ? [1 - lean, 0, lean] : [lean, 0, 1 - lean];
    wise.push({
      position: side,
      evidence: signalEvidence(probabilities, [-1, 0, 1], side, 0.01),
    });
    const other = random.uniform() < 0.5 ? -1 : 1;
    blind.push({
      position: other,
      evidence: signalEvidence([0.3, 0.3, 0.4], [-1, 0, 1], other, 0.01),
    });
    return (random.uniform() < lean ? side : -side) * 0.01;
  });
  return {
    signals: [(row) => wise[row]!, (row) => blind[row]!],
    moves,
    costs: new Float64Array(rows).fill(cost),
    barReturns: moves.map((move) => move / 10),
  };
}

const forecastsOf = (
  signals: readonly Signal[],
  calibrations: Parameters<typeof signalForecast>[0][],
) => signals.map((signal, i) => signalForecast(calibrations[i]!, signal, null));

Deno.test("fitBlend() is sure of the part that is right, by as much as it is, and of no other", () => {
  const { calibrations } = fitBlend("hedge", history(6_000, 1), 1);
  const sure = signalEvidence([0.25, 0, 0.75], [-1, 0, 1], 1, 0.01);
  assertClose(calibratedProbability(calibrations[0]!, sure), 0.75, 0.03);
  const blind = signalEvidence([0.3, 0.3, 0.4], [-1, 0, 1], 1, 0.01);
  assertClose(calibratedProbability(calibrations[1]!, blind), 0.5, 0.03);
});

Deno.test("fitBlend() finds no confidence where the costs eat every move", () => {
  const { calibrations } = fitBlend("hedge", history(2_000, 2, 0.02), 1);
  const sure = signalEvidence([0.1, 0, 0.9], [-1, 0, 1], 1, 0.01);
  for (const calibration of calibrations) {
    assert(calibratedProbability(calibration!, sure) < 0.05);
  }
});

Deno.test("fitBlend() makes a rule of every kind that fits its parts and follows the wise one", () => {
  const signals: Signal[] = [
    { position: 1, evidence: signalEvidence([0.2, 0, 0.8], [-1, 0, 1], 1, 0.01) },
    { position: -1, evidence: signalEvidence([0.4, 0.3, 0.3], [-1, 0, 1], -1, 0.01) },
  ];
  for (const kind of BLEND_KINDS) {
    const { calibrations, rule } = fitBlend(kind, history(6_000, 3), 1);
    checkBlendRule(rule, 2);
    const sources = calibrations.map((calibration, i) => ({
      ...{ source: `part ${i}`, modelVersion: 1, calibration },
    }));
    const forecasts = forecastsOf(signals, sources);
    const state = initialBlendState(kind, ["part 0", "part 1"]);
    // The plain rule believes the last part by its confidence alone, and so the wise by the rest.
    assert(blend(forecasts, rule, state).position > 0, kind);
  }
});

Deno.test("fitBlend() pools both sides alike, and asks for more where neither side often wins", () => {
  const rule = LOG_ODDS_POOL.parse(fitBlend("log-odds-pool", history(6_000, 4), 1).rule);
  assertEquals([rule.pool.intercept, rule.minConfidence], [0, 0]);
  const quiet = history(6_000, 4);
  // Three rows in ten move by less than their costs.
  const moves = quiet.moves.map((move, row) => row % 10 < 3 ? move / 20 : move);
  const fitted = fitBlend("log-odds-pool", { ...quiet, moves }, 1);
  assertClose(LOG_ODDS_POOL.parse(fitted.rule).minConfidence, 0.3 / 0.7, 1e-9);
});

Deno.test("fitBlend() says nothing of a part with too few rows", () => {
  const short = history(49, 5);
  const { calibrations } = fitBlend("hedge", short, 1);
  assertEquals(calibrations, [null, null]);
  const source = { source: "part", modelVersion: 1, calibration: null };
  const { probability, veto } = signalForecast(source, short.signals[0]!(0)!, null);
  assertEquals([probability, veto], [null, "too few past rows to know its confidence"]);
  assertThrows(() => fitBlend("hedge", { ...short, costs: new Float64Array(3) }, 1), RangeError);
});
