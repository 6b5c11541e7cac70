import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { assert, assertEquals } from "./assert.ts";
import { fileThere } from "./fixtures/file_there.ts";
import { inFolder } from "./fixtures/temporary_folder.ts";

const PROJECT = fileURLToPath(new URL("..", import.meta.url));

/** A task with the shape of those that trade on paper: the flags reach the session alone. */
function writeTask(folder: string): void {
  const run = "deno run -q --no-prompt --no-check --cached-only --frozen -A --config " +
    JSON.stringify(join(PROJECT, "deno.json"));
  const script = (name: string) => JSON.stringify(join(PROJECT, "tests/fixtures", name));
  const broker = `${run} ${script("paper_child.ts")} ${JSON.stringify(folder)}`;
  const command = `(${broker} || ${broker} || ${broker}) | ${run} ${script("paper_session.ts")}`;
  Deno.writeTextFileSync(join(folder, "deno.json"), JSON.stringify({ tasks: { try: command } }));
}

async function runTask(folder: string, ...args: readonly string[]) {
  const { code, stderr, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["task", "-q", "--config", join(folder, "deno.json"), "try", ...args],
    env: { PATH: `${join(Deno.execPath(), "..")}:${Deno.env.get("PATH")}` },
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

Deno.test("a task pipes a paper broker into its session: killed, it is there again, and it ends with the session", () =>
  inFolder(async (folder) => {
    writeTask(folder);
    const [one, two] = await Promise.all([
      runTask(folder, "A-1", "--json"),
      runTask(folder, "B-2"),
    ]);
    for (
      const [{ code, stderr, stdout }, args] of [[one, ["A-1", "--json"]], [two, ["B-2"]]] as const
    ) {
      assertEquals([code, stderr], [7, ""]);
      const { cashMicros, ...rest } = JSON.parse(stdout);
      assert(Number.isInteger(cashMicros));
      assertEquals(rest, {
        ...{ account: args[0], args, fills: 29 + 4, orders: [30] },
        positions: [{ symbol: "MES", lots: 1 }],
      });
    }
  }));

Deno.test("of two sessions with one account the second is told so", () =>
  inFolder(async (folder) => {
    writeTask(folder);
    // The first one has the account for as long as the second one tries.
    const done = join(folder, "done");
    const first = runTask(folder, "A-1", "--until", done);
    await Promise.race([fileThere(`${done}.waits`), first]);
    const { code, stderr } = await runTask(folder, "A-1");
    Deno.writeTextFileSync(done, "");
    assertEquals([code, (await first).code], [2, 7]);
    assert(
      /^error: .*Cannot trade paper account A-1 as another session .*does already.*\n$/.test(
        stderr,
      ),
      stderr,
    );
  }));
