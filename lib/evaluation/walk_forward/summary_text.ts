import { explainTrackRecord, type TrackRecordJudgement } from "../../statistics/mod.ts";
import type { TextSection } from "../../records/mod.ts";
import type { StrategyRun } from "../comparison.ts";
import type { HeldBack } from "../finding_facts.ts";
import { heldBackText } from "../finding_text.ts";
import type { OpenedData } from "../../data/mod.ts";
import type { PairedComparison } from "../rl/compare_in_pairs.ts";
import type { RefittedWindow } from "./refit.ts";

/** What conclusions are drawn from. */
export interface Findings {
  readonly leader: StrategyRun;
  /** Rules that need no model. */
  readonly baselines: readonly StrategyRun[];
  /** Of the leader and of everything that was tried. */
  readonly judgement: TrackRecordJudgement;
  /** The leader against each other, paired day by day. */
  readonly comparisons: readonly PairedComparison[];
  /** What kept the leader from the trades that it wanted; null where nothing did. */
  readonly held: HeldBack | null;
  /** Whether what did not prove itself was followed too. */
  readonly unproven: boolean;
}

/** What was found, most important first, in words. */
export function conclusions(findings: Findings): string[] {
  const { baselines, comparisons, held, judgement, leader, unproven } = findings;
  const { netUsd, result, returns } = leader.evaluation;
  const name = result.strategy;
  if (result.trades.length === 0) {
    const why = held === null
      ? "nothing that was refitted was sure enough to beat its costs"
      : heldBackText(held, returns.length);
    return [
      `The ${name} took no position in ${returns.length.toLocaleString("en")} days: ${why}. ` +
      "It lost nothing, and nothing speaks for it.",
      `Different trials on this market in the ledger, those of this run among them: ${judgement.trialCount}.`,
      ...unprovenTexts(unproven),
    ];
  }
  return [
    `Over ${
      returns.length.toLocaleString("en")
    } days that no model of its time had seen, the ${name} ${netUsd < 0 ? "lost" : "made"} ${
      usd(Math.abs(netUsd))
    } after costs in ${result.trades.length.toLocaleString("en")} trades.`,
    ...explainTrackRecord(judgement).map(({ text }) => text),
    ...pairedTexts(name, comparisons),
    baselineText(leader, baselines),
    ...unprovenTexts(unproven),
    decision(judgement),
  ];
}

function pairedTexts(name: string, comparisons: readonly PairedComparison[]): string[] {
  const known = comparisons.flatMap(({ name: other, paired }) =>
    paired === null || !Number.isFinite(paired.difference) ? [] : [{ other, ...paired }]
  );
  const better = known.filter(({ interval }) => interval[0] > 0).map(({ other }) => other);
  const worse = known.filter(({ interval }) => interval[1] < 0).map(({ other }) => other);
  if (known.length === 0) return [];
  if (better.length + worse.length === 0) {
    return [`Paired day by day, the ${name} cannot be told apart from any rival.`];
  }
  return [
    ...(better.length === 0 ? [] : [`It is better than ${better.join(", ")}, paired day by day.`]),
    ...(worse.length === 0 ? [] : [`It is worse than ${worse.join(", ")}, paired day by day.`]),
  ];
}

function baselineText(
  { evaluation: own }: StrategyRun,
  baselines: readonly StrategyRun[],
): string {
  const [best] = baselines.map(({ evaluation }) => evaluation).sort((a, b) => b.netUsd - a.netUsd);
  const { metrics, netUsd, result } = best!;
  const { note, value = null } = metrics["sharpe"] ?? {};
  const mind = note === undefined ? "" : `, ${note}`;
  const made = `${usd(netUsd)}, Sharpe ratio ${figure(value)}${mind}`;
  return netUsd > own.netUsd
    ? `A rule that needs no model made more: ${result.strategy} (${made}).`
    : `It made more than every rule that needs no model; the best of them is ${result.strategy} ` +
      `(${made}).`;
}

function unprovenTexts(unproven: boolean): string[] {
  return unproven
    ? [
      "Models whose edge could not be told from nothing in training, and policies that must stand " +
      "aside, were followed here all the same: this shows what they would have done, and is no " +
      "reason to follow them.",
    ]
    : [];
}

function decision(judgement: TrackRecordJudgement): string {
  const { deflatedSharpe, interval, knownTrials, trialCount, undecided } = judgement;
  const low = interval?.[0] ?? -Infinity;
  const areMostKnown = knownTrials > trialCount / 2;
  if (low > 0 && areMostKnown && (deflatedSharpe.value ?? 0) > 0.95) {
    return "This is evidence worth a paper account. It is not a promise.";
  }
  if (undecided !== null) {
    return "Whether it earns more than staying flat cannot be known from such days: gather more " +
      "before money follows.";
  }
  return low > 0
    ? "After counting what was tried, this may still be luck: gather more days before money follows."
    : "There is no evidence here that it earns more than staying flat: do not trade it.";
}

/** The windows as a block of the report. */
export function windowSection(
  windows: readonly RefittedWindow[],
  { bars }: OpenedData,
  leader: StrategyRun,
  scoredFrom: number,
): TextSection {
  const day = (row: number): string => new Date(bars.time[row]!).toISOString().slice(0, 10);
  const { equityMicros, from, initialMicros } = leader.evaluation.result;
  const equity = (row: number): number =>
    row <= from ? initialMicros : equityMicros[row - 1 - from]!;
  return {
    title: "Window by window",
    text:
      "Everything is fitted again in each window, on its training rows alone; between them and " +
      "its test lie rows that nothing reads. Net is that of the strategy that leads this page.",
    table: {
      columns: ["window", "trained from", "to", "bars", "tested from", "to", "bars", "net USD"],
      rows: windows.map(({ window: { test, train } }, index) => [
        String(index + 1),
        day(train.from),
        day(train.to - 1),
        train.to - train.from,
        day(test.from),
        day(test.to - 1),
        test.to - test.from,
        test.from < scoredFrom
          ? "teaches confidence"
          : Math.round((equity(test.to) - equity(test.from)) / 1e6),
      ]),
    },
  };
}

/** What was found, as a block of the report. */
export function conclusionSection(words: readonly string[]): TextSection {
  return { title: "Conclusions", text: words.join(" ") };
}

function usd(value: number): string {
  return `$${value.toLocaleString("en", { maximumFractionDigits: 0 })}`;
}

function figure(value: number | null): string {
  return value === null ? "n/a" : value.toFixed(2);
}
