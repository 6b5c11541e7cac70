import { join } from "node:path";
import fc from "fast-check";
import { sampleModel } from "../../tests/fixtures/sample_model.ts";
import { rollbackJournal } from "../../tests/fixtures/rollback_journal.ts";
import { assertRejects, assertThrows, inFolder } from "../../tests/fixtures/temporary_folder.ts";
import { CorruptArtifactError, InputError } from "../core/errors.ts";
import { openDatabase } from "../db/database.ts";
import { REGISTRY_MIGRATIONS } from "../db/schema.ts";
import { assert, assertEquals } from "../../tests/assert.ts";
import { type AliasChange, aliasStack } from "./aliases.ts";
import { openRegistry, type Registry } from "./registry.ts";

const clock = { now: () => Date.UTC(2026, 0, 2, 3, 4, 5) };

/** Runs a test on an empty registry. */
function inRegistry(
  test: (registry: Registry, folder: string) => Promise<void>,
): Promise<void> {
  return inFolder(async (folder) => {
    using registry = openRegistry({ folder, clock });
    await test(registry, folder);
  });
}

async function registerMany(registry: Registry, name: string, count: number): Promise<void> {
  for (let i = 1; i <= count; i++) await registry.register(await sampleModel(name, `${name} ${i}`));
}

Deno.test("register() numbers versions per name and load() gives back what went in", () =>
  inRegistry(async (registry) => {
    await registerMany(registry, "6E-forest", 2);
    const model = await sampleModel("6E-forest", "third", { metrics: { sharpe: 1.5 } });
    const registered = await registry.register(model);
    assertEquals([
      registered.version,
      (await registry.register(await sampleModel("b", "1"))).version,
    ], [
      3,
      1,
    ]);
    const { onnx, path, ...version } = await registry.load("6E-forest@3");
    assertEquals(version, registered);
    assertEquals(version.manifest, model.manifest);
    assertEquals(new Uint8Array(onnx), model.onnx);
    assertEquals(Deno.readFileSync(path), model.onnx);
    assertEquals(registry.list().map((one) => `${one.name}@${one.version}`), [
      "b@1",
      "6E-forest@3",
      "6E-forest@2",
      "6E-forest@1",
    ]);
    assert((await registry.verify()).every((check) => check.ok));
  }));

Deno.test("register() refuses a manifest that names other bytes, or has no such shape", () =>
  inRegistry(async (registry) => {
    const model = await sampleModel("a", "1");
    await assertRejects(
      registry.register({ ...model, onnx: new Uint8Array(3) }),
      RangeError,
      "its manifest names other bytes",
    );
    const manifest = { ...model.manifest, metrics: { accuracy: NaN } };
    await assertRejects(registry.register({ ...model, manifest }), TypeError, "metrics.accuracy");
    assertEquals(registry.list(), []);
  }));

Deno.test("register() makes metrics, parameters and hashes queryable with SQL", () =>
  inRegistry(async (registry, folder) => {
    await registry.register(
      await sampleModel("a", "1", { metrics: { sharpe: 1.5 }, parentRun: "r7" }),
    );
    const path = join(folder, "registry.sqlite");
    using database = openDatabase(path, { migrations: REGISTRY_MIGRATIONS, readOnly: true });
    const rows = (sql: string) => database.all<object>(sql).map((row) => ({ ...row }));
    assertEquals(rows("SELECT name, value FROM metric ORDER BY name"), [
      { name: "accuracy", value: 0.5 },
      { name: "sharpe", value: 1.5 },
      { name: "skill", value: null },
    ]);
    assertEquals(rows("SELECT name, value FROM parameter ORDER BY name"), [
      { name: "depth", value: "[8,12]" },
      { name: "trees", value: "100" },
    ]);
    assertEquals(
      rows(`SELECT parent_run, length(data_sha256) AS data, length(code_sha256) AS code,
        feature_spec ->> '$.return[1]' AS lag, manifest ->> '$.seed' AS seed FROM model_version`),
      [{ parent_run: "r7", data: 64, code: 64, lag: 5, seed: 7 }],
    );
  }));

Deno.test("resolve() reads names, versions and aliases, and prefers the champion", () =>
  inRegistry(async (registry) => {
    await registerMany(registry, "6E-forest", 3);
    assertEquals(registry.resolve("6E-forest").version, 3);
    registry.promote("6E-forest@1", "champion", "first");
    assertEquals(registry.resolve("6E-forest").version, 1);
    assertEquals(registry.resolve("6E-forest@champion").aliases, ["champion"]);
    assertEquals(registry.resolve("6E-forest@2").version, 2);
  }));

