import { rejects as assertRejects } from "node:assert/strict";
import { join } from "node:path";
import { applyChanges, openTree, parseChangeSet, rollbackChange } from "../lib/codegen/mod.ts";
import { nightChanges } from "../tasks/generate_changes/night_sets.ts";
import config from "../deno.json" with { type: "json" };
import { assert, assertEquals } from "./assert.ts";
import { PROJECT } from "./fixtures/run_command.ts";
import { inFolder } from "./fixtures/temporary_folder.ts";

Deno.test("of a system's nights the newest change waits, once, until a person or --auto-apply has it", () =>
  inFolder(async (folder) => {
    const root = join(folder, "tree"), reports = join(folder, "reports");
    await Deno.mkdir(root);
    await Deno.mkdir(reports);
    const leave = (system: string, number: number) => {
      const set = {
        ...{ why: `v${number} serves`, origin: `night ${number} of ${system}` },
        changes: [{ kind: "file", path: `deployments/${system}.json`, content: `${number}\n` }],
      };
      const path = join(
        reports,
        `${system}-night-${String(number).padStart(16, "0")}.changes.json`,
      );
      Deno.writeTextFileSync(path, JSON.stringify(set));
      return parseChangeSet(set);
    };
    const tree = openTree(root, { now: () => 0 });
    const deployed = (system: string) =>
      Deno.readTextFileSync(join(root, `deployments/${system}.json`));
    const waiting = async (autoApply = false) =>
      (await nightChanges(tree, reports, autoApply)).nights.map(({ origin }) => origin);
    assertEquals((await nightChanges(tree, join(folder, "none"), true)).nights, []);
    leave("a", 9);
    leave("a", 10);
    const other = leave("b", 2);
    assertEquals(await waiting(), ["night 10 of a", "night 2 of b"]);
    assertEquals([...Deno.readDirSync(root)], [], "a plan has written");
    await applyChanges(tree, other, { allowCode: true });
    assertEquals(await waiting(true), ["night 10 of a"]);
    assertEquals([deployed("a"), deployed("b")], ["10\n", "2\n"]);
    assertEquals(await waiting(true), []);
    // What a person takes back is not made again by the next night's chain.
    const { nights: [last] } = (leave("b", 3), await nightChanges(tree, reports, true));
    assert(last !== undefined && "id" in last.change);
    await rollbackChange(tree, last.change.id, { origin: "by hand", why: "no", allowCode: true });
    assertEquals([await waiting(true), deployed("b")], [[], "2\n"]);
    // Other tasks may write reports/: nothing but a deployment is ever applied unseen.
    const set = { ...leave("c", 1), changes: [{ kind: "file", path: "mod.ts", content: "1" }] };
    const forged = join(reports, `c-night-${"1".padStart(16, "0")}.changes.json`);
    Deno.writeTextFileSync(forged, JSON.stringify(set));
    await assertRejects(waiting(true), { name: "RefusedError" });
  }));

Deno.test("the task night keeps the night's exit code and sends alerts whatever came of it", () =>
  inFolder(async (folder) => {
    const night = join(folder, "night.json");
    await Deno.writeTextFile(
      night,
      JSON.stringify({ system: "x", data: "gone.csv", symbol: "MES" }),
    );
    const { code, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["task", "-q", "night"],
      ...{
        cwd: PROJECT,
        env: { NIGHT: night, NO_COLOR: "1", ALERT_NTFY_TOPIC: "", ALERT_WEBHOOK_URL: "" },
      },
      ...{ stdin: "null", stdout: "null" },
    }).output();
    const lines = new TextDecoder().decode(stderr).trim().split("\n");
    assertEquals([code, lines.length], [2, 2], lines.join("\n"));
    assert(lines[0]!.includes("gone.csv: there is no such file"), lines[0]);
    assert(lines[1]!.includes("no channel is switched on"), lines[1]);
  }));

Deno.test("units of systemd in the docs start tasks that there are", () => {
  const started = ["improve.md", "trading.md"].flatMap((page) => {
    const text = Deno.readTextFileSync(join(PROJECT, "docs", page));
    return [...text.matchAll(/^ExecStart=\S*deno task -q ([\w:-]+)/gm)].map(([, task]) => task!);
  });
  assertEquals(started.toSorted(), ["night", "trade"]);
  for (const task of started) assert(task in config.tasks, task);
});
