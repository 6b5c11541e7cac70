import { assertEquals } from "./assert.ts";
import { runCommandHere } from "./fixtures/command_here.ts";

/** Command lines, and the first line of what is said of them. */
const LINES: Readonly<Record<string, string>> = {
  "train --daat x.csv": "error: unknown option '--daat' (did you mean --data?)",
  "train --dat=x.csv --json": "error: unknown option '--dat' (did you mean --data?)",
  "models promote a@1 --wy b": "error: unknown option '--wy' (did you mean --why?)",
  "train --xyz-nothing-like-it 1": "error: unknown option '--xyz-nothing-like-it'",
  "data roll": "error: --contract: Cannot roll fewer than two contracts (give it once per " +
    "contract, for example --contract ESZ3=z.csv --contract ESH4=h.csv)",
  "train --symbol MES": "error: required option '--data <file>' not specified",
};

for (const [line, said] of Object.entries(LINES)) {
  Deno.test(`${line}: a misspelt flag is named, not the one that it stands for`, async () => {
    const [command = "", ...args] = line.split(" ");
    const { code, stderr, stdout } = await runCommandHere([command, ...args]);
    assertEquals([code, stderr.split("\n")[0]], [2, said]);
    if (args.includes("--json")) {
      assertEquals(JSON.parse(stdout), { error: said.slice("error: ".length), exitCode: 2 });
    }
  });
}
