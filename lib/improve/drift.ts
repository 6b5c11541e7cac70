import type { OpenedData } from "../data/mod.ts";
import type { FeatureFrame } from "../features/mod.ts";
import { createLabels, parseLabelSpec } from "../labels/mod.ts";
import { rowAt } from "../market/mod.ts";
import { type DriftFinding, isPolicy } from "../records/mod.ts";
import {
  adaptiveWindow,
  calibrationDrift,
  type DatedReturns,
  pageHinkley,
  populationStability,
  standardDeviation,
  varies,
} from "../statistics/mod.ts";
import type { BlendModel, ReadySystem } from "../system/mod.ts";
import { threeDigits } from "./conditions.ts";

/** Probability of an alarm without drift, over all columns of one model. */
const LEVEL = 0.01;
/**
 * Population stability that a column has to lose beyond what chance takes: with enough rows any two
 * stretches of a market differ, and prices on a grid of ticks do by their level alone.
 */
const LEAST_INDEX = 0.1;
/** Fewest outcomes that say anything about probabilities. */
const FEWEST_OUTCOMES = 30;
/** In standard deviations of a day. A false alarm ever is about exp(-2 · tolerance · threshold). */
const PAGE_HINKLEY = { tolerance: 0.15, threshold: 15 } as const;
/** Of the classes down, flat, up. */
const UP = 2;

/** What was found, and since when results are others. */
export interface FoundDrift {
  /** All looks. */
  readonly findings: readonly DriftFinding[];
  /** Trade day from which on results are poorer, days since 1970-01-01; null where they are not. */
  readonly poorerSince: number | null;
}

/**
 * Looks whether the world is still what a system was made for: are features distributed as in its
 * training, do probabilities come true, has the mean of its daily results fallen.
 *
 * @param run its days that it has not seen; null for none
 */
export function detectDrift(
  { models, system }: ReadySystem,
  opened: OpenedData,
  run: DatedReturns | null,
): FoundDrift {
  const unseen = rowAt(opened.bars, Date.parse(system.lastBarSeen) + 1);
  const frames = new Map<string, DriftFinding[]>();
  for (const { model, signals } of models) {
    // Parts that read the same features drift together.
    const key = JSON.stringify(signals.frame.columns);
    if (frames.has(key)) continue;
    const trained = rowAt(opened.bars, Date.parse(model.manifest.data.lastTime) + 1);
    frames.set(key, featureDrift(signals.frame, signals.firstRow, trained, unseen));
  }
  const results = run === null ? null : resultDrift(run);
  return {
    findings: [
      ...[...frames.values()].flat(),
      ...models.flatMap((model) => probabilityDrift(model, opened, unseen)),
      ...results?.findings ?? [],
    ],
    poorerSince: results?.poorerSince ?? null,
  };
}

function featureDrift(
  { columns, rows, values }: FeatureFrame,
  firstRow: number,
  trained: number,
  unseen: number,
): DriftFinding[] {
  const level = 1 - (1 - LEVEL) ** (1 / columns.length);
  return columns.flatMap((subject, column) => {
    const between = (from: number, to: number): Float64Array =>
      Float64Array.from(
        { length: Math.max(0, to - from) },
        (_, row) => values[(from + row) * columns.length + column]!,
      ).filter(Number.isFinite);
    const found = populationStability(between(firstRow, trained), between(unseen, rows));
    if (found === null) return [];
    const { bins, currentSize, index, pValue, referenceSize } = found;
    const byChance = (bins - 1) * (1 / referenceSize + 1 / currentSize);
    return [{
      detector: "population stability",
      subject,
      statistic: index,
      pValue,
      alarm: pValue < level && index - byChance >= LEAST_INDEX,
      text: `index ${threeDigits(index)} over ${bins} bins, worth ${
        Math.round(currentSize)
      } independent bars: probability ${threeDigits(pValue)} without drift`,
    }];
  });
}

