import { assert, assertEquals } from "../../tests/assert.ts";
import type { HeldBack } from "./finding_facts.ts";
import { createFindings, createVerdict, type FindingFacts } from "./findings.ts";

/** A result without anything to complain about. */
const GOOD: FindingFacts = {
  strategy: "forest",
  outOfSample: true,
  days: 400,
  tradesNetUsd: Array.from({ length: 100 }, (_, i) => i % 2 === 0 ? 120 : -20),
  netUsd: 5_000,
  costsUsd: 500,
  sharpe: 2,
  sharpeInterval: [0.5, 3.5],
  baselines: [{ name: "flat", netUsd: 0 }],
  vetoes: { margin: 0 },
  ruined: false,
  validation: {
    accuracy: 0.55,
    baseRateAccuracy: 0.5,
    informationCoefficient: 0.1,
    shrinkage: 0.6,
  },
  dataWarnings: [],
  marginCloses: 0,
  halvesNetUsd: [2_600, 2_400],
  deepestFallUsd: 900,
  bestDayUsd: 400,
  likest: { name: "buy and hold", correlation: 0.4 },
  neighbours: {
    setting: "edge threshold",
    value: 1,
    others: [{ value: 0.8, netUsd: 4_600 }, { value: 1.25, netUsd: 4_100 }],
  },
  staleBars: { count: 20, bars: 10_000, longest: 3 },
  missedSessionCloses: 0,
  offTickShare: 0,
};

