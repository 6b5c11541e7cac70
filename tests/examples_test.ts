import { assert, assertEquals } from "./assert.ts";
import { join } from "node:path";
import { PROJECT } from "./fixtures/run_command.ts";

/** What each example must say. */
const SAYS: Readonly<Record<string, RegExp>> = {
  "how_much_is_luck.ts": /deflated, aware of them: 0\.\d+/,
  "learn_a_known_world.ts": /forest v1: [1-9]\d* trades.*\nbest possible: [1-9]\d* trades/,
};

Deno.test("every example is tested here", () => {
  const names = [...Deno.readDirSync(join(PROJECT, "examples"))].map((entry) => entry.name).sort();
  assertEquals(names, Object.keys(SAYS).sort());
});

for (const [name, says] of Object.entries(SAYS)) {
  Deno.test(`example ${name} runs with no more than the permission to read`, async () => {
    const output = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-q", "--no-prompt", "--allow-read", join(PROJECT, "examples", name)],
      env: { NO_COLOR: "1" },
    }).output();
    const text = new TextDecoder().decode(output.stdout);
    assert(output.success, new TextDecoder().decode(output.stderr));
    assert(says.test(text), text);
  });
}