/**
 * Whether what a classifier calls a rise has begun to be one less often than it says, on labels that
 * lie apart. No fit is calibrated to the last digit, and one that never was has not drifted: what
 * counts is that its loss, less what its own probabilities expect of it, has risen among bars that it
 * has not seen.
 */
function probabilityDrift(
  { model, signals }: BlendModel,
  { bars }: OpenedData,
  unseen: number,
): DriftFinding[] {
  const { manifest, name } = model;
  if (isPolicy(manifest)) return [];
  const labels = createLabels(
    bars,
    parseLabelSpec(manifest.labelSpec),
    manifest.training.costTicks,
  );
  const said: number[] = [], came: number[] = [];
  for (let row = unseen; row < bars.length; row += labels.horizonBars) {
    const probability = signals.probabilities[3 * row + UP]!;
    if (labels.classes[row]! < 0 || !Number.isFinite(probability)) continue;
    said.push(probability);
    came.push(labels.classes[row] === UP ? 1 : 0);
  }
  if (said.length < FEWEST_OUTCOMES) return [];
  const found = calibrationDrift(Float64Array.from(said), Float64Array.from(came));
  const excess = Float64Array.from(said, (p, i) => (came[i]! - p) ** 2 - p * (1 - p));
  if (found === null || !varies(excess)) return [];
  const spread = standardDeviation(excess);
  const rise = adaptiveWindow(excess.map((value) => value / spread))
    .findLast(({ after, before }) => after > before);
  return [{
    detector: "calibration",
    subject: name,
    statistic: found.score,
    pValue: null,
    alarm: rise !== undefined,
    text: `Brier score ${threeDigits(found.brier)} where its probabilities expect ${
      threeDigits(found.expectedBrier)
    }, over ${said.length} labels apart (${
      threeDigits(found.pValue)
    } if they were right to the last digit): ${
      rise === undefined
        ? "no worse than it began"
        : `worse by ${threeDigits(rise.after - rise.before)} deviations since label ${
          rise.since + 1
        }`
    }`,
  }];
}

function resultDrift({ periods, returns }: DatedReturns): FoundDrift {
  if (!varies(returns)) return { findings: [], poorerSince: null };
  const spread = standardDeviation(returns);
  const scaled = returns.map((value) => value / spread);
  const subject = "daily results";
  const fall = adaptiveWindow(scaled).findLast(({ after, before }) => after < before);
  const alarm = pageHinkley(scaled.map((value) => -value), PAGE_HINKLEY);
  const findings: DriftFinding[] = [
    {
      detector: "adaptive window",
      subject,
      statistic: fall === undefined ? 0 : fall.after - fall.before,
      pValue: null,
      alarm: fall !== undefined,
      text: fall === undefined
        ? `no fall of the mean in ${returns.length} days`
        : `the mean fell by ${threeDigits(fall.before - fall.after)} deviations, seen on day ${
          fall.foundAt + 1
        } of ${returns.length}`,
    },
    {
      detector: "Page-Hinkley",
      subject,
      statistic: alarm === null ? 0 : alarm + 1,
      pValue: null,
      alarm: alarm !== null,
      text: alarm === null
        ? `no alarm in ${returns.length} days`
        : `alarm on day ${alarm + 1} of ${returns.length}`,
    },
  ];
  // Either of them: newer weights soon leave few days before the change, on which the window is blind.
  const hasFallen = fall !== undefined || alarm !== null;
  return { findings, poorerSince: hasFallen ? periods[clearestFall(returns)]! : null };
}

/** First row after the split whose means lie furthest apart, the later one lower. */
function clearestFall(values: Float64Array): number {
  const total = values.reduce((sum, value) => sum + value, 0);
  let before = 0, clearest = 0, since = 0;
  values.forEach((value, row) => {
    if (row > 0) {
      const rest = values.length - row;
      const fall = (before / row - (total - before) / rest) * Math.sqrt(row * rest);
      if (fall > clearest) [clearest, since] = [fall, row];
    }
    before += value;
  });
  return since;
}
