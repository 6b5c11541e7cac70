import { categorical, int } from "../../core/mod.ts";
import { type LabelKind, labelKindOf } from "../../labels/mod.ts";
import { EDGE } from "./edge_threshold.ts";
import type { Target } from "./target.ts";
import type { TrainingSettings } from "./training_settings.ts";

/** What a row is to predict: the kind of label, how far it looks ahead, and its own parameters. */
export function labelsTarget(kinds: readonly LabelKind[]): Target<TrainingSettings> {
  const names = kinds.map(({ kind }) => kind);
  // What parameters are that the kind of labels one starts from does not have.
  const absent = Object.assign(
    {},
    ...kinds.map(({ defaults, search }) => search.defaults(defaults)),
  );
  return {
    summary: "the kind of label, its horizon, barriers or trend, and the edge to trade from",
    grid: { labels: names, horizonBars: [5, 10, 20, 40], edge: [0.5, 1, 2] },
    defaults({ edgeThreshold, labels }) {
      const kind = labelKindOf(labels.kind, kinds);
      return {
        ...absent,
        labels: kind.kind,
        horizonBars: kind.horizonOf(labels),
        ...kind.search.defaults(labels),
        edge: edgeThreshold,
      };
    },
    async choose(suggester, base) {
      const { labels: name, horizonBars } = await suggester.suggest({
        labels: categorical(names),
        horizonBars: int(2, 240, { log: true }),
      });
      const labels = await labelKindOf(name, kinds).search.choose(suggester, horizonBars);
      const { edge } = await suggester.suggest({ edge: EDGE });
      return { ...base, labels, edgeThreshold: edge };
    },
  };
}
