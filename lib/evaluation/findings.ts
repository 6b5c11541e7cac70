import type { FindingFacts } from "./finding_facts.ts";
import { dollars, finding, heldBackText, percent } from "./finding_text.ts";
import { robustnessFindings } from "./robustness_findings.ts";
import type { Finding, FindingSeverity } from "../records/mod.ts";

export type { FindingFacts };

/** Fewer trades than this say little about a strategy. */
const FEW_TRADES = 30;
/** Fewer days than this say little about a Sharpe ratio. */
const FEW_DAYS = 60;
/** A single trade above this share of the profit makes the result an accident. */
const ONE_TRADE_SHARE = 0.5;

/**
 * Says in words what a careful reader would ask about a result, the worst first.
 *
 * @example
 * ```ts
 * import { createFindings } from "./findings.ts";
 * import { assert } from "../../tests/assert.ts";
 *
 * const findings = createFindings({
 *   strategy: "forest", outOfSample: true, days: 8, tradesNetUsd: [500, -20], netUsd: 480,
 *   costsUsd: 12, sharpe: 3, sharpeInterval: [-5, 11], baselines: [], vetoes: {}, ruined: false, dataWarnings: [],
 * });
 * assert(findings.some((finding) => finding.text.includes("cannot be told from zero")));
 * ```
 */
export function createFindings(facts: FindingFacts): readonly Finding[] {
  const findings = facts.tradesNetUsd.length === 0
    ? [...integrity(facts), ...silence(facts), ...data(facts)]
    : [
      ...integrity(facts),
      ...evidence(facts),
      ...sample(facts),
      ...concentration(facts),
      ...costs(facts),
      ...comparison(facts),
      ...robustnessFindings(facts),
      ...validation(facts),
      ...proof(facts),
      ...data(facts),
    ];
  const order: readonly FindingSeverity[] = ["bad", "warn", "note", "good"];
  return findings.toSorted((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity));
}

/** One honest sentence over the findings. */
export function createVerdict(facts: FindingFacts): string {
  if (!facts.outOfSample) {
    return "Not evidence: the test overlaps the data the model was trained on.";
  }
  if (facts.policy?.isFollowed === false) {
    return "The policy stands aside: before the test it had not earned more than staying flat.";
  }
  const who = facts.policy !== undefined ? "The policy" : facts.isBlend ? "The blend" : "The model";
  if (facts.tradesNetUsd.length === 0) {
    return `${who} stayed out: ${whyOut(facts)}.`;
  }
  const interval = facts.sharpeInterval;
  if (facts.netUsd <= 0) return `${who} lost money out of sample after costs.`;
  if (facts.undecided != null) {
    return `${who} made money in this test, but the result cannot be told from luck: ${facts.undecided}.`;
  }
  if (interval === null || interval[0] <= 0) {
    return `${who} made money in this test, but the result cannot be told from luck.`;
  }
  const beaten = facts.baselines.filter((baseline) => baseline.netUsd < facts.netUsd).length;
  return beaten === facts.baselines.length
    ? `${who} made money out of sample after costs, more than every baseline, and the 95 % interval ` +
      "of its Sharpe ratio lies above zero."
    : `${who} made money out of sample after costs, but a simpler rule made more.`;
}

/** What held it back comes before what it thought: it was never asked, or was not let. */
function whyOut({ days, heldBack, validation }: FindingFacts): string {
  if (heldBack !== undefined) return heldBackText(heldBack, days);
  return validation?.shrinkage === 0
    ? "in validation its predictions did not come true"
    : "it saw no edge larger than the cost of trading";
}

function integrity(facts: FindingFacts): Finding[] {
  const findings: Finding[] = [];
  if (!facts.outOfSample) {
    findings.push(
      finding("bad", "The test overlaps the training data: these figures flatter.", null),
    );
  }
  if (facts.ruined) {
    findings.push(finding("bad", "The account ran out of equity and was closed.", facts.netUsd));
  } else if (facts.marginCloses !== undefined && facts.marginCloses > 0) {
    const times = facts.marginCloses === 1 ? "once" : `${facts.marginCloses} times`;
    findings.push(
      finding(
        "bad",
        `Margin was breached: positions were closed by force ${times}.`,
        facts.marginCloses,
      ),
    );
  }
  for (const [rule, count] of Object.entries(facts.vetoes)) {
    if (count > 0) {
      findings.push(
        finding("warn", `${count} entries were refused by the ${rule} rule.`, count),
      );
    }
  }
  return findings;
}

function silence(facts: FindingFacts): Finding[] {
  return [
    finding(
      "note",
      `${facts.strategy} made no trade in ${facts.days.toLocaleString("en")} days${
        facts.heldBack === undefined ? "" : `: ${whyOut(facts)}`
      }.`,
      0,
    ),
    ...validation(facts),
    ...proof(facts),
  ];
}

function evidence(facts: FindingFacts): Finding[] {
  const { sharpe, sharpeInterval: interval } = facts;
  if (sharpe === null || interval === null) {
    return [finding("warn", "The Sharpe ratio is undefined for this sample.", null)];
  }
  return [sharpeFinding(facts, sharpe, interval), ...oppositeSigns(facts, sharpe)];
}

/** The ratio averages days, money compounds: large swings can lose what the average gains. */
function oppositeSigns({ meanReturn, netUsd }: FindingFacts, sharpe: number): Finding[] {
  if (netUsd >= 0 || sharpe <= 0) return [];
  const mean = meanReturn == null ? "" : ` of ${(100 * meanReturn).toFixed(3)} % a day`;
  return [
    finding(
      "note",
      `It lost ${dollars(-netUsd)} although its Sharpe ratio is above zero: the ratio takes ` +
        `the plain mean${mean}, while equity compounds, so that a fall weighs more than a rise of ` +
        "the same share.",
      sharpe,
    ),
  ];
}

