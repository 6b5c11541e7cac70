import { assert, assertEquals } from "../tests/assert.ts";
import { comparisonTable } from "./backtest_summary.ts";

Deno.test("comparisonTable() marks a ratio with a note and says it below, once", () => {
  const note = "a year's figure from 8 days";
  const row = (name: string) => ({
    ...{ name, metrics: { sharpe: { value: 5.2, note } }, sharpeInterval: [-9, 19] as const },
  });
  const lines = comparisonTable([row("forest"), row("flat")]).split("\n");
  assertEquals(lines.filter((line) => line.includes("5.20*")).length, 2);
  assertEquals(lines.at(-1), `* ${note}`);
  const plain = { ...row("forest"), metrics: { sharpe: { value: 5.2 } } };
  assert(!comparisonTable([plain]).includes("*"));
});
