import type { Contender, TuneCheck } from "./check.ts";
import { failuresInWords, type TuneFailures } from "./failures.ts";
import type { HoldoutComparison, HoldoutResult } from "./holdout.ts";

/** All that is known about the winner. */
export interface TuneEvidence {
  readonly best: Contender;
  /** Null where the data cannot bear them. */
  readonly defaults: Contender | null;
  /** Trials without a value. */
  readonly failures: TuneFailures;
  /** Null when the best earns nothing. */
  readonly check: TuneCheck | null;
  /** Null when the best earns nothing or is the defaults, or no bars are held out. */
  readonly holdout: HoldoutComparison | null;
  /** Trials that competed, those of other studies on the same bars included. */
  readonly competitors: number;
  /** Those of them whose Sharpe ratio is known: the spread of these says what luck shows. */
  readonly knownCompetitors: number;
  /** Probability that the best is above what the best of so many would show by luck. */
  readonly deflatedSharpe: number | null;
}

/** What the search is worth, in words; the first line is the verdict. */
export function evidenceInWords(evidence: TuneEvidence): readonly string[] {
  const { best, defaults, holdout, competitors, knownCompetitors, deflatedSharpe } = evidence;
  const known = knownCompetitors < competitors
    ? ` of so many, if all differ as the ${knownCompetitors} of known Sharpe ratio do,`
    : " of so many";
  const failed = failuresInWords(evidence.failures);
  return [
    verdict(evidence),
    `on the folds the best scored ${figure(best.value)}, the defaults ${
      defaults === null ? "could not be fitted" : figure(defaults.value)
    } (mean net Sharpe ratio less one standard error)`,
    ...(failed === null ? [] : [failed]),
    ...(evidence.check === null ? [] : checkWords(evidence.check)),
    ...(holdout === null ? [] : holdoutWords(holdout)),
    deflatedSharpe === null
      ? `different trials that competed on these bars: ${competitors}`
      : `${competitors} different trials competed on these bars; that the best is more than the ` +
        `luck${known} has a probability of ${percent(deflatedSharpe)} (deflated Sharpe ratio)`,
  ];
}

function verdict({ best, defaults, holdout, check }: TuneEvidence): string {
  if (best.value <= 0) {
    return "Nothing found earns more than its costs and its error: do not trade any of this.";
  }
  if (best.trial === defaults?.trial) {
    return "Nothing found is better than the defaults: keep them.";
  }
  const fragile = check?.neighbours.fragile === true
    ? " Settings a tenth away lose much of it, which speaks of luck."
    : "";
  if (defaults === null || holdout?.defaults === null) {
    return holdout === null || (holdout.winner.sharpe.value ?? 0) > 0
      ? `The defaults cannot be fitted on these bars: the best is compared with nothing.${fragile}`
      : "On unseen bars the best earns nothing: do not trade it.";
  }
  const confidence = holdout?.paired?.confidence;
  if (confidence === undefined) {
    return `The best is ahead on the folds; bars to test it on were not looked at.${fragile}`;
  }
  const sure = `with ${percent(confidence)} confidence`;
  const undecided = holdout?.paired?.undecided ?? null;
  if ((holdout?.winner.sharpe.value ?? 0) <= 0) {
    return `On unseen bars the best earns nothing (it beats the defaults ${sure}): do not trade it.`;
  }
  if (undecided !== null) {
    return `On unseen bars the best and the defaults cannot be told apart: ${undecided}.${fragile}`;
  }
  if (confidence >= 0.95) return `On unseen bars the best beats the defaults, ${sure}.${fragile}`;
  if (confidence > 0.5) {
    return `On unseen bars the best is ahead of the defaults, but only ${sure}: ` +
      `it cannot be told from chance.${fragile}`;
  }
  return `On unseen bars the best is not ahead of the defaults (${sure}): keep them.${fragile}`;
}

function checkWords({ freshSeeds, neighbours }: TuneCheck): string[] {
  const { winnerMean, defaultsMean } = freshSeeds;
  return [
    `with fresh seeds the best scores ${figure(winnerMean)}` +
    (defaultsMean === null ? "" : `, the defaults ${figure(defaultsMean)}`),
    ...(neighbours.median === null ? [] : [
      `settings a tenth away score ${figure(neighbours.median)}` +
      (neighbours.loss === null || neighbours.loss <= 0
        ? ""
        : `, ${percent(neighbours.loss)} less than the best`),
    ]),
  ];
}

function holdoutWords({ paired, winner, defaults, periods, looks }: HoldoutComparison): string[] {
  const lines = [
    `on ${periods} unseen periods the best has a net Sharpe ratio of ${
      ratioWords(winner)
    } in ${winner.trades} round trips` +
    (defaults === null ? "" : `, the defaults ${ratioWords(defaults)} in ${defaults.trades}`),
    ...(winner.undecided === null ? [] : [
      `whether the ratio of the best is above zero cannot be known: ${winner.undecided}`,
    ]),
    ...(winner.sharpe.note === undefined ? [] : [`* ${winner.sharpe.note}`]),
  ];
  if (paired !== null) {
    const [low, high] = paired.interval;
    lines.push(
      `difference ${figure(paired.difference)}, 95 % interval ${figure(low)} … ${figure(high)}`,
    );
  }
  if (looks > 1) {
    lines.push(`this was look ${looks} at these unseen bars: each one makes them prove less`);
  }
  return lines;
}

/** The ratio with its interval, marked where it carries a note. */
function ratioWords({ interval, sharpe: { note, value } }: HoldoutResult): string {
  const range = interval === null
    ? ""
    : ` (95 % interval ${figure(interval[0])} … ${figure(interval[1])})`;
  return `${figure(value)}${note === undefined ? "" : "*"}${range}`;
}

function figure(value: number | null): string {
  return value === null ? "n/a" : value.toFixed(2);
}

function percent(share: number): string {
  const shown = Math.min(99.9, 100 * share);
  return `${shown.toFixed(shown > 99 ? 1 : 0)} %`;
}