function sharpeFinding(
  { days, undecided }: FindingFacts,
  sharpe: number,
  interval: readonly [number, number],
): Finding {
  const [low, high] = interval;
  const range = `95 % interval ${low.toFixed(2)} to ${high.toFixed(2)}, ${
    days.toLocaleString("en")
  } days`;
  if (low > 0) {
    return finding("good", `Sharpe ratio ${sharpe.toFixed(2)} is above zero (${range}).`, sharpe);
  }
  if (high < 0) {
    return finding("bad", `Sharpe ratio ${sharpe.toFixed(2)} is below zero (${range}).`, sharpe);
  }
  if (undecided != null) {
    const text = `Sharpe ratio ${
      sharpe.toFixed(2)
    } cannot be told from zero: ${undecided} (${range}).`;
    return finding("warn", text, sharpe);
  }
  const needed = days * ((sharpe - low) / sharpe) ** 2;
  const remedy = sharpe > 0
    ? ` At this ratio about ${Math.ceil(needed).toLocaleString("en")} days would be needed.`
    : "";
  return finding(
    "warn",
    `Sharpe ratio ${sharpe.toFixed(2)} cannot be told from zero (${range}).${remedy}`,
    sharpe,
  );
}

function sample(facts: FindingFacts): Finding[] {
  const findings: Finding[] = [];
  const trades = facts.tradesNetUsd.length;
  if (facts.days < FEW_DAYS) {
    findings.push(
      finding("warn", `The test covers only ${facts.days} trading days.`, facts.days),
    );
  }
  if (trades < FEW_TRADES) {
    const text = trades === 1
      ? "Only one round trip was made."
      : `Only ${trades} round trips were made.`;
    findings.push(finding("warn", text, trades));
  }
  return findings;
}

function concentration(facts: FindingFacts): Finding[] {
  const best = Math.max(...facts.tradesNetUsd);
  const share = best / facts.netUsd;
  if (facts.netUsd <= 0 || share <= ONE_TRADE_SHARE) return [];
  return [
    finding("warn", `One trade makes ${percent(share)} of the profit.`, share),
  ];
}

function costs(facts: FindingFacts): Finding[] {
  const gross = facts.netUsd + facts.costsUsd;
  if (gross < 0) {
    return [
      finding("bad", `It loses even before costs: ${dollars(gross)} gross.`, gross),
    ];
  }
  if (facts.costsUsd === 0) return [finding("warn", "No costs are assumed.", 0)];
  const share = facts.costsUsd / gross;
  if (facts.netUsd <= 0) {
    return [
      finding(
        "bad",
        `Costs eat the result: ${dollars(gross)} gross, ${dollars(facts.costsUsd)} costs.`,
        share,
      ),
    ];
  }
  return [
    finding(
      share > 0.5 ? "warn" : "note",
      `Costs take ${percent(share)} of the gross profit of ${dollars(gross)}; ` +
        `it would break even at ${(1 / share).toFixed(1)} times the assumed costs.`,
      share,
    ),
  ];
}

function comparison(facts: FindingFacts): Finding[] {
  const better = facts.baselines.filter((baseline) => baseline.netUsd >= facts.netUsd);
  if (facts.baselines.length === 0) return [];
  if (better.length === 0) {
    const proven = facts.sharpeInterval !== null && facts.sharpeInterval[0] > 0;
    const text = "It made more than every baseline in the same period.";
    return [finding(proven ? "good" : "note", text, facts.netUsd)];
  }
  const names = better.map((baseline) => `${baseline.name} (${dollars(baseline.netUsd)})`);
  return [
    finding(
      "bad",
      `${names.join(", ")} did at least as well as its ${dollars(facts.netUsd)}.`,
      facts.netUsd,
    ),
  ];
}

function validation(facts: FindingFacts): Finding[] {
  const { validation: scores } = facts;
  if (scores === undefined) return [];
  const findings: Finding[] = [];
  if (scores.shrinkage === 0) {
    findings.push(
      finding(
        "note",
        "In validation its predicted edges did not come true, so none of them is believed.",
        0,
      ),
    );
  }
  if (scores.accuracy !== null && scores.baseRateAccuracy !== null) {
    const gain = scores.accuracy - scores.baseRateAccuracy;
    findings.push(
      gain > 0
        ? finding(
          "note",
          `In validation it was right ${percent(scores.accuracy)} of the time, ` +
            `${(100 * gain).toFixed(1)} points above always naming the commonest class.`,
          gain,
        )
        : finding(
          "warn",
          `In validation it was right no more often than always naming the commonest class ` +
            `(${percent(scores.accuracy)} against ${percent(scores.baseRateAccuracy)}).`,
          gain,
        ),
    );
  }
  return findings;
}

function proof({ policy }: FindingFacts): Finding[] {
  if (policy === undefined) return [];
  const where = `On the ${policy.rows.toLocaleString("en")} rows kept back for proof`;
  if (policy.t === null) {
    return [finding("note", `${where} the policy never left flat, so it is not followed.`, null)];
  }
  const size = policy.t.toFixed(2);
  return [
    policy.isFollowed
      ? finding(
        "note",
        `${where} the policy earned more than staying flat (t = ${size}).`,
        policy.t,
      )
      : finding(
        "note",
        `${where} the policy did not earn more than staying flat at one-sided 5 % (t = ${size}), ` +
          "so it is not followed.",
        policy.t,
      ),
  ];
}

function data(facts: FindingFacts): Finding[] {
  return facts.dataWarnings.map(({ text, count }) => finding("note", text, count));
}
