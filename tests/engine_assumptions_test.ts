import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { assert, assertEquals } from "./assert.ts";

const PROJECT = dirname(dirname(fileURLToPath(import.meta.url)));

function read(path: string): string {
  return Deno.readTextFileSync(join(PROJECT, path));
}

Deno.test("every assumption of docs/assumptions.md names a test that exists", () => {
  const rows = read("docs/assumptions.md").split("\n")
    .filter((line) => line.startsWith("|") && !/^\|[ -]+\|[ -]+\|$|^\| assumption /.test(line));
  assert(rows.length > 40, `only ${rows.length} assumptions`);
  for (const row of rows) {
    const [, path, title] = /\| `([^`]+_test\.ts)`: (.+?) *\|$/.exec(row) ?? [];
    assert(path !== undefined && title !== undefined, `no test named: ${row}`);
    const named = [...read(path).matchAll(/Deno\.test\(\s*"([^"]+)"/g)].map((match) => match[1]);
    assert(named.includes(title), `${path} has no test "${title}"`);
  }
  const assumptions = rows.map((row) => row.split("|")[1]!.trim());
  assertEquals(new Set(assumptions).size, assumptions.length);
});
