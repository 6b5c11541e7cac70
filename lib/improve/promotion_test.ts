import fc from "fast-check";
import { assert, assertEquals } from "../../tests/assert.ts";
import {
  playHistory,
  type PromotionWorld,
  sessionsToRollBack,
  tryRecipe,
} from "../../tests/fixtures/promotion_histories.ts";
import { createRandom, mixSeed } from "../core/mod.ts";
import { type PromotionDecision, promotionDecisionSchema } from "../records/mod.ts";
import {
  judgeChampion,
  judgeRecipe,
  judgeRefresh,
  judgeShadow,
  type PairedReturns,
  PROMOTION_RULE,
} from "./mod.ts";

const WORLD: PromotionWorld = {
  ...{ historyDays: 1_000, nights: 20, correlation: 0.8, championSharpe: 0.5 },
  draw: (random) => random.normal(),
  leadOf: () => 0,
};

/** Returns of two that trade the same market, one of them ahead by so much a day. */
function pair(seed: number, days: number, ahead: number): PairedReturns {
  const random = createRandom(seed);
  const champion = new Float64Array(days), challenger = new Float64Array(days);
  for (let day = 0; day < days; day++) {
    const common = random.normal();
    champion[day] = 0.01 * (common + 0.5 * random.normal());
    challenger[day] = 0.01 * (common + 0.5 * random.normal() + ahead);
  }
  return { challenger, champion };
}

/** Names of the conditions that failed; what is stored has to be readable again. */
function failed(decision: PromotionDecision): string[] {
  assertEquals(promotionDecisionSchema.parse(JSON.parse(JSON.stringify(decision))), decision);
  assert(decision.wouldChange.length > 0);
  return decision.conditions.filter(({ holds }) => !holds).map(({ name }) => name);
}

const SOUND = { attempt: 1, overfitting: 0.1, fault: null };

Deno.test("judgeRecipe() lets a clear lead into the shadow and moves nothing yet", () => {
  const decision = judgeRecipe({ returns: pair(1, 1_000, 0.15), ...SOUND });
  assertEquals([decision.outcome, decision.sizeFactor, failed(decision)], ["shadow", null, []]);
  assert(decision.wouldChange.includes("20 sessions of its shadow"));
  assert(decision.statistics.sharpeLead! > 1 && decision.statistics.pValue! < decision.level!);
});

Deno.test("judgeRecipe() refuses for each reason of its own, and says what it would take", () => {
  const good = pair(1, 1_000, 0.15);
  const refusals: Readonly<Record<string, Parameters<typeof judgeRecipe>[0]>> = {
    integrity: { returns: good, ...SOUND, fault: "the leak check failed" },
    overfitting: { returns: good, ...SOUND, overfitting: 0.4 },
    evidence: { returns: good, ...SOUND, attempt: 1_000_000 },
    risk: {
      ...{
        returns: {
          ...good,
          traded: {
            challenger: { turnover: 0.2, leverage: 1 },
            champion: { turnover: 0.1, leverage: 1 },
          },
        },
      },
      ...SOUND,
    },
  };
  for (const [name, recipe] of Object.entries(refusals)) {
    const decision = judgeRecipe(recipe);
    assertEquals([decision.outcome, failed(decision)], ["refuse", [name]]);
  }
  assert(judgeRecipe(refusals.integrity!).conditions[0]!.text === "the leak check failed");
  const short = judgeRecipe({ returns: pair(1, 249, 0.5), ...SOUND });
  assert(short.outcome === "refuse" && short.statistics.pValue === null);
  assert(short.wouldChange.includes("at least 250 days"), short.wouldChange);
  const losing = good.challenger.map((value) => value - 0.01);
  const worse = { challenger: losing, champion: losing.map((value) => value - 0.005) };
  assert(failed(judgeRecipe({ returns: worse, ...SOUND })).includes("flat"));
});

