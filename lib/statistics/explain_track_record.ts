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

/** Above this probability of overfitting a way to choose is rejected (learning-spec §6.4). */
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
  const interval = judgement.bootstrapInterval ?? judgement.interval;
  const ratio = `An annual Sharpe ratio of ${decimal(sharpe)} in ${decimal(years)} years`;
  if (interval === null) {
    return [conclusion("warn", `${ratio} is too short a record for an interval.`, sharpe)];
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
  const needed = minimumTrackRecordYears.value;
  const remedy = needed === null || needed <= years
    ? ""
    : ` At this size it would take ${decimal(needed)} years to tell.`;
  return [
    conclusion("bad", `${ratio} cannot be told from zero: ${range}.${remedy}`, sharpe),
  ];
}

function aboutTrials(judgement: TrackRecordJudgement): Conclusion[] {
  const { trialCount, effectiveTrials, luckySharpe, deflatedSharpe, years } = judgement;
  if (deflatedSharpe.value === null) {
    const text = trialCount < 2
      ? "No other trial is on record: if settings were tried elsewhere, the figures flatter."
      : `What luck among ${trialCount} trials would show is unknown: ${deflatedSharpe.reason}.`;
    return [conclusion("note", text, trialCount)];
  }
  const worth = Math.round(effectiveTrials.value!);
  const chosen =
    `It was chosen from ${trialCount} trials (worth about ${worth} independent ones), ` +
    `of which the best would show ${decimal(luckySharpe.value!)} by luck alone`;
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

function aboutOverfitting({ overfitting }: TrackRecordJudgement): Conclusion[] {
  if (overfitting === null) return [];
  const { probability, lossProbability } = overfitting;
  const facts =
    `in ${percent(probability)} of the ways to halve the data the best of one half is ` +
    `no better than the median of the other, and in ${percent(lossProbability)} it loses there`;
  return [
    probability > OVERFITTING_LIMIT
      ? conclusion("bad", `Choosing the best trial overfits: ${facts}.`, probability)
      : conclusion("good", `Choosing the best trial carries over: ${facts}.`, probability),
  ];
}

function aboutSuperiority({ superiority }: TrackRecordJudgement): Conclusion[] {
  if (superiority === null) return [];
  const { consistent } = superiority;
  const p = `p = ${consistent.toFixed(3)}, Hansen's test`;
  return [
    consistent <= LEVEL
      ? conclusion(
        "good",
        `The best trial earns more than luck among all of them (${p}).`,
        consistent,
      )
      : conclusion(
        "warn",
        `No trial earns more than the best of them would by luck (${p}).`,
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
