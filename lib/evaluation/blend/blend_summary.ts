import type { BlendPartRow, BlendSummary } from "../../records/mod.ts";
import type { ConfidenceCalibration } from "../../blend/mod.ts";
import { attributeProfit } from "./contributions.ts";
import type { Evaluation } from "../evaluate.ts";
import type { RunConditions } from "../../engine/mod.ts";
import type { BlendRecording } from "./record_blend.ts";

/** Points of the chart of weights. */
const WEIGHT_POINTS = 300;
/** Trades whose decisions are shown. */
const SHOWN_DECISIONS = 20;

/** What a panel says of one part beside what was seen. */
export interface BlendSummaryPart {
  /** Name without version. */
  readonly source: string;
  /** Name as the report shows it. */
  readonly name: string;
  /** Whether rows unlike its training rows are known. */
  readonly hasNoveltyFilter: boolean;
  /** What its confidence was fitted on; null where there were too few rows. */
  readonly calibration: Pick<ConfidenceCalibration, "rows" | "baseRate"> | null;
}

/** Everything that a panel is made of. */
export interface BlendSummaryParts {
  readonly parts: readonly BlendSummaryPart[];
  readonly conditions: RunConditions;
  readonly evaluation: Evaluation;
  /** Net profit of each part alone, dollars. */
  readonly aloneUsd: readonly number[];
  readonly seen: BlendRecording;
  /** Where the parts' confidence comes from, in words. */
  readonly confidence: string;
}

/** Lays out what each part gave to a run. */
export function blendSummary(request: BlendSummaryParts): BlendSummary {
  const { conditions, evaluation, parts, seen } = request;
  const earned = attributeProfit(seen.contributions, parts.length, evaluation.result);
  const rows = parts.map((_, index) => partRow(request, index, earned[index]!));
  return {
    name: evaluation.result.strategy,
    summary: summary(evaluation, rows),
    confidence: request.confidence,
    parts: rows,
    unclaimedUsd: cents(earned[parts.length]!),
    weights: weightSeries(request),
    limits: shares(seen.limits, seen.bars).map(([rule, share]) => ({ rule, share })),
    decisions: sampleDecisions(conditions, evaluation, seen),
  };
}

function partRow(
  { aloneUsd, parts, seen }: BlendSummaryParts,
  index: number,
  netUsd: number,
): BlendPartRow {
  const { calibration, hasNoveltyFilter, name } = parts[index]!;
  const { weights } = seen.contributions;
  let weight = 0;
  for (let at = index; at < weights.length; at += parts.length) weight += weights[at]!;
  const row = {
    name,
    netUsd: cents(netUsd),
    aloneUsd: cents(aloneUsd[index]!),
    meanWeight: weight / Math.max(1, seen.bars),
    spokeShare: seen.spoke[index]! / Math.max(1, seen.bars),
    vetoes: shares(seen.vetoes[index]!, seen.bars).map(([reason, share]) => ({ reason, share })),
    confidence: calibration === null
      ? null
      : { rows: calibration.rows, baseRate: calibration.baseRate },
  };
  return { ...row, text: partText(row, hasNoveltyFilter) };
}

/** A part's role as a sentence. */
function partText(row: Omit<BlendPartRow, "text">, hasNoveltyFilter: boolean): string {
  const { aloneUsd, confidence, meanWeight, name, netUsd, spokeShare, vetoes } = row;
  const left = vetoes.map(({ reason, share }) =>
    `left out on ${percent(share)} of bars (${reason})`
  );
  const view = spokeShare === 0
    ? "never had confidence in a position"
    : `had confidence in a position on ${percent(spokeShare)} of bars, with a mean weight of ${
      meanWeight.toFixed(2)
    },`;
  const gave = spokeShare === 0
    ? ""
    : ` and ${netUsd < 0 ? "cost" : "earned"} the blend ${usd(Math.abs(netUsd))}`;
  const sure = confidence === null
    ? "its confidence could not be known"
    : `of ${confidence.rows.toLocaleString("en")} earlier positions ${
      percent(confidence.baseRate)
    } beat flat`;
  const noveltyFilter = hasNoveltyFilter
    ? []
    : ["the data do not hold its training rows, so it has no noveltyFilter"];
  return `${name} ${view}${gave}; alone it made ${usd(aloneUsd)}; ${
    [sure, ...left, ...noveltyFilter].join("; ")
  }.`;
}

