import { InputError, ownValue, type TaskControl } from "../../core/mod.ts";
import type { Trial } from "../../tuning/mod.ts";
import { deflatedSharpe, estimateSharpe, standardDeviation } from "../../statistics/mod.ts";
import type { OpenedData } from "../../data/mod.ts";
import { checkWinner, type Contender, scoreParams } from "./check.ts";
import { failuresOf } from "./failures.ts";
import { compareOnHoldout } from "./holdout.ts";
import type { TuneContext } from "./objective.ts";
import { evidenceInWords, type TuneEvidence } from "./summary_text.ts";

/** The winner beside the defaults, and what that is worth. */
export interface Examination extends Omit<TuneEvidence, "best"> {
  /** The verdict first. */
  readonly words: readonly string[];
}

/** Scores the winner again, then looks at the held-out bars, which nothing before this has read. */
export async function examine(
  context: TuneContext,
  opened: OpenedData,
  best: Contender,
  trials: readonly Trial[],
  control: TaskControl,
): Promise<Examination> {
  const signal = control.signal ?? new AbortController().signal;
  const defaults = await scoredDefaults(context, trials, signal);
  // Held-out bars prove less each time they are opened: not for what is not worth it.
  const isPromising = best.value > 0 && best.trial !== defaults?.trial;
  const hasHoldout = opened.bars.length - context.data.opened.bars.length >= 2;
  const evidence = {
    best,
    defaults,
    failures: failuresOf(trials),
    check: best.value > 0
      ? await checkWinner(context, best, defaults, { ...control, signal })
      : null,
    holdout: isPromising && hasHoldout
      ? await compareOnHoldout(context, opened, best, signal)
      : null,
    ...await competition(context, best),
  };
  const { best: _, ...shown } = evidence;
  return { ...shown, words: evidenceInWords(evidence) };
}

/**
 * The first trial has the defaults, unless it was lost or a grid was searched.
 *
 * @returns null where the data cannot bear them
 */
async function scoredDefaults(
  context: TuneContext,
  trials: readonly Trial[],
  signal: AbortSignal,
): Promise<Contender | null> {
  const params = context.tuning.defaults;
  const names = Object.keys(context.tuning.space);
  const trial = trials.find((candidate) =>
    candidate.state === "COMPLETE" &&
    names.every((name) => ownValue(candidate.params, name) === params[name])
  );
  if (trial !== undefined) return { trial: trial.number, params, value: trial.values![0]! };
  try {
    const value = await scoreParams(context, { trial: null, params, seed: context.seed }, signal);
    return { trial: null, params, value };
  } catch (error) {
    if (error instanceof InputError) return null;
    throw error;
  }
}

/** How many have competed on these bars in all studies, and whether the best is more than that. */
async function competition(
  { ledger, data, study }: TuneContext,
  best: Contender,
): Promise<Pick<TuneEvidence, "competitors" | "knownCompetitors" | "deflatedSharpe">> {
  const entries = await ledger.entries({ dataSha256: data.sha256, kind: "search" });
  // A trial that was retried, or did nothing else than another, is no second chance.
  const distinct = [...new Map(entries.map((entry) => [entry.returnsSha256, entry])).values()];
  const own = entries.find((entry) => entry.study === study && entry.trial === best.trial);
  const estimate = own === undefined ? null : estimateSharpe(own.returns);
  const ratios = distinct.filter(({ state }) => state === "COMPLETE")
    .flatMap(({ returns }) => estimateSharpe(returns)?.sharpe ?? []);
  const counts = { competitors: distinct.length, knownCompetitors: ratios.length };
  if (estimate === null || ratios.length < 2) return { ...counts, deflatedSharpe: null };
  const variance = standardDeviation(Float64Array.from(ratios)) ** 2;
  const probability = deflatedSharpe(estimate, distinct.length, variance);
  return { ...counts, deflatedSharpe: Number.isFinite(probability) ? probability : null };
}
