import type { Change } from "../change_set.ts";
import { type OracleValues, registerFeature } from "./feature_scaffold.ts";
import { fillTemplate, newFile, partName, type ScaffoldRequest } from "./scaffold.ts";
import indicator from "./templates/indicator.template" with { type: "text" };
import feature from "./templates/indicator_feature.template" with { type: "text" };
import featureTest from "./templates/indicator_feature_test.template" with { type: "text" };
import indicatorTest from "./templates/indicator_test.template" with { type: "text" };

/** Made with pandas 3.1.1 on the bars of the oracle's test; w = numpy.arange(1, 21). */
const DISTANCE_TO_WEIGHTED_MEAN: OracleValues = {
  early: -0.0002908124200443648,
  late: -0.000278960014139024,
  formula: "(C - C.rolling(20).apply(lambda s: (s * w).sum() / w.sum())) / C",
};

/**
 * An indicator, which takes one value after another, and the feature that reads it, with tests and
 * registration. It starts as the average with linearly rising weights.
 */
export function indicatorScaffold({ name }: ScaffoldRequest): readonly Change[] {
  const part = partName(name);
  const path = `lib/features/indicators/${part.snake}`;
  return [
    newFile(`${path}.ts`, fillTemplate(indicator, part)),
    newFile(`${path}_test.ts`, fillTemplate(indicatorTest, part)),
    newFile(`${path}_feature.ts`, fillTemplate(feature, part)),
    newFile(`${path}_feature_test.ts`, fillTemplate(featureTest, part)),
    ...registerFeature(part, DISTANCE_TO_WEIGHTED_MEAN),
  ];
}
