import { LABEL_KINDS, type LabelSpec } from "../../labels/labels.ts";
import { categorical, float, int } from "../../core/distribution.ts";
import { EDGE } from "./edge_threshold.ts";
import type { Params, Suggester } from "../../core/suggester.ts";
import type { Target } from "./target.ts";
import type { TrainingSettings } from "./training_settings.ts";

/** Bars over which barriers measure volatility, where the base has none. */
const VOLATILITY_SPAN = 60;

/** What parameters are that the kind of labels one starts from does not have. */
const ABSENT = { upperBarrier: 4, lowerBarrier: 4, tValue: 2 } as const;

/** What a row is to predict: the kind of label, how far it looks ahead, and its own parameters. */
export const LABELS_TARGET: Target<TrainingSettings> = {
  summary: "the kind of label, its horizon, barriers or trend, and the edge to trade from",
  grid: { labels: LABEL_KINDS, horizonBars: [5, 10, 20, 40], edge: [0.5, 1, 2] },
  defaults: (base) => ({ ...labelDefaults(base.labels), edge: base.edgeThreshold }),
  async choose(suggester, base) {
    const labels = await chooseLabels(suggester);
    const { edge } = await suggester.suggest({ edge: EDGE });
    return { ...base, labels, edgeThreshold: edge };
  },
};

function labelDefaults(labels: LabelSpec): Params {
  const horizonBars = labels.kind === "trend-scan" ? labels.maxBars : labels.horizonBars;
  const shared = { ...ABSENT, labels: labels.kind, horizonBars };
  switch (labels.kind) {
    case "fixed-horizon":
      return shared;
    case "triple-barrier":
      return { ...shared, upperBarrier: labels.upper, lowerBarrier: labels.lower };
    case "trend-scan":
      return { ...shared, tValue: labels.tValue };
  }
}

/** The kind decides which other parameters there are. */
async function chooseLabels(suggester: Suggester): Promise<LabelSpec> {
  const { labels: kind, horizonBars } = await suggester.suggest({
    labels: categorical(LABEL_KINDS),
    horizonBars: int(2, 240, { log: true }),
  });
  switch (kind) {
    case "fixed-horizon":
      return { kind, horizonBars };
    case "triple-barrier": {
      const { upperBarrier, lowerBarrier } = await suggester.suggest({
        upperBarrier: float(0.5, 16, { log: true }),
        lowerBarrier: float(0.5, 16, { log: true }),
      });
      const barriers = { upper: upperBarrier, lower: lowerBarrier };
      return { kind, ...barriers, horizonBars, volatilitySpan: VOLATILITY_SPAN };
    }
    case "trend-scan": {
      const { tValue } = await suggester.suggest({ tValue: float(0, 6) });
      return {
        kind,
        minBars: Math.max(2, Math.ceil(horizonBars / 4)),
        maxBars: horizonBars,
        tValue,
      };
    }
  }
}