Deno.test("judgeRecipe() keeps the champion in a tie, and one that stays out has no risk to exceed", () => {
  const { champion } = pair(2, 600, 0);
  const tie = judgeRecipe({ returns: { challenger: champion, champion }, ...SOUND });
  assertEquals(tie.outcome, "refuse");
  assert(failed(tie).includes("evidence") && failed(tie).includes("effect"));
  const good = pair(3, 1_000, 0.2).challenger;
  const flat = { challenger: good, champion: new Float64Array(1_000) };
  assertEquals(judgeRecipe({ returns: flat, ...SOUND }).outcome, "shadow");
});

Deno.test("judgeRecipe() asks for no less at a later attempt", () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 1, max: 50 }), (seed, attempt) => {
      const returns = pair(seed, 300, 0.1);
      const now = judgeRecipe({ returns, ...SOUND, attempt });
      const later = judgeRecipe({ returns, ...SOUND, attempt: attempt + 1 });
      assert(later.level! < now.level!);
      assert(now.outcome === "shadow" || later.outcome === "refuse");
    }),
    { numRuns: 30 },
  );
});

Deno.test("judgeRefresh() takes weights that do no harm and refuses those that do", () => {
  const base = {
    ...{ disagreement: 0.1, pastDisagreements: [], sizeFactor: 0.5, fault: null, seed: 1 },
    renewedFrom: null,
  };
  const even = judgeRefresh({ returns: pair(4, 120, 0), ...base });
  assertEquals([even.outcome, even.sizeFactor, even.attempt], ["promote", 0.5, null]);
  const worse = judgeRefresh({ returns: pair(5, 120, -0.3), ...base });
  assertEquals([worse.outcome, worse.sizeFactor], ["refuse", null]);
  assert(failed(worse).includes("no harm"));
  assertEquals(failed(judgeRefresh({ returns: pair(4, 120, 0), ...base, disagreement: 0.6 })), [
    "disagreement",
  ]);
  const known = Array.from({ length: 20 }, (_, i) => i / 1_000);
  assertEquals(
    failed(judgeRefresh({ returns: pair(4, 120, 0), ...base, pastDisagreements: known })),
    ["disagreement"],
  );
  assert(failed(judgeRefresh({ returns: pair(4, 19, 0), ...base })).includes("no harm"));
  const twin = pair(6, 60, 0).champion;
  const same = { challenger: twin, champion: twin };
  assertEquals(judgeRefresh({ returns: same, ...base }).outcome, "promote");
});

Deno.test("judgeRefresh() takes other decisions once results are poorer, from weights that are clearly better", () => {
  const base = {
    ...{ disagreement: 0.9, pastDisagreements: [], sizeFactor: 1, fault: null, seed: 1 },
    renewedFrom: 19_000,
  };
  const better = judgeRefresh({ returns: pair(5, 60, 0.5), ...base });
  assertEquals(better.outcome, "promote");
  // Net of costs, trading more has paid; where it has not, it is a risk.
  const amount = (turnover: number) => ({ turnover, leverage: 1 });
  const traded = { challenger: amount(1.5), champion: amount(1) };
  assertEquals(
    judgeRefresh({ returns: { ...pair(5, 60, 0.5), traded }, ...base }).outcome,
    "promote",
  );
  const even = { ...pair(4, 120, 0), traded };
  assertEquals(
    failed(judgeRefresh({ returns: even, ...base, disagreement: 0, renewedFrom: null })),
    [
      "risk",
    ],
  );
  assert(better.conditions.some(({ text }) => text.includes("poorer since 2022-01-08")));
  assertEquals(failed(judgeRefresh({ returns: pair(4, 120, 0), ...base })), ["no harm"]);
});

