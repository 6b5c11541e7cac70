import { parseBlendRule } from "../lib/blend/blend_rule.ts";
import { applyDiff, parseDiff } from "../lib/codegen/parse_diff.ts";
import { CorruptArtifactError, InputError } from "../lib/core/errors.ts";
import { createRandom } from "../lib/core/random.ts";
import { createProblemLog } from "../lib/data/problems.ts";
import { parseLabelSpec } from "../lib/labels/label_kinds.ts";
import { parseRecipe } from "../lib/models/model_recipe.ts";
import { parseRiskRequest } from "../lib/risk/risk_request.ts";
import { parseDistribution } from "../lib/tuning/storage/distribution_json.ts";
import { parseAttribute } from "../lib/tuning/storage/python_json.ts";
import { assert, assertEquals } from "./assert.ts";
import { fuzzCommands } from "./fixtures/fuzz_commands.ts";
import { fuzzParsers, parserTargets } from "./fixtures/fuzz_parsers.ts";
import { assertThrows, inFolder } from "./fixtures/temporary_folder.ts";

const SEED = 20_261_130;
const INPUTS = 3_000;
const COMMANDS = 20;

Deno.test("every reader accepts the whole inputs that are damaged", () =>
  inFolder(async (folder) => {
    const refused: string[] = [];
    const always = { ...createRandom(1), integer: () => 1 };
    for (const { name, read, seeds } of await parserTargets(folder)) {
      for (const seed of seeds) {
        try {
          await read(seed, always);
        } catch (error) {
          refused.push(`${name}: ${(error as Error).message}`);
        }
      }
    }
    // One of pyarrow's files lacks a price.
    assertEquals(refused, ["bars in Parquet: close is empty"]);
  }));

Deno.test("damaged inputs of every reader are read or refused in one line, within bounds", () =>
  inFolder(async (folder) => {
    const { counts, faults } = await fuzzParsers(await parserTargets(folder), {
      inputs: INPUTS,
      seed: SEED,
    });
    assertEquals(faults, []);
    for (const { accepted, inputs, name, refused } of counts) {
      assert(inputs > 0 && accepted + refused === inputs && refused > 0, name);
    }
  }));

Deno.test("random command lines end with a known exit code and without a stack trace", async () => {
  const runs = await fuzzCommands({ commands: COMMANDS, lanes: 2, seed: SEED });
  const faults = runs.filter(({ fault }) => fault !== null);
  assertEquals(faults, []);
  assertEquals(runs.length, COMMANDS);
  assert(runs.some(({ code }) => code === 0), "no line ends well");
});

Deno.test("a hunk that says to lie behind the end of its file is looked for within it", () => {
  const [diff] = parseDiff("--- a/x\n+++ b/x\n@@ -2147483649,2 +1,2 @@\n one\n-two\n+2\n");
  assertEquals(applyDiff("zero\none\ntwo\n", diff!), "zero\none\n2\n");
  assertThrows(() => applyDiff("zero\n", diff!), InputError, "its lines are not in the file");
});

Deno.test("a kind that is no text is refused, whatever it is", () => {
  for (const kind of [{ toString: 1, valueOf: 1 }, [1], null, 7]) {
    assertThrows(() => parseRecipe({ kind, parameters: {} }), InputError, "no kind of model");
    assertThrows(() => parseLabelSpec({ kind }), InputError, typeof kind);
    assertThrows(() => parseBlendRule({ kind }, 2, "system@1"), InputError, typeof kind);
  }
});

Deno.test("an attribute of a study that cannot be read is a damaged artifact", () => {
  const nested = `[NaN, ${"[".repeat(5_000)}${"]".repeat(5_000)}]`;
  assertThrows(() => parseAttribute("loss", nested), CorruptArtifactError, "levels deep");
  assertThrows(() => parseAttribute("loss", "{"), CorruptArtifactError, "attribute 'loss'");
});

Deno.test("names in files cannot break the line of a message", () => {
  const name = "a\nb\u001b[2Jc\u2028";
  assertThrows(() => parseRiskRequest({ [name]: 1 }, "r"), InputError, "a\\nb\\u001b[2Jc\\u2028");
  const log = createProblemLog();
  log.add("unreadable-time", 1, name, `cannot read '${name}'`);
  assertEquals(log.problems[0]?.detail, "cannot read 'a\\nb\\u001b[2Jc\\u2028'");
  const text = `{"name": "x\n", ${"1".repeat(900)}`;
  assertThrows(() => parseDistribution(text), CorruptArtifactError, '{"name": "x "');
});