function summary({ netUsd, result }: Evaluation, rows: readonly BlendPartRow[]): string {
  const trades = result.trades.length;
  if (trades === 0) {
    return "The blend stayed flat: at no bar were its parts sure enough of a position, after costs, " +
      "to take one.";
  }
  const best = rows.toSorted((a, b) => b.netUsd - a.netUsd)[0]!;
  const worst = rows.toSorted((a, b) => a.netUsd - b.netUsd)[0]!;
  const alone = rows.filter((row) => row.aloneUsd > netUsd);
  return [
    `The blend made ${usd(netUsd)} after costs in ${trades.toLocaleString("en")} trades.`,
    best.netUsd > 0
      ? `${best.name} gave the most of it, ${usd(best.netUsd)}.`
      : "No part gave it a profit.",
    ...(worst.netUsd < 0 ? [`${worst.name} cost it ${usd(-worst.netUsd)}.`] : []),
    alone.length === 0
      ? "No part alone made more."
      : `${alone.map(({ name }) => name).join(", ")} alone made more, with more or less risk: ` +
        "compare the Sharpe ratios and drawdowns above.",
  ].join(" ");
}

function weightSeries({ conditions, parts, seen }: BlendSummaryParts): BlendSummary["weights"] {
  const { from, to, weights } = seen.contributions;
  const rows = to - from, count = parts.length;
  const points = Math.min(WEIGHT_POINTS, rows);
  const border = (point: number): number => Math.floor(point * rows / points);
  const time = Array.from({ length: points }, (_, p) => conditions.bars.time[from + border(p)]!);
  const meanOf = (part: number, point: number): number => {
    let sum = 0;
    const begin = border(point), end = border(point + 1);
    for (let row = begin; row < end; row++) sum += weights[row * count + part]!;
    return sum / (end - begin);
  };
  const values = parts.map((_, part) =>
    Array.from({ length: points }, (_, point) => meanOf(part, point))
  );
  const flat = time.map((_, point) =>
    Math.max(0, 1 - values.reduce((sum, value) => sum + value[point]!, 0))
  );
  return {
    time,
    shares: [
      ...parts.map(({ source }, part) => ({ name: source, value: values[part]! })),
      { name: "flat", value: flat },
    ],
  };
}

/** Trades spread evenly over the run, with the decision that opened each. */
function sampleDecisions(
  { bars }: RunConditions,
  { result }: Evaluation,
  { sentences }: BlendRecording,
): BlendSummary["decisions"] {
  const told = result.trades.filter(({ entryBar }) => sentences.has(entryBar - 1));
  const step = Math.max(1, told.length / SHOWN_DECISIONS);
  return Array.from(
    { length: Math.min(SHOWN_DECISIONS, told.length) },
    (_, index) => told[Math.floor(index * step)]!,
  ).map(({ entryBar, netMicros }) => ({
    time: bars.time[entryBar - 1]! + bars.intervalMs,
    text: sentences.get(entryBar - 1)!,
    netUsd: netMicros / 1e6,
  }));
}

function shares(counts: ReadonlyMap<string, number>, bars: number): [string, number][] {
  return [...counts].map(([key, count]): [string, number] => [key, count / Math.max(1, bars)])
    .sort((a, b) => b[1] - a[1]);
}

/** Sums of shares of cents need no more digits than money has. */
function cents(value: number): number {
  return Math.round(value * 100) / 100;
}

function usd(value: number): string {
  const text = Math.abs(value).toLocaleString("en", { maximumFractionDigits: 0 });
  return `${value < 0 && text !== "0" ? "-" : ""}$${text}`;
}

function percent(value: number): string {
  return `${(100 * value).toFixed(value > 0 && value < 0.01 ? 2 : 1)} %`;
}
