import { DEFAULT_FEATURES } from "../../features/features.ts";
import { InputError } from "../../core/errors.ts";
import { assert, assertEquals } from "../../../tests/assert.ts";
import { createRandom } from "../../core/random.ts";
import { assertRejects, assertThrows } from "../../../tests/fixtures/temporary_folder.ts";
import { DEFAULT_POLICY, RECURRENT_POLICY } from "../../rl/learners/parameters.ts";
import { DEFAULT_REWARD } from "../../rl/reward/additive_reward.ts";
import type { ValuesOf } from "../../core/suggester.ts";
import { type SearchSpace, toExternal, toInternal } from "../../core/distribution.ts";
import { fromUnit } from "../../tuning/samplers/unit_interval.ts";
import { neighbourOf } from "./neighbour.ts";
import { parseTunablePolicy, type TunablePolicy } from "./policy_settings.ts";
import { POLICY_TARGET } from "./policy_target.ts";
import { gridOf, settingsFor } from "./target.ts";
import type { Params, Suggester } from "../../core/suggester.ts";

const { riskPerDeviation: _, ...REWARD } = DEFAULT_REWARD;

function baseOf(parameters: Partial<TunablePolicy["parameters"]> = {}): TunablePolicy {
  return {
    features: DEFAULT_FEATURES,
    parameters: { ...DEFAULT_POLICY, ...parameters },
    reward: REWARD,
    validationShare: 0.15,
    evidenceShare: 0.15,
  };
}

const BASES: Readonly<Record<string, TunablePolicy>> = {
  "as it is": baseOf(),
  "large, and with a discount": baseOf({ size: "large", algorithm: "ppo" }),
  "recurrent": baseOf(RECURRENT_POLICY),
};

for (const [words, base] of Object.entries(BASES)) {
  Deno.test(`the defaults of target rl, ${words}, give the settings one starts from`, async () => {
    const { settings } = await settingsFor(POLICY_TARGET, base, POLICY_TARGET.defaults(base));
    assertEquals(settings, base);
  });

  Deno.test(`whatever target rl, ${words}, draws is valid and can be read back`, async () => {
    const random = createRandom(5);
    for (let draw = 0; draw < 100; draw++) {
      const params: Record<string, Params[string]> = {};
      const suggester: Suggester = {
        suggest: <const Space extends SearchSpace>(space: Space) => {
          const values = Object.entries(space).map(([key, distribution]) => [
            key,
            toExternal(distribution, fromUnit(distribution, random.uniform())),
          ]);
          Object.assign(params, Object.fromEntries(values));
          return Promise.resolve(Object.fromEntries(values) as ValuesOf<Space>);
        },
      };
      const drawn = await POLICY_TARGET.choose(suggester, base);
      assertEquals(parseTunablePolicy(JSON.parse(JSON.stringify(drawn)), base), drawn);
      const { settings, space } = await settingsFor(POLICY_TARGET, base, params);
      assertEquals(settings, drawn);
      for (const [key, near] of Object.entries(neighbourOf(space, params, random))) {
        assert(toInternal(space[key]!, near) !== null, `${key}: ${near}`);
      }
    }
  });
}

Deno.test("every point of the grid of target rl lies in its search space", async () => {
  const base = baseOf();
  for (const [parameter, values] of Object.entries(gridOf(POLICY_TARGET, base))) {
    for (const value of values) {
      const params = { ...POLICY_TARGET.defaults(base), [parameter]: value };
      await settingsFor(POLICY_TARGET, base, params);
    }
  }
});

Deno.test("longer episodes are fewer, so that a batch costs the same", async () => {
  const base = baseOf();
  const params = { ...POLICY_TARGET.defaults(base), horizon: 512 };
  const { settings } = await settingsFor(POLICY_TARGET, base, params);
  assertEquals(settings.parameters.episodes, 16);
});

Deno.test("only learners that sample actions have a discount to search", () => {
  assert(!("discount" in POLICY_TARGET.defaults(baseOf())));
  assertEquals(POLICY_TARGET.defaults(baseOf({ algorithm: "reinforce" }))["discount"], 0.9);
});

Deno.test("parsePolicySettings() keeps what a file leaves out, and takes a recurrent policy whole", () => {
  const base = baseOf({ members: 5 });
  const changed = parseTunablePolicy({ reward: { turnoverWeight: 0.1 } }, base);
  assertEquals(changed, { ...base, reward: { ...REWARD, turnoverWeight: 0.1 } });
  const recurrent = parseTunablePolicy({ parameters: { size: "recurrent" } }, base);
  assertEquals(recurrent.parameters, RECURRENT_POLICY);
});

Deno.test("parsePolicySettings() refuses what it does not know, in one line", async () => {
  const base = baseOf();
  const refuse = (json: unknown, part: string) =>
    assertThrows(() => parseTunablePolicy(json, base), InputError, part);
  refuse([], "recipe file");
  refuse({ recipe: {} }, "recipe");
  refuse({ parameters: { size: "huge" } }, "size");
  refuse({ parameters: { depth: 3 } }, "depth");
  refuse({ reward: { turnoverWeight: -1 } }, "turnoverWeight");
  refuse({ evidenceShare: 0 }, "evidenceShare");
  refuse({ features: { features: [{ feature: "nothing" }] } }, "nothing");
  const tooFast = baseOf({ learningRate: 0.5 });
  const asked = settingsFor(POLICY_TARGET, tooFast, POLICY_TARGET.defaults(tooFast));
  await assertRejects(asked, InputError, "learningRate");
});