Deno.test("resolve() says what there is when it finds nothing", () =>
  inRegistry(async (registry) => {
    assertThrows(() => registry.resolve("a"), InputError, "no models registered yet");
    await registerMany(registry, "6E-forest", 7);
    await registerMany(registry, "MES-logistic", 1);
    registry.promote("6E-forest@2", "champion", "first");
    const cases = [
      ["6e-forst", "nearest: 6E-forest, MES-logistic"],
      ["6E-forest@9", "version 9 of 6E-forest (it has versions 7, 6, 5, 4, 3 and 2 older; aliases"],
      ["6E-forest@live", "6E-forest's alias live"],
      ["6E-forest@", "aliases champion"],
      ["", "nearest"],
    ] as const;
    for (const [reference, part] of cases) {
      assertThrows(() => registry.resolve(reference), InputError, part);
    }
    assertThrows(() => registry.list("6E"), InputError, "nearest: 6E-forest");
  }));

Deno.test("promote() moves an alias with a reason and a history", () =>
  inRegistry(async (registry) => {
    await registerMany(registry, "a", 2);
    registry.promote("a@1", "champion", "first");
    assertEquals(registry.promote("a@2", "champion", "better"), {
      kind: "promote",
      name: "a",
      alias: "champion",
      fromVersion: 1,
      toVersion: 2,
      at: "2026-01-02T03:04:05.000Z",
      why: "better",
    });
    assertEquals(registry.resolve("a@1").aliases, []);
    assertThrows(
      () => registry.promote("a@2", "champion", "again"),
      InputError,
      "already is champion",
    );
    assertThrows(() => registry.promote("a@1", "3", "x"), InputError, "begin with a letter");
    assertThrows(() => registry.promote("a@1", "champion", " "), InputError, "say why");
    assertEquals(registry.history("a").map((change) => change.why), ["first", "better"]);
    assertEquals(registry.history("a", "live"), []);
  }));

Deno.test("rollback() goes back one promotion at a time", () =>
  inRegistry(async (registry) => {
    await registerMany(registry, "a", 3);
    const rollback = () => registry.rollback("a", "champion", "drawdown").toVersion;
    assertThrows(rollback, InputError, "no earlier version");
    for (const version of [1, 2, 3]) registry.promote(`a@${version}`, "champion", "better");
    assertEquals([rollback(), rollback()], [2, 1]);
    assertThrows(rollback, InputError, "no earlier version");
    assertEquals(registry.resolve("a").version, 1);
  }));

Deno.test("aliasStack() is a stack: a rollback undoes exactly the last promotion", () => {
  const move = { name: "a", alias: "b", fromVersion: null, at: "", why: "" };
  fc.assert(fc.property(fc.array(fc.option(fc.integer({ min: 1, max: 5 }))), (moves) => {
    const expected: number[] = [];
    const history = moves.flatMap((toVersion): AliasChange[] => {
      if (toVersion !== null && toVersion !== expected.at(-1)) {
        expected.push(toVersion);
        return [{ ...move, kind: "promote", toVersion }];
      }
      if (toVersion !== null || expected.length < 2) return [];
      expected.pop();
      return [{ ...move, kind: "rollback", toVersion: expected.at(-1)! }];
    });
    assertEquals(aliasStack(history), expected);
  }));
});

Deno.test("load() and verify() name a file that is damaged or missing; registering mends it", () =>
  inRegistry(async (registry) => {
    await registerMany(registry, "a", 1);
    const { path, onnxSha256 } = await registry.load("a");
    const bytes = Deno.readFileSync(path);
    bytes[10]! ^= 1;
    Deno.writeFileSync(path, bytes);
    await assertRejects(registry.load("a"), CorruptArtifactError, `should be ${onnxSha256}: found`);
    Deno.removeSync(path);
    await assertRejects(registry.load("a"), CorruptArtifactError, "found no file");
    const bad = (await registry.verify()).filter((check) => !check.ok);
    assertEquals(bad.map((check) => [check.reference, check.file]), [["a@1", path]]);
    await registry.register(await sampleModel("a", "a 1"));
    assert((await registry.verify()).every((check) => check.ok));
  }));

