import { assertThrows } from "../../../tests/fixtures/temporary_folder.ts";
import { CorruptArtifactError } from "../../core/errors.ts";
import { assertEquals } from "../../../tests/assert.ts";
import { categorical, float, int } from "../../core/distribution.ts";
import { formatDistribution, parseDistribution } from "./distribution_json.ts";

Deno.test("formatDistribution() writes what parseDistribution() reads", () => {
  const distributions = [
    float(-5, 5),
    float(1e-5, 0.1, { log: true }),
    float(0, 1, { step: 0.25 }),
    int(1, 9, { step: 2 }),
    int(4, 1024, { log: true }),
    categorical(["a", 'naïve "b"', null, true, 2.5]),
  ];
  for (const distribution of distributions) {
    assertEquals(parseDistribution(formatDistribution(distribution)), distribution);
  }
});

Deno.test("parseDistribution() reads the classes of Optuna before 3.0", () => {
  // Texts written by Optuna 2.10.
  const old = [
    ['{"name": "UniformDistribution", "attributes": {"low": 0.0, "high": 1.0}}', float(0, 1)],
    [
      '{"name": "LogUniformDistribution", "attributes": {"low": 0.001, "high": 1.0}}',
      float(0.001, 1, { log: true }),
    ],
    [
      '{"name": "DiscreteUniformDistribution", "attributes": {"low": 0.0, "high": 1.0, "q": 0.5}}',
      float(0, 1, { step: 0.5 }),
    ],
    [
      '{"name": "IntUniformDistribution", "attributes": {"low": 1, "high": 9, "step": 2}}',
      int(1, 9, { step: 2 }),
    ],
    [
      '{"name": "IntLogUniformDistribution", "attributes": {"low": 1, "high": 8, "step": 1}}',
      int(1, 8, { log: true }),
    ],
  ] as const;
  for (const [text, distribution] of old) assertEquals(parseDistribution(text), distribution);
});

Deno.test("parseDistribution() refuses what is none", () => {
  for (const text of ["", "{}", '{"name":"NormalDistribution","attributes":{}}', "null"]) {
    assertThrows(() => parseDistribution(text), CorruptArtifactError, "distribution of Optuna");
  }
});
