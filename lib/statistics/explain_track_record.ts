import type { TrackRecordJudgement } from "./track_record.ts";

/** One conclusion; a finding of a report. */
export interface Conclusion {
  /** How bad it is. */
  readonly severity: "bad" | "warn" | "note" | "good";
  /** The sentence. */
  readonly text: string;
  /** The number that it rests on; null where it is not defined. */
  readonly value: number | null;
}

/**
 * Above this probability of overfitting a way to choose is rejected
 * (docs/methods.md#probability-of-backtest-overfitting).
 */
export const OVERFITTING_LIMIT = 0.2;

/** Level of the decisions. */
const LEVEL = 0.05;

/** Says in plain words what a track record proves, each conclusion with its numbers. */
export function explainTrackRecord(judgement: TrackRecordJudgement): readonly Conclusion[] {
  if (judgement.sharpe.value === null) {
    return [conclusion("note", `The record says nothing: ${judgement.sharpe.reason}.`, null)];
  }
  return [
    ...aboutLength(judgement, judgement.sharpe.value),
    ...aboutTrials(judgement),
    ...aboutOverfitting(judgement),
    ...aboutSuperiority(judgement),
  ];
}

function aboutLength(judgement: TrackRecordJudgement, sharpe: number): Conclusion[] {
  const { years, minimumTrackRecordYears, probabilisticSharpe } = judgement;
  const { interval, undecided } = judgement;
  const ratio = `An annual Sharpe ratio of ${decimal(sharpe)} in ${decimal(years)} years`;
  if (interval === null) {
    return [conclusion("warn", `${ratio} has no interval: ${judgement.reasons.interval}.`, sharpe)];
  }
  const range = `its 95 % interval is ${decimal(interval[0])} … ${decimal(interval[1])}`;
  if (interval[0] > 0) {
    const sure = probabilisticSharpe.value === null
      ? ""
      : `; probability ${percent(probabilisticSharpe.value)}`;
    const text = `${ratio} is above zero (${range}${sure}), before counting trials.`;
    return [conclusion("good", text, probabilisticSharpe.value)];
  }
  if (interval[1] < 0) return [conclusion("bad", `${ratio} is below zero: ${range}.`, sharpe)];
  if (undecided !== null) {
    const text = `${ratio} cannot be told from zero: ${undecided} (${range}).`;
    return [conclusion("bad", text, sharpe)];
  }
  const needed = minimumTrackRecordYears.value;
  const remedy = needed === null || needed <= years
    ? ""
    : ` At this size it would take ${decimal(needed)} years to tell.`;
  return [
    conclusion("bad", `${ratio} cannot be told from zero: ${range}.${remedy}`, sharpe),
  ];
}

function aboutTrials(judgement: TrackRecordJudgement): Conclusion[] {
  const { trialCount, knownTrials, effectiveTrials, luckySharpe, deflatedSharpe, years } =
    judgement;
  if (deflatedSharpe.value === null) {
    const text = trialCount < 2
      ? "No other trial is on record: if settings were tried elsewhere, the figures flatter."
      : `What luck among ${trialCount} trials would show is unknown: ${deflatedSharpe.reason}.`;
    return [conclusion("note", text, trialCount)];
  }
  const worth = Math.round(effectiveTrials.value!);
  const lucky = `the best would show ${decimal(luckySharpe.value!)} by luck alone`;
  const chosen = knownTrials < trialCount
    ? `It was chosen from ${trialCount} trials, of which the Sharpe ratio is known of ` +
      `${knownTrials}; if all differ as these do (worth about ${worth} independent ones), ${lucky}`
    : `It was chosen from ${trialCount} trials (worth about ${worth} independent ones), of which ` +
      lucky;
  const sure = `the probability of being above that is ${percent(deflatedSharpe.value)}`;
  const conclusions = [
    deflatedSharpe.value > 1 - LEVEL
      ? conclusion("good", `${chosen}; ${sure}.`, deflatedSharpe.value)
      : conclusion("warn", `${chosen}; ${sure}, less than 95 %.`, deflatedSharpe.value),
  ];
  const needed = judgement.minimumBacktestYears.value;
  if (needed !== null && needed > years) {
    const text = `On less than ${decimal(needed)} years of data the best of so many worthless ` +
      `trials is expected to reach this Sharpe ratio; there are ${decimal(years)}.`;
    conclusions.push(conclusion("warn", text, needed));
  }
  return conclusions;
}

function aboutOverfitting(judgement: TrackRecordJudgement): Conclusion[] {
  const { overfitting } = judgement;
  if (overfitting === null) return [];
  const { value: probability, reason } = overfitting.probability;
  const choosing = `Choosing the best ${amongCompared(judgement)}`;
  if (probability === null) {
    return [conclusion("note", `${choosing} cannot be judged: ${reason}.`, null)];
  }
  const facts =
    `in ${percent(probability)} of the ways to halve the data the best of one half is ` +
    `no better than the median of the other, and in ${
      percent(overfitting.lossProbability.value!)
    } it loses there`;
  return [
    probability > OVERFITTING_LIMIT
      ? conclusion("bad", `${choosing} overfits: ${facts}.`, probability)
      : conclusion("good", `${choosing} carries over: ${facts}.`, probability),
  ];
}

/** No wider than the trials whose returns are compared. */
function amongCompared({ comparedTrials, trialCount }: TrackRecordJudgement): string {
  return comparedTrials < trialCount
    ? `of the ${comparedTrials} trials with returns in these periods`
    : "trial";
}

function aboutSuperiority(judgement: TrackRecordJudgement): Conclusion[] {
  const { superiority, comparedTrials, trialCount } = judgement;
  if (superiority === null) return [];
  const others = trialCount - comparedTrials;
  const unknown = others > 0
    ? ` Of the ${others.toLocaleString("en")} other${others === 1 ? "" : "s"} it knows nothing.`
    : "";
  const { consistent } = superiority;
  const none = others > 0 ? `None ${amongCompared(judgement)}` : "No trial";
  const p = `p = ${consistent.toFixed(3)}, Hansen's test`;
  return [
    consistent <= LEVEL
      ? conclusion(
        "good",
        `The best ${
          amongCompared(judgement)
        } earns more than luck among all of them (${p}).${unknown}`,
        consistent,
      )
      : conclusion(
        "warn",
        `${none} earns more than the best of them would by luck (${p}).${unknown}`,
        consistent,
      ),
  ];
}

function conclusion(
  severity: Conclusion["severity"],
  text: string,
  value: number | null,
): Conclusion {
  return { severity, text, value };
}

function decimal(value: number): string {
  return value.toFixed(Math.abs(value) < 10 ? 2 : 0);
}

function percent(share: number): string {
  return `${(100 * share).toFixed(share > 0.99 || share < 0.01 ? 1 : 0)} %`;
}