Deno.test("judgeShadow() waits, promotes in half size after twenty sessions, stops what does harm", () => {
  const approved = pair(7, 500, 0.1);
  const case_ = { approved, stepDays: 1, seed: 1, fault: null };
  const waiting = judgeShadow({ ...case_, since: pair(8, 19, 0.1) });
  assertEquals([waiting.outcome, failed(waiting)], ["wait", ["sessions"]]);
  const done = judgeShadow({ ...case_, since: pair(8, 20, 0.1) });
  assertEquals([done.outcome, done.sizeFactor], ["promote", PROMOTION_RULE.probationSize]);
  const harmful = judgeShadow({ ...case_, since: pair(8, 20, -1.5) });
  assertEquals([harmful.outcome, harmful.sizeFactor], ["stop", null]);
  assert(failed(harmful).includes("harm") && failed(harmful).includes("drawdown"));
  assertEquals(
    judgeShadow({ ...case_, since: pair(8, 5, 0), fault: "not a number" }).outcome,
    "stop",
  );
  const few = judgeShadow({ ...case_, approved: pair(7, 40, 0.1), since: pair(8, 20, -1.5) });
  assertEquals([few.statistics.drawdownBand, failed(few)], [null, ["harm"]]);
  const slow = judgeShadow({ ...case_, since: pair(8, 20, -1.5), stepDays: 10 });
  assert(slow.statistics.evidenceOfHarm! < harmful.statistics.evidenceOfHarm!);
});

Deno.test("judgeChampion() enlarges after sixty sessions, rolls back on harm or a fault, else keeps", () => {
  const approved = pair(9, 500, 0.1);
  const half = { sizeFactor: 0.5, hasPredecessor: true, fault: null, stepDays: 1, seed: 1 };
  const at = (sessions: number, ahead: number, rest: object = {}) =>
    judgeChampion({
      ...{ approved, ...half, sessions, since: pair(10, sessions, ahead) },
      ...rest,
    });
  assertEquals([at(59, 0.1).outcome, at(59, 0.1).sizeFactor], ["keep", null]);
  assertEquals([at(60, 0.1).outcome, at(60, 0.1).sizeFactor], ["enlarge", 1]);
  assertEquals(at(90, 0.1, { sizeFactor: 1 }).outcome, "keep");
  assertEquals(at(60, -1).outcome, "roll back");
  assertEquals(at(60, -1, { hasPredecessor: false }).outcome, "alarm");
  assertEquals(failed(at(5, 0, { fault: "parity failed" })), ["integrity"]);
  assertEquals(at(5, 0, { fault: "parity failed" }).outcome, "roll back");
});

Deno.test("a recipe that turns harmful after it was forced through is rolled back within 60 sessions", () => {
  const sessions = Array.from(
    { length: 3 },
    (_, history) => sessionsToRollBack(WORLD, 8, createRandom(mixSeed(history, 4))),
  );
  // The campaign is in bench/results.
  assert(sessions.filter((found) => found !== null && found <= 60).length >= 2, String(sessions));
});

Deno.test("null histories: chance promotes a recipe in no more than alpha of them", () => {
  const histories = 200;
  let promoted = 0;
  for (let history = 0; history < histories; history++) {
    const played = playHistory({ ...WORLD, nights: 50 }, createRandom(mixSeed(history, 9)));
    if (played.promotions.length > 0) promoted++;
  }
  // Binomial, 99.9 %: 21 of 200 at 5 %; 20,000 histories of 250 nights are in bench/results.
  assert(promoted >= 1 && promoted <= 21, `${promoted} of ${histories}`);
});

Deno.test("power: the evidence finds at least 80 % of what a fixed sample would, and serves it", () => {
  let fixed = 0, evidence = 0, promoted = 0;
  for (let history = 0; history < 100; history++) {
    const tried = tryRecipe(WORLD, 1, 2, createRandom(mixSeed(history, 2)));
    if (tried.fixedSample) fixed++;
    if (tried.evidence) evidence++;
    if (tried.promoted) promoted++;
  }
  assert(fixed > 50 && evidence >= 0.8 * fixed, `${evidence} of ${fixed}`);
  assert(promoted >= 0.8 * evidence, `${promoted} of ${evidence}`);
});
