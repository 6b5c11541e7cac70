import { assert, assertEquals } from "./assert.ts";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import config from "../deno.json" with { type: "json" };

const PROJECT = fileURLToPath(new URL("..", import.meta.url));

/** All that each task may do; whatever is not listed here must be denied. */
const GRANTED: Readonly<Record<string, readonly string[]>> = {
  demo: ["read anywhere", "read project", "write models", "write reports", "native onnx"],
  data: ["read anywhere", "read project", "write data"],
  train: ["read anywhere", "read project", "write models"],
  rl: ["read anywhere", "read project", "write models", "write reports"],
  tune: ["read anywhere", "read project", "write models", "write reports"],
  "tune-postgres": ["read project", "write models", "write reports"],
  backtest: ["read anywhere", "read project", "write reports", "native onnx"],
  "walk-forward": [
    "read anywhere",
    "read project",
    "write models",
    "write reports",
    "native onnx",
  ],
  "leak-check": ["read anywhere", "read project", "write models", "native onnx"],
  compare: ["read anywhere", "read project"],
  reproduce: ["read anywhere", "read project", "native onnx"],
  models: ["read anywhere", "read project", "write models"],
  "generate-changes": [
    "read project",
    "write models",
    "write reports",
    "write data",
    "write source",
  ],
  doctor: ["read project", "write models", "write reports", "write data", "native onnx"],
};

for (const [task, granted] of Object.entries(GRANTED)) {
  Deno.test(`task ${task} can do what it needs and nothing else`, async () => {
    const outside = await Deno.makeTempDir();
    try {
      await Deno.writeTextFile(join(outside, "secret.txt"), "secret");
      const output = await new Deno.Command(Deno.execPath(), {
        args: [
          "run",
          "-q",
          "--no-prompt",
          `-P=${task}`,
          join(PROJECT, "tests/fixtures/permission_probe.ts"),
          outside,
          PROJECT,
        ],
        env: { BROKER_PASSWORD: "hunter2" },
      }).output();
      assert(output.success, new TextDecoder().decode(output.stderr));
      assertEquals(JSON.parse(new TextDecoder().decode(output.stdout)), granted);
      assertEquals([...Deno.readDirSync(outside)].map((entry) => entry.name), ["secret.txt"]);
    } finally {
      await Deno.remove(outside, { recursive: true });
    }
  });
}

Deno.test("every task that runs the command line names its own permission set", () => {
  const tasks: Record<string, { command: string }> = config.tasks;
  for (const [name, { command }] of Object.entries(tasks)) {
    if (!command.includes("cli/main.ts")) continue;
    const set = name.replace(":", "-");
    // The one host is named by whoever starts it; without a name Deno refuses to start.
    const host = name === "tune:postgres" ? " --allow-net=$PGHOST" : "";
    assert(set in GRANTED, `task ${name} has no line in this test`);
    assertEquals(
      command,
      `DENO_NO_PROMPT=1 deno run -q -P=${set}${host} cli/main.ts ${name.split(":")[0]}`,
    );
  }
});

Deno.test("the ffi grants name the installed ONNX Runtime package and nothing else", () => {
  const version = config.imports["onnxruntime-node"].split("@").at(-1);
  const folder = `./node_modules/.deno/onnxruntime-node@${version}`;
  const sets: Record<string, { ffi?: unknown }> = config.permissions;
  for (const [name, { ffi }] of Object.entries(sets)) {
    assert(
      JSON.stringify(ffi) === JSON.stringify([folder]) || JSON.stringify(ffi) === '{"deny":true}',
      `${name}: ${JSON.stringify(ffi)}`,
    );
  }
});
