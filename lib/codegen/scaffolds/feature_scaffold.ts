import type { Change } from "../change_set.ts";
import {
  fillTemplate,
  newFile,
  type PartName,
  partName,
  type ScaffoldRequest,
} from "./scaffold.ts";
import feature from "./templates/feature.template" with { type: "text" };
import featureTest from "./templates/feature_test.template" with { type: "text" };

const FOLDER = "lib/features/indicators";
const ORACLE_TEST = `${FOLDER}/features_oracle_test.ts`;

/** What pandas gives for a scaffolded feature of 20 bars at the two rows of the oracle's test. */
export interface OracleValues {
  /** At row 70. */
  readonly early: number;
  /** At row 299. */
  readonly late: number;
  /** How it was made; C is the series of closes. */
  readonly formula: string;
}

/** Made with pandas 3.1.1 on the bars of the oracle's test. */
const DISTANCE_TO_MEAN: OracleValues = {
  early: -0.00034704883651257,
  late: -0.0006043735580298562,
  formula: "(C - C.rolling(20).mean()) / C",
};

/** A feature of its own: definition, test, registration. It starts as the distance to the mean. */
export function featureScaffold({ name }: ScaffoldRequest): readonly Change[] {
  const part = partName(name);
  return [
    newFile(`${FOLDER}/${part.snake}_feature.ts`, fillTemplate(feature, part)),
    newFile(`${FOLDER}/${part.snake}_feature_test.ts`, fillTemplate(featureTest, part)),
    ...registerFeature(part, DISTANCE_TO_MEAN),
  ];
}

/** The edits that make a feature known, to specs and to the test against pandas. */
export function registerFeature(
  { kebab, snake, upper }: PartName,
  { early, late, formula }: OracleValues,
): readonly Change[] {
  const path = "lib/features/feature_registry.ts";
  const first = `import type { FeatureDefinition } from "./indicators/feature_bar.ts";\n`;
  const oracleEnd = `];\n\nDeno.test("computeFeatures() equals pandas and TA-Lib for every feature`;
  return [
    {
      kind: "edit",
      path,
      search: first,
      replace: `${first}import { ${upper}_FEATURE } from "./indicators/${snake}_feature.ts";\n`,
    },
    { kind: "edit", path, search: "\n];\n", replace: `\n  ${upper}_FEATURE,\n];\n` },
    {
      kind: "edit",
      path: ORACLE_TEST,
      search: oracleEnd,
      replace: `  [
    "${kebab}",
    [20],
    ${early},
    ${late},
    "${formula}",
  ],
${oracleEnd}`,
    },
  ];
}
