import { DEFAULT_FEATURES, parseFeatureSpec } from "../../features/features.ts";
import { defaultRecipe } from "../../models/model_families.ts";
import { DEFAULT_FOREST } from "../../models/forest/parameters.ts";
import { DEFAULT_LABELS, LABEL_KINDS } from "../../labels/label_kinds.ts";
import { InputError } from "../../core/errors.ts";
import { assert, assertEquals } from "../../../tests/assert.ts";
import { createRandom } from "../../core/random.ts";
import { assertRejects, assertThrows } from "../../../tests/fixtures/temporary_folder.ts";
import { type SearchSpace, toExternal, toInternal } from "../../core/distribution.ts";
import { fromUnit } from "../../tuning/samplers/unit_interval.ts";
import { neighbourOf } from "./neighbour.ts";
import { gridOf, settingsFor } from "./target.ts";
import type { Suggester, ValuesOf } from "../../core/suggester.ts";
import { trainingTargets } from "./targets.ts";
import { parseTrainingSettings, type TrainingSettings } from "./training_settings.ts";

const TARGETS = trainingTargets();
const NAMES = Object.keys(TARGETS);

function baseOf(name: string): TrainingSettings {
  const kind = name === "labels" || name === "features" ? "forest" : name;
  return {
    recipe: defaultRecipe(kind),
    features: DEFAULT_FEATURES,
    labels: DEFAULT_LABELS,
    calibration: "platt",
    edgeThreshold: 1,
  };
}

for (const name of NAMES) {
  const target = TARGETS[name]!;
  const base = baseOf(name);

  Deno.test(`the defaults of target ${name} give the settings one starts from`, async () => {
    const { settings } = await settingsFor(target, base, target.defaults(base));
    if (name === "forest") {
      // The same forest: six is the rounded-down root of the 37 columns.
      const recipe = { kind: "forest", parameters: { ...DEFAULT_FOREST, columnsPerSplit: 6 } };
      assertEquals(settings, { ...base, recipe } as TrainingSettings);
    } else if (name === "features") {
      const columns = ({ features }: TrainingSettings) =>
        features.features.flatMap(({ feature, periods = [[]], lags = [0] }) =>
          periods.flatMap((period) => lags.map((lag) => [feature, period, lag].flat().join()))
        ).sort();
      const explicit = { ...base, features: parseFeatureSpec(settings.features) };
      assertEquals(columns(explicit).length, 37);
    } else assertEquals(settings, base);
  });

  Deno.test(`every point of the grid of target ${name} lies in its search space`, async () => {
    const grid = gridOf(target, base);
    for (const [parameter, values] of Object.entries(target.grid)) {
      for (const value of values) {
        await settingsFor(target, base, { ...target.defaults(base), [parameter]: value });
      }
    }
    assertEquals(Object.keys(grid).sort(), Object.keys(target.defaults(base)).sort());
  });

  Deno.test(`whatever target ${name} draws is valid, can be read back and has neighbours`, async () => {
    const random = createRandom(5);
    for (let draw = 0; draw < 200; draw++) {
      const params: Record<string, string | number | boolean | null> = {};
      const suggester: Suggester = {
        suggest: <const Space extends SearchSpace>(space: Space) => {
          const asked = Object.entries(space).map(([key, distribution]) =>
            [key, toExternal(distribution, fromUnit(distribution, random.uniform()))] as const
          );
          Object.assign(params, Object.fromEntries(asked));
          return Promise.resolve(Object.fromEntries(asked) as ValuesOf<Space>);
        },
      };
      const drawn = await target.choose(suggester, base);
      assertEquals(parseTrainingSettings(JSON.parse(JSON.stringify(drawn)), base), drawn);
      const { settings, space } = await settingsFor(target, base, params);
      assertEquals(settings, drawn);
      const near = neighbourOf(space, params, random);
      for (const [key, distribution] of Object.entries(space)) {
        const from = params[key]!, to = near[key]!;
        assert(toInternal(distribution, to) !== null, `${key}: ${to}`);
        if (distribution.type === "categorical") assertEquals(to, from);
        else {
          const reach = Math.max(0.1 * Math.abs(Number(from)), distribution.step ?? 0);
          assert(
            Math.abs(Number(to) - Number(from)) <= reach + 0.5 + 1e-9,
            `${key}: ${from} ${to}`,
          );
        }
      }
    }
  });
}

Deno.test("labels of every kind can be what one starts from", async () => {
  const target = TARGETS["labels"]!;
  for (const labels of LABEL_KINDS.map(({ defaults }) => defaults)) {
    const base = { ...baseOf("labels"), labels };
    const { settings } = await settingsFor(target, base, target.defaults(base));
    assertEquals(settings.labels, labels);
  }
});

Deno.test("settingsFor() refuses a value outside the space, and one that is missing", async () => {
  const base = baseOf("logistic");
  const target = TARGETS["logistic"]!;
  await assertRejects(settingsFor(target, base, { l2: -1, edge: 1 }), InputError, "parameter l2");
  await assertRejects(settingsFor(target, base, { l2: 1 }), InputError, "parameter edge");
});

Deno.test("parseTrainingSettings() refuses what it does not know, in one line", () => {
  const base = baseOf("forest");
  const refuse = (json: unknown, part: string) =>
    assertThrows(() => parseTrainingSettings(json, base), InputError, part);
  refuse([], "recipe file");
  refuse({ edge: 2 }, "edge");
  refuse({ edgeThreshold: -1 }, "edgeThreshold");
  refuse({ calibration: "none at all" }, "calibration");
  refuse({ recipe: { kind: "oracle", parameters: {} } }, "recipe");
  refuse({ recipe: { kind: "forest", parameters: { trees: 0 } } }, "trees");
  refuse({ recipe: { kind: "logistic", parameters: { l2: "much" } } }, "l2");
  refuse({ labels: { kind: "fixed-horizon", horizonBars: 0 } }, "horizonBars");
  assertThrows(() => TARGETS["lstm"]!.defaults(base), InputError, "--target forest");
});
