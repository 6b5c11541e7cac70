import { fileURLToPath } from "node:url";
import { interceptSteps } from "../../tests/fixtures/intercept_steps.ts";
import { sampleModel } from "../../tests/fixtures/sample_model.ts";
import { sampleSystem } from "../../tests/fixtures/sample_system.ts";
import { assertRejects, assertThrows, inFolder } from "../../tests/fixtures/temporary_folder.ts";
import { InputError } from "../core/errors.ts";
import { assert, assertEquals } from "../../tests/assert.ts";
import { listArtifacts } from "./artifact_store.ts";
import { openRegistry, type Registry } from "./registry.ts";

const CHILD = fileURLToPath(
  new URL("../../tests/fixtures/registry_child.ts", import.meta.url),
);
const clock = { now: () => 0 };

/** More writes than any action has; a test that ends by itself never reaches it. */
const MANY_STEPS = 200;

/** Children at once: enough to overlap, few enough for two cores. */
const PROCESSES = 4;

/** Starts a process that may touch nothing but the registry's own folder. */
function spawn(action: string, folder: string, ...values: readonly string[]): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--quiet", "--no-prompt", "--cached-only"],
      ...[`--allow-read=${folder}`, `--allow-write=${folder}`],
      ...[CHILD, action, folder, ...values],
    ],
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

/** Waits for the first output; true when the child then stands still before its step. */
async function isPaused(child: Deno.ChildProcess): Promise<boolean> {
  const reader = child.stdout.getReader();
  const { value } = await reader.read();
  reader.releaseLock();
  return new TextDecoder().decode(value).startsWith("paused");
}