Deno.test("verify() reports files without a version, and a manifest that was edited", () =>
  inRegistry(async (registry, folder) => {
    await registerMany(registry, "a", 1);
    const orphan = join(folder, "artifacts", "ab", `${"ab".repeat(32)}.onnx`);
    Deno.mkdirSync(join(folder, "artifacts", "ab"), { recursive: true });
    Deno.writeTextFileSync(orphan, "left over");
    {
      using database = openDatabase(join(folder, "registry.sqlite"), {
        migrations: REGISTRY_MIGRATIONS,
      });
      database.run("UPDATE model_version SET manifest = replace(manifest, '\"seed\": 7', '')");
    }
    const bad = (await registry.verify()).filter((check) => !check.ok);
    assertEquals(bad.map((check) => check.reference), ["a@1", "orphan"]);
    assertEquals(bad[1]?.file, orphan);
    assertThrows(
      () => registry.resolve("a"),
      CorruptArtifactError,
      "a@1: Cannot read the manifest",
    );
    await registerMany(registry, "b", 1);
    assertEquals(registry.list().map(({ name }) => name), ["b"]);
    assertEquals(registry.unreadable().map(({ reference }) => reference), ["a@1"]);
  }));

Deno.test("gc() keeps the newest, the aliased, their way back and the parents", () =>
  inRegistry(async (registry) => {
    await registerMany(registry, "a", 6);
    await registry.register(await sampleModel("a", "child", { parentRun: "a@3" }));
    for (const version of [1, 2]) registry.promote(`a@${version}`, "champion", "better");
    const planned = await registry.gc({ keep: 2, dryRun: true });
    assertEquals(registry.list().length, 7);
    const report = await registry.gc({ keep: 2, dryRun: false });
    assertEquals(report, planned);
    assertEquals(report.removedVersions, ["a@5", "a@4"]);
    assertEquals(report.removedFiles.length, 4);
    assert(report.freedBytes > 0);
    assertEquals(registry.list().map((one) => one.version), [7, 6, 3, 2, 1]);
    assert((await registry.verify()).every((check) => check.ok));
    assertEquals(registry.rollback("a", "champion", "drill").toVersion, 1);
    await assertRejects(registry.gc({ keep: 0, dryRun: false }), RangeError, "current value is 0");
  }));

Deno.test("gc() leaves files that a kept version shares, and files that are not the registry's", () =>
  inRegistry(async (registry, folder) => {
    for (let i = 0; i < 2; i++) await registry.register(await sampleModel("a", "same"));
    await registry.register(await sampleModel("b", "same"));
    const foreign = join(folder, "artifacts", "README.md");
    Deno.writeTextFileSync(foreign, "mine");
    const report = await registry.gc({ keep: 1, dryRun: false });
    assertEquals([report.removedVersions, report.removedFiles], [["a@1"], []]);
    assertEquals(Deno.readTextFileSync(foreign), "mine");
    assertEquals((await registry.load("a@2")).onnxSha256, (await registry.load("b@1")).onnxSha256);
  }));

Deno.test("a lost registry is damage, not a beginning: its models are no garbage", () =>
  inFolder(async (folder) => {
    {
      using registry = openRegistry({ folder, clock });
      await registry.register(await sampleModel("a", "only"));
    }
    const registry = join(folder, "registry.sqlite");
    for (const lose of [() => Deno.truncateSync(registry), () => Deno.removeSync(registry)]) {
      lose();
      for (const readOnly of [true, false]) {
        assertThrows(
          () => openRegistry({ folder, clock, readOnly }),
          CorruptArtifactError,
          "2 files of models lie beside it (restore it from a backup",
        );
      }
    }
  }));

Deno.test("openRegistry() says how to begin when it may only read and there is nothing", () =>
  inFolder((folder) => {
    const open = (path: string) => openRegistry({ folder: path, clock, readOnly: true });
    for (const path of [folder, join(folder, "none")]) {
      assertThrows(
        () => open(path),
        InputError,
        "no models registered yet (run `deno task train`)",
      );
    }
    assertEquals([...Deno.readDirSync(folder)], []);
    const file = join(folder, "file");
    Deno.writeTextFileSync(file, "");
    assertThrows(
      () => openRegistry({ folder: file, clock }),
      InputError,
      "move that file away",
    );
  }));

Deno.test("a reader that may write undoes a commit that was killed, and reads", () =>
  inFolder(async (folder) => {
    {
      using registry = openRegistry({ folder, clock });
      await registerMany(registry, "6E-forest", 2);
    }
    const path = join(folder, "registry.sqlite");
    const before = Deno.readFileSync(path);
    {
      using database = openDatabase(path, { migrations: REGISTRY_MIGRATIONS });
      database.run("UPDATE model_version SET name = 'other'");
    }
    // What a kill leaves: pages of the new state, and the journal of the old one.
    Deno.writeFileSync(`${path}-journal`, rollbackJournal(before));
    using registry = openRegistry({ folder, clock, readOnly: true });
    assertEquals(registry.list().map(({ name, version }) => `${name}@${version}`), [
      "6E-forest@2",
      "6E-forest@1",
    ]);
  }));
