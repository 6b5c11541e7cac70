import {
  expandFeatures,
  FEATURE_GROUPS,
  type FeatureEntry,
  type FeatureGroup,
  FEATURES,
  type FeatureSpec,
} from "../../features/mod.ts";
import { categorical, float } from "../../core/mod.ts";
import { EDGE } from "./edge_threshold.ts";
import type { Target } from "./target.ts";
import type { TrainingSettings } from "./training_settings.ts";

/** The returns always stay: something has to. */
const OPTIONAL_GROUPS = FEATURE_GROUPS.filter((group) => group !== "return");

/** A name for each group, as a parameter. */
const PARAMETER_OF = Object.fromEntries(OPTIONAL_GROUPS.map((group) => [group, `with-${group}`]));

const SWITCH = categorical([true, false]);

/** What a row holds: which groups of features, and by how much all their lengths are stretched. */
export const FEATURES_TARGET: Target<TrainingSettings> = {
  summary: "which groups of features there are and how long they look back, and the edge",
  grid: { stretch: [0.5, 1, 2, 4], edge: [0.5, 1, 2] },
  defaults: (base) => ({
    ...Object.fromEntries(switchesOf(base).map((name) => [name, true])),
    stretch: 1,
    edge: base.edgeThreshold,
  }),
  async choose(suggester, base) {
    const switches = await suggester.suggest(
      Object.fromEntries(switchesOf(base).map((name) => [name, SWITCH])),
    );
    const { stretch, edge } = await suggester.suggest({
      stretch: float(0.25, 8, { log: true }),
      edge: EDGE,
    });
    const kept = base.features.features.filter((entry) => {
      const parameter = PARAMETER_OF[groupOf(entry)];
      return parameter === undefined || switches[parameter] !== false;
    });
    return { ...base, edgeThreshold: edge, features: stretched({ features: kept }, stretch) };
  },
};

/** One for each group that the base has, if something is left without it. */
function switchesOf({ features }: TrainingSettings): string[] {
  const groups = new Set(features.features.map(groupOf));
  if (!groups.has("return")) return [];
  return OPTIONAL_GROUPS.filter((group) => groups.has(group)).map((group) => PARAMETER_OF[group]!);
}

function groupOf({ feature }: FeatureEntry): FeatureGroup {
  return FEATURES.find(({ name }) => name === feature)!.group;
}

/** Lengths times the factor, rounded; one of 1 stays, and so do lags. */
function stretched(spec: FeatureSpec, factor: number): FeatureSpec {
  const seen = new Set<string>();
  const features = spec.features.flatMap((entry) => {
    const columns = expandFeatures({ features: [entry] });
    return columns.flatMap(({ definition, periods, lag }) => {
      const longer = periods.map((length) =>
        length === 1 ? 1 : Math.max(definition.minimumPeriod, 2, Math.round(length * factor))
      );
      const isOrdered = !definition.isAscending || longer[0]! < longer[1]!;
      const fitting = isOrdered ? longer : periods;
      const key = [entry.feature, ...fitting, lag].join();
      // Two short lengths may become the same.
      if (seen.has(key)) return [];
      seen.add(key);
      const lengths = fitting.length === 0 ? {} : { periods: [fitting] };
      return [{ feature: entry.feature, ...lengths, ...(lag === 0 ? {} : { lags: [lag] }) }];
    });
  });
  return { features };
}