async function finished(child: Deno.ChildProcess): Promise<string> {
  const { stdout, stderr, success } = await child.output();
  assert(success, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

/** Runs an action in a child once per write it does, and kills it right before that write. */
async function killBeforeEachStep(
  action: (folder: string, step: string) => Deno.ChildProcess,
  prepare: (folder: string) => Promise<void>,
  check: (folder: string) => Promise<void>,
): Promise<number> {
  let next = 0, killed = 0, ended = false;
  const worker = async () => {
    while (!ended && next < MANY_STEPS) {
      const step = String(next++);
      await inFolder(async (folder) => {
        await prepare(folder);
        const child = action(folder, step);
        if (await isPaused(child)) {
          child.kill("SIGKILL");
          killed++;
        } else ended = true;
        await Promise.all([child.status, child.stdout.cancel(), child.stderr.cancel()]);
        await check(folder);
      });
    }
  };
  await Promise.all(Array.from({ length: PROCESSES }, worker));
  return killed;
}

/** Fails unless each version that is listed loads, and whatever else lies about goes with gc. */
async function assertSound(registry: Registry): Promise<void> {
  for (const { name, version } of registry.list()) await registry.load(`${name}@${version}`);
  for (const { name, version } of registry.listSystems()) {
    await registry.loadSystem(`${name}@${version}`);
  }
  const bad = (await registry.verify()).filter((check) => !check.ok);
  assertEquals(bad.filter((check) => check.reference !== "orphan"), []);
  const { removedVersions, removedFiles } = await registry.gc({ keep: 10, dryRun: false });
  assertEquals(removedVersions, []);
  assertEquals([...removedFiles].sort(), bad.map((check) => check.file).sort());
  assert((await registry.verify()).every((check) => check.ok));
}

Deno.test("register() gives each number once to processes that start together", () =>
  inFolder(async (folder) => {
    const children = Array.from(
      { length: PROCESSES },
      (_, index) => spawn(`process ${index}`, folder, "shared", "6"),
    );
    const numbers = await Promise.all(
      children.map(async (child) => JSON.parse(await finished(child)) as number[]),
    );
    assertEquals(
      numbers.flat().sort((a, b) => a - b),
      Array.from({ length: 24 }, (_, index) => index + 1),
    );
    using registry = openRegistry({ folder, clock });
    assertEquals(registry.list("shared").length, 24);
    assert((await registry.verify()).every((check) => check.ok));
  }));

Deno.test("register() is whole or absent when the process is killed before any write", async () => {
  const killed = await killBeforeEachStep(
    (folder, step) => spawn("killed", folder, "a", "1", step),
    () => Promise.resolve(),
    async (folder) => {
      using registry = openRegistry({ folder, clock });
      assert(registry.list().length <= 1);
      await assertSound(registry);
      await registry.register(await sampleModel("a", "killed 0"));
      await registry.load("a");
    },
  );
  assert(killed >= 15, `only ${killed} steps`);
});

Deno.test("register() of bytes that are there already never harms them, killed or not", async () => {
  await killBeforeEachStep(
    (folder, step) => spawn("same", folder, "a", "1", step),
    async (folder) => {
      using registry = openRegistry({ folder, clock });
      await registry.register(await sampleModel("a", "same 0"));
    },
    async (folder) => {
      using registry = openRegistry({ folder, clock });
      await registry.load("a@1");
      await assertSound(registry);
    },
  );
});

Deno.test("gc() leaves every listed version whole when killed before any write", async () => {
  const killed = await killBeforeEachStep(
    (folder, step) => spawn("gc", folder, "a", "1", step),
    async (folder) => {
      using registry = openRegistry({ folder, clock });
      for (const content of ["1", "2"]) await registry.register(await sampleModel("a", content));
    },
    async (folder) => {
      using registry = openRegistry({ folder, clock });
      await registry.load("a@2");
      await assertSound(registry);
    },
  );
  assert(killed >= 8, `only ${killed} steps`);
});

Deno.test("register() clears up after itself when a write fails", async () => {
  let ended = false;
  for (let failing = 0; !ended; failing++) {
    assert(failing < MANY_STEPS);
    await inFolder(async (folder) => {
      using registry = openRegistry({ folder, clock });
      const model = await sampleModel("a", "1");
      {
        using _steps = interceptSteps(({ index, half }) => {
          if (index !== failing) return;
          half();
          throw Object.assign(new Error("no space"), { code: "ENOSPC" });
        });
        ended = await registry.register(model).then(() => true, (error) => {
          assert(error instanceof InputError && error.message.includes("no room left"));
          return false;
        });
      }
      const files = [...Deno.readDirSync(folder)].map((entry) => entry.name);
      assert(!files.some((name) => name.endsWith("-journal")), `${files}`);
      const bad = (await registry.verify()).filter((check) => !check.ok);
      assert(!bad.some((check) => check.file.endsWith(".tmp")), "a half-written file stayed");
      assertEquals(registry.list().length, ended ? 1 : 0);
      await assertSound(registry);
    });
  }
});

Deno.test("gc() waits for a registration whose files are there and whose row is not", () =>
  inFolder(async (folder) => {
    using registry = openRegistry({ folder, clock });
    await registry.register(await sampleModel("a", "first"));
    const child = spawn("slow", folder, "a", "1", "exec COMMIT", "500");
    assert(await isPaused(child));
    const orphans = (await registry.verify()).filter((check) => check.reference === "orphan");
    assertEquals(orphans.length, 2);
    const { removedFiles } = await registry.gc({ keep: 5, dryRun: false });
    assertEquals(removedFiles, []);
    assertEquals(registry.resolve("a").version, 2);
    await registry.load("a@2");
    await finished(child);
  }));

Deno.test("gc() in a loop beside several registering processes takes nothing it should not", () =>
  inFolder(async (folder) => {
    using registry = openRegistry({ folder, clock });
    // Two of them register the same bytes, so files come back while gc removes them.
    const children = ["same", "same", "other"].map((content, index) =>
      spawn(content, folder, `model-${index}`, "8")
    );
    let running = true;
    const ends = Promise.allSettled(children.map(finished)).finally(() => running = false);
    while (running) {
      await registry.gc({ keep: 1, dryRun: false });
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    assertEquals((await ends).filter((end) => end.status === "rejected"), []);
    for (const index of [0, 1, 2]) assertEquals((await registry.load(`model-${index}`)).version, 8);
    await assertSound(registry);
  }));

/** The model a@1 and so many systems of it, which differ in their size. */
async function withSystems(folder: string, systems: number): Promise<void> {
  using registry = openRegistry({ folder, clock });
  await registry.register(await sampleModel("a", "1"));
  for (let lots = 1; lots <= systems; lots++) {
    const sizing = { kind: "fixed", lots };
    await registry.registerSystem(sampleSystem(registry, "s", ["a@1"], { sizing }));
  }
}

Deno.test("registerSystem() is whole or absent when the process is killed before any write", async () => {
  const killed = await killBeforeEachStep(
    (folder, step) => spawn("system", folder, "s", "1", step),
    (folder) => withSystems(folder, 0),
    async (folder) => {
      using registry = openRegistry({ folder, clock });
      assert(registry.listSystems().length <= 1);
      await assertSound(registry);
      await registry.registerSystem(sampleSystem(registry, "s", ["a@1"]));
      assertEquals((await registry.loadSystem("s")).version, 1);
    },
  );
  assert(killed >= 8, `only ${killed} steps`);
});

Deno.test("promote() of a system moves the alias, its deployment and the history as one, killed or not", async () => {
  const killed = await killBeforeEachStep(
    (folder, step) => spawn("promote", folder, "s", "2", step),
    async (folder) => {
      await withSystems(folder, 2);
      using registry = openRegistry({ folder, clock });
      registry.promote("s@1", "champion", "first");
    },
    async (folder) => {
      using registry = openRegistry({ folder, clock });
      const { version, why } = registry.deployment("s")!;
      assertEquals(why, version === 1 ? "first" : "race");
      assertEquals(registry.history("s").length, version);
      await assertSound(registry);
    },
  );
  assert(killed >= 4, `only ${killed} steps`);
});

Deno.test("processes that promote at once say one line each and leave one history", () =>
  inFolder(async (folder) => {
    await withSystems(folder, PROCESSES - 1);
    const versions = [1, 1, ...Array.from({ length: PROCESSES - 2 }, (_, index) => index + 2)];
    const lines = await Promise.all(
      versions.map((version) => finished(spawn("promote", folder, "s", String(version)))),
    );
    for (const line of lines) {
      assert(
        /^(s@\d after (null|\d)|Cannot change anything as s@1 already is champion)\n$/.test(line),
        line,
      );
    }
    using registry = openRegistry({ folder, clock });
    const history = registry.history("s");
    assertEquals(history.length, lines.filter((line) => line.startsWith("s@")).length);
    history.forEach(({ fromVersion }, move) => {
      assertEquals(fromVersion, history[move - 1]?.toVersion ?? null);
    });
    assertEquals(registry.deployment("s")!.id, history.at(-1)!.deployment!.id);
    await assertSound(registry);
  }));

Deno.test("a reader without write permission sees what writers commit", () =>
  inFolder(async (folder) => {
    using registry = openRegistry({ folder, clock });
    await registry.register(await sampleModel("a", "1"));
    const reader = new Deno.Command(Deno.execPath(), {
      args: [
        ...["run", "--quiet", "--no-prompt", "--cached-only", `--allow-read=${folder}`],
        ...[CHILD, "read", folder, "a"],
      ],
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    assertEquals(JSON.parse(await finished(reader)), [1]);
    using readOnly = openRegistry({ folder, clock, readOnly: true });
    assertThrows(() => readOnly.promote("a@1", "champion", "no"), InputError, "may only be read");
    await assertRejects(
      readOnly.register(await sampleModel("a", "2")),
      InputError,
      "may only be read",
    );
    assertEquals(
      [...Deno.readDirSync(folder)].map((entry) => entry.name).sort(),
      ["artifacts", "registry.sqlite"],
    );
    await assertRejects(readOnly.gc({ keep: 1, dryRun: false }), InputError, "may only be read");
    assertEquals(listArtifacts(folder).length, 2);
  }));
