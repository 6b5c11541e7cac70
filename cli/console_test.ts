import { assert, assertEquals } from "../tests/assert.ts";
import { table } from "./console.ts";

Deno.test("table() fits 80 columns by its longest words, and keeps names, numbers and words whole", () => {
  const name = "MES-a-long-name-of-a-model@12";
  const lines = table(["model", "data", "trades", "why"], [
    [name, "a_file_of_bars_with_a_very_long_name_2024.csv", "1,234", "better than ".repeat(9)],
    ["b@1", "b.csv", "7", ""],
  ]).split("\n");
  for (const line of lines) assert(line.length <= 80, line);
  const [, first = ""] = lines;
  assert(first.startsWith(`${name}  `) && first.includes("1,234"), first);
  // No word is lost: what is too long goes on below.
  assertEquals(lines.join(" ").match(/better|than/g)?.length, 18);
  const below = lines.slice(1).map((line) => line.slice(name.length + 2).split("  ")[0]);
  assert(
    below.join("").startsWith("a_file_of_bars_with_a_very_long_name_2024.csv"),
    below.join("|"),
  );
  assertEquals(table(["a", "b"], [["x", "y"]]), "a  b\nx  y");
});
