import { assert, assertEquals } from "../../../tests/assert.ts";
import type { HoldoutComparison } from "./holdout.ts";
import { evidenceInWords, type TuneEvidence } from "./summary_text.ts";

const CHECK = {
  freshSeeds: { winner: [1.8], defaults: [0.9], winnerMean: 1.8, defaultsMean: 0.9 },
  neighbours: { values: [1.9, 1.7], median: 1.8, loss: 0.1, fragile: false },
};

function holdout(confidence: number, sharpe: number | null = 1.5, looks = 1): HoldoutComparison {
  return {
    from: "2024-01-01T00:00:00.000Z",
    to: "2024-06-01T00:00:00.000Z",
    periods: 100,
    winner: {
      ...{ sharpe: { value: sharpe }, interval: null, undecided: null, trades: 40, netUsd: 900 },
    },
    defaults: {
      ...{ sharpe: { value: 0.4 }, interval: [-2, 2.8], undecided: null, trades: 50, netUsd: 200 },
    },
    paired: {
      ...{ difference: 1.1, interval: [-0.2, 2.4], confidence, samples: 2_000 },
      ...{ undefinedSamples: 0, undecided: null },
    },
    looks,
  };
}

function words(changes: Partial<TuneEvidence>): readonly string[] {
  return evidenceInWords({
    best: { trial: 7, params: {}, value: 2 },
    defaults: { trial: 0, params: {}, value: 1 },
    check: CHECK,
    holdout: holdout(0.97),
    competitors: 20,
    knownCompetitors: 20,
    failures: { ended: 20, failed: 0, reasons: [] },
    deflatedSharpe: 0.8,
    ...changes,
  });
}

Deno.test("evidenceInWords() says how sure it is that the best is better", () => {
  const says = (part: string, changes: Partial<TuneEvidence>) => {
    const [verdict] = words(changes);
    assert(verdict!.includes(part), `expected "${part}" in: ${verdict}`);
  };
  says("beats the defaults, with 97 % confidence", {});
  says("beats the defaults, with 99.9 % confidence", { holdout: holdout(1) });
  says("only with 70 % confidence", { holdout: holdout(0.7) });
  says("is not ahead of the defaults (with 30 % confidence): keep them", { holdout: holdout(0.3) });
  says("earns nothing", { holdout: holdout(0.99, -0.1) });
  says("earns nothing", { holdout: holdout(0.99, null) });
  says("do not trade any of this", {
    best: { trial: 7, params: {}, value: 0 },
    check: null,
    holdout: null,
  });
  says("keep them", { best: { trial: 0, params: {}, value: 1 }, holdout: null });
  says("not looked at", { holdout: null });
  const fragile = { ...CHECK, neighbours: { ...CHECK.neighbours, loss: 0.6, fragile: true } };
  says("speaks of luck", { check: fragile });
});

Deno.test("evidenceInWords() says how many trials failed and why, and that the defaults did", () => {
  const failures = {
    ended: 40,
    failed: 12,
    reasons: [
      { reason: "too few rows", count: 7 },
      { reason: "one class", count: 3 },
      { reason: "no number", count: 1 },
      { reason: "interrupted", count: 1 },
    ],
  };
  const all = words({ failures, defaults: null }).join("\n");
  assert(
    all.includes(
      "12 of 40 trials failed: 7 × too few rows; 3 × one class; 1 × no number; 1 × something else",
    ),
    all,
  );
  assert(all.includes("the best scored 2.00, the defaults could not be fitted"), all);
  assert(all.startsWith("The defaults cannot be fitted on these bars"), all);
  const worthless = { ...holdout(0.5, -1), defaults: null, paired: null };
  assert(words({ defaults: null, holdout: worthless })[0]!.includes("earns nothing"));
  assertEquals(words({}).some((line) => line.includes("failed")), false);
});

Deno.test("evidenceInWords() counts trials and looks", () => {
  const lines = words({ holdout: holdout(0.97, 1.5, 3) });
  assert(lines.some((line) => line.includes("look 3")), lines.join("\n"));
  assert(lines.some((line) => line.includes("20 different trials") && line.includes("80 %")));
  assertEquals(words({}).some((line) => line.includes("look ")), false);
  assert(words({ deflatedSharpe: null }).at(-1)!.endsWith("20"));
});

Deno.test("evidenceInWords() says no more than the returns on record show", () => {
  const lines = words({ competitors: 500, knownCompetitors: 3 });
  assert(
    lines.at(-1)!.includes("of so many, if all differ as the 3 of known Sharpe ratio do,"),
    lines.at(-1),
  );
  const unseen = holdout(0.99);
  const undecided = "only 2 of 100 periods have the second ahead";
  const [verdict] = words({ holdout: { ...unseen, paired: { ...unseen.paired!, undecided } } });
  assertEquals(
    verdict,
    `On unseen bars the best and the defaults cannot be told apart: ${undecided}.`,
  );
  const note = "a year's figure from 20 periods";
  const short = words({
    holdout: {
      ...unseen,
      winner: {
        ...unseen.winner,
        ...{ sharpe: { value: 1.5, note }, interval: [0, 9], undecided: "only 1 lost money" },
      },
    },
  });
  const about = (part: string) => short.some((line) => line.includes(part));
  assert(about("1.50* (95 % interval 0.00 … 9.00) in 40 round trips") && about(`* ${note}`));
  assert(about("above zero cannot be known: only 1 lost money"));
});