/** A change of the good result, and the finding that it must cause. */
const CASES: readonly (readonly [string, Partial<FindingFacts>, string, RegExp])[] = [
  ["a test in sample", { outOfSample: false }, "bad", /overlaps the training data/],
  ["ruin", { ruined: true }, "bad", /ran out of equity/],
  ["refused entries", { vetoes: { margin: 7 } }, "warn", /7 entries were refused by the margin/],
  ["no evidence", { sharpeInterval: [-1, 5] }, "warn", /zero .* about 900 days would be needed/],
  ["proven loss", { sharpe: -2, sharpeInterval: [-3, -1] }, "bad", /is below zero/],
  [
    "too few losing days",
    { sharpeInterval: [0, 5], undecided: "only 1 of 40 days lost money" },
    "warn",
    /cannot be told from zero: only 1 of 40 days lost money \(95 %/,
  ],
  [
    "a loss beside a ratio above zero",
    { netUsd: -40, meanReturn: 0.0001, sharpe: 0.1, sharpeInterval: [-1, 1.2] },
    "note",
    /lost \$40 although its Sharpe ratio is above zero: .* plain mean of 0.010 % a day/,
  ],
  ["no Sharpe ratio", { sharpe: null, sharpeInterval: null }, "warn", /undefined/],
  ["few days", { days: 9 }, "warn", /only 9 trading days/],
  ["few trades", { tradesNetUsd: [3_000, 2_000] }, "warn", /Only 2 round trips/],
  [
    "one lucky trade",
    { tradesNetUsd: [4_000, 1_000] },
    "warn",
    /One trade makes 80 % of the profit/,
  ],
  [
    "costs that eat it",
    { netUsd: -100, costsUsd: 900 },
    "bad",
    /Costs eat the result: \$800 gross/,
  ],
  ["a loss before costs", { netUsd: -900, costsUsd: 500 }, "bad", /loses even before costs/],
  ["costs alone", { netUsd: -500, costsUsd: 500 }, "bad", /Costs eat the result: \$0 gross/],
  ["no costs", { costsUsd: 0 }, "warn", /No costs are assumed/],
  ["a better rule", { baselines: [{ name: "flat", netUsd: 6_000 }] }, "bad", /flat \(\$6,000\)/],
  ["no trade", { tradesNetUsd: [], netUsd: 0 }, "note", /made no trade/],
  ["a breach of margin", { marginCloses: 3 }, "bad", /closed by force 3 times/],
  [
    "a cliff beside it",
    { neighbours: { setting: "edge threshold", value: 1, others: [{ value: 0.8, netUsd: -300 }] } },
    "bad",
    /edge threshold at 0.8 instead of 1 it makes -\$300 and not \$5,000/,
  ],
  [
    "a slope beside it",
    { neighbours: { setting: "edge threshold", value: 1, others: [{ value: 0.8, netUsd: 900 }] } },
    "warn",
    /stands at a cliff/,
  ],
  ["a profit of one half", { halvesNetUsd: [6_000, -1_000] }, "warn", /in the older half/],
  ["one lucky day", { bestDayUsd: 3_000 }, "warn", /One day makes 60 % of the profit/],
  ["a fall deeper than the profit", { deepestFallUsd: 7_000 }, "warn", /fell by \$7,000/],
  [
    "a model that is a rule in disguise",
    { likest: { name: "buy and hold", correlation: 0.97 } },
    "warn",
    /what buy and hold does: .* at 0.97/,
  ],
  [
    "the opposite of a rule",
    { likest: { name: "momentum", correlation: -0.95 } },
    "warn",
    /the opposite of momentum/,
  ],
  [
    "stale prices",
    { staleBars: { count: 300, bars: 10_000, longest: 4 } },
    "warn",
    /Prices are stale: 3.0 % of the bars/,
  ],
  [
    "a feed that stood still",
    { staleBars: { count: 12, bars: 10_000, longest: 12 } },
    "warn",
    /up to 12 in a row/,
  ],
  ["sessions without an end", { missedSessionCloses: 2 }, "warn", /a session late 2 time/],
  ["prices off the grid", { offTickShare: 0.8 }, "note", /80 % of the prices lie off/],
  ["bad data", { dataWarnings: [{ text: "7 jumps", count: 7 }] }, "note", /7 jumps/],
];

for (const [name, change, severity, says] of CASES) {
  Deno.test(`createFindings() reports ${name}`, () => {
    const found = createFindings({ ...GOOD, ...change }).find(({ text }) => says.test(text));
    assertEquals(found?.severity, severity);
    assert(!createFindings(GOOD).some(({ text }) => says.test(text)));
  });
}

Deno.test("createFindings() says nothing bad of a good result", () => {
  const findings = createFindings(GOOD).filter(({ severity }) => severity !== "note");
  assertEquals(findings.map(({ severity }) => severity), ["good", "good"]);
});

Deno.test("createFindings() gives each finding its number", () => {
  for (const [name, change, severity, says] of CASES) {
    const found = createFindings({ ...GOOD, ...change }).find(({ text }) => says.test(text));
    const isUnmeasured = ["a test in sample", "no Sharpe ratio"].includes(name);
    assertEquals(typeof found?.value, isUnmeasured ? "object" : "number", `${name}: ${severity}`);
  }
});

Deno.test("createFindings() measures a loss by no share of its profit", () => {
  const loss = { netUsd: -4_000, costsUsd: 9_000, bestDayUsd: 900, deepestFallUsd: 5_000 };
  const texts = createFindings({ ...GOOD, ...loss }).map(({ text }) => text).join(" ");
  assert(!/One trade|One day|half|fell by|cliff/.test(texts), texts);
});

Deno.test("createFindings() puts the worst first", () => {
  const order = ["bad", "warn", "note", "good"];
  const ranks = createFindings({ ...GOOD, ruined: true, days: 9 })
    .map(({ severity }) => order.indexOf(severity));
  assertEquals(ranks, ranks.toSorted());
});

Deno.test("createVerdict() claims no more than the interval allows", () => {
  assert(createVerdict(GOOD).includes("lies above zero"));
  assert(createVerdict({ ...GOOD, sharpeInterval: [-0.1, 4] }).includes("luck"));
  assert(createVerdict({ ...GOOD, netUsd: -1 }).includes("lost money"));
  assert(createVerdict({ ...GOOD, outOfSample: false }).includes("Not evidence"));
  assert(createVerdict({ ...GOOD, tradesNetUsd: [] }).includes("stayed out"));
  assert(createVerdict(GOOD).startsWith("The model made"));
  assert(createVerdict({ ...GOOD, isBlend: true }).startsWith("The blend made"));
  const beaten = { ...GOOD, baselines: [{ name: "hold", netUsd: 9_000 }] };
  assert(createVerdict(beaten).includes("a simpler rule made more"));
});

Deno.test("createVerdict() names what kept it out of the market", () => {
  const out = { ...GOOD, tradesNetUsd: [], netUsd: 0 };
  const says = (facts: Partial<FindingFacts>): string => createVerdict({ ...out, ...facts });
  assert(says({}).endsWith("it saw no edge larger than the cost of trading."));
  const disproved = { ...GOOD.validation!, shrinkage: 0 };
  assert(says({ validation: disproved }).endsWith("its predictions did not come true."));
  const causes: readonly (readonly [HeldBack, RegExp])[] = [
    [{ by: "warm-up", bars: 300 }, /still warming up in all of the 400 days/],
    [{ by: "sizing", bars: 12 }, /at 12 bars, and each was sized to less than one lot/],
    [{ by: "risk", bars: 3, rule: "the daily loss limit" }, /the daily loss limit refused them/],
    [{ by: "max-lots", bars: 1_200 }, /at 1,200 bars, and the largest position allowed is none/],
    [{ by: "margin", bars: 7 }, /at 7 bars, and the account could not back one lot/],
  ];
  for (const [heldBack, expected] of causes) {
    assert(expected.test(says({ heldBack, validation: disproved })), heldBack.by);
    const silence = createFindings({ ...out, heldBack }).find(({ text }) => /no trade/.test(text));
    assert(expected.test(silence!.text), silence!.text);
  }
});

Deno.test("createVerdict() and findings name the days that leave a gain undecided", () => {
  const undecided = "only 2 of 90 days lost money";
  const facts = { ...GOOD, sharpeInterval: [0, 9], undecided } as const;
  assert(createVerdict(facts).includes(`cannot be told from luck: ${undecided}`));
  const texts = createFindings(facts).map(({ text }) => text);
  assertEquals(texts.filter((text) => /days would be needed|is above zero/.test(text)), []);
});
