import { join } from "node:path";
import fc from "fast-check";
import { sampleModel } from "../../tests/fixtures/sample_model.ts";
import { assertRejects, assertThrows, inFolder } from "../../tests/fixtures/temporary_folder.ts";
import { CorruptArtifactError, InputError } from "../core/errors.ts";
import { openDatabase } from "../db/database.ts";
import { REGISTRY_MIGRATIONS } from "../db/schema.ts";
import { assert, assertEquals } from "../../tests/assert.ts";
import { type AliasChange, aliasStack } from "./aliases.ts";
import { type ModelHub, openModelHub } from "./model_registry.ts";

const clock = { now: () => Date.UTC(2026, 0, 2, 3, 4, 5) };

/** Runs a test on an empty hub. */
function inHub(test: (hub: ModelHub, folder: string) => Promise<void>): Promise<void> {
  return inFolder(async (folder) => {
    using hub = openModelHub({ folder, clock });
    await test(hub, folder);
  });
}

async function registerMany(hub: ModelHub, name: string, count: number): Promise<void> {
  for (let i = 1; i <= count; i++) await hub.register(await sampleModel(name, `${name} ${i}`));
}

Deno.test("register() numbers versions per name and load() gives back what went in", () =>
  inHub(async (hub) => {
    await registerMany(hub, "6E-forest", 2);
    const model = await sampleModel("6E-forest", "third", { metrics: { sharpe: 1.5 } });
    const registered = await hub.register(model);
    assertEquals([registered.version, (await hub.register(await sampleModel("b", "1"))).version], [
      3,
      1,
    ]);
    const { onnx, path, ...version } = await hub.load("6E-forest@3");
    assertEquals(version, registered);
    assertEquals(version.manifest, model.manifest);
    assertEquals(new Uint8Array(onnx), model.onnx);
    assertEquals(Deno.readFileSync(path), model.onnx);
    assertEquals(hub.list().map((one) => `${one.name}@${one.version}`), [
      "b@1",
      "6E-forest@3",
      "6E-forest@2",
      "6E-forest@1",
    ]);
    assert((await hub.verify()).every((check) => check.ok));
  }));

Deno.test("register() refuses a manifest that names other bytes, or has no such shape", () =>
  inHub(async (hub) => {
    const model = await sampleModel("a", "1");
    await assertRejects(
      hub.register({ ...model, onnx: new Uint8Array(3) }),
      RangeError,
      "its manifest names other bytes",
    );
    const manifest = { ...model.manifest, metrics: { accuracy: NaN } };
    await assertRejects(hub.register({ ...model, manifest }), TypeError, "metrics.accuracy");
    assertEquals(hub.list(), []);
  }));

Deno.test("register() makes metrics, parameters and hashes queryable with SQL", () =>
  inHub(async (hub, folder) => {
    await hub.register(await sampleModel("a", "1", { metrics: { sharpe: 1.5 }, parentRun: "r7" }));
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
  inHub(async (hub) => {
    await registerMany(hub, "6E-forest", 3);
    assertEquals(hub.resolve("6E-forest").version, 3);
    hub.promote("6E-forest@1", "champion", "first");
    assertEquals(hub.resolve("6E-forest").version, 1);
    assertEquals(hub.resolve("6E-forest@champion").aliases, ["champion"]);
    assertEquals(hub.resolve("6E-forest@2").version, 2);
  }));

Deno.test("resolve() says what there is when it finds nothing", () =>
  inHub(async (hub) => {
    assertThrows(() => hub.resolve("a"), InputError, "no models registered yet");
    await registerMany(hub, "6E-forest", 7);
    await registerMany(hub, "MES-logistic", 1);
    hub.promote("6E-forest@2", "champion", "first");
    const cases = [
      ["6e-forst", "nearest: 6E-forest, MES-logistic"],
      ["6E-forest@9", "version 9 of 6E-forest (it has versions 7, 6, 5, 4, 3 and 2 older; aliases"],
      ["6E-forest@live", "6E-forest's alias live"],
      ["6E-forest@", "aliases champion"],
      ["", "nearest"],
    ] as const;
    for (const [reference, part] of cases) {
      assertThrows(() => hub.resolve(reference), InputError, part);
    }
    assertThrows(() => hub.list("6E"), InputError, "nearest: 6E-forest");
  }));

Deno.test("promote() moves an alias with a reason and a history", () =>
  inHub(async (hub) => {
    await registerMany(hub, "a", 2);
    hub.promote("a@1", "champion", "first");
    assertEquals(hub.promote("a@2", "champion", "better"), {
      kind: "promote",
      name: "a",
      alias: "champion",
      fromVersion: 1,
      toVersion: 2,
      at: "2026-01-02T03:04:05.000Z",
      why: "better",
    });
    assertEquals(hub.resolve("a@1").aliases, []);
    assertThrows(() => hub.promote("a@2", "champion", "again"), InputError, "already is champion");
    assertThrows(() => hub.promote("a@1", "3", "x"), InputError, "begin with a letter");
    assertThrows(() => hub.promote("a@1", "champion", " "), InputError, "say why");
    assertEquals(hub.history("a").map((change) => change.why), ["first", "better"]);
    assertEquals(hub.history("a", "live"), []);
  }));

Deno.test("rollback() goes back one promotion at a time", () =>
  inHub(async (hub) => {
    await registerMany(hub, "a", 3);
    const rollback = () => hub.rollback("a", "champion", "drawdown").toVersion;
    assertThrows(rollback, InputError, "no earlier version");
    for (const version of [1, 2, 3]) hub.promote(`a@${version}`, "champion", "better");
    assertEquals([rollback(), rollback()], [2, 1]);
    assertThrows(rollback, InputError, "no earlier version");
    assertEquals(hub.resolve("a").version, 1);
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
  inHub(async (hub) => {
    await registerMany(hub, "a", 1);
    const { path, onnxSha256 } = await hub.load("a");
    const bytes = Deno.readFileSync(path);
    bytes[10]! ^= 1;
    Deno.writeFileSync(path, bytes);
    await assertRejects(hub.load("a"), CorruptArtifactError, `should be ${onnxSha256}: found`);
    Deno.removeSync(path);
    await assertRejects(hub.load("a"), CorruptArtifactError, "found no file");
    const bad = (await hub.verify()).filter((check) => !check.ok);
    assertEquals(bad.map((check) => [check.reference, check.file]), [["a@1", path]]);
    await hub.register(await sampleModel("a", "a 1"));
    assert((await hub.verify()).every((check) => check.ok));
  }));

Deno.test("verify() reports files without a version, and a manifest that was edited", () =>
  inHub(async (hub, folder) => {
    await registerMany(hub, "a", 1);
    const orphan = join(folder, "artifacts", "ab", `${"ab".repeat(32)}.onnx`);
    Deno.mkdirSync(join(folder, "artifacts", "ab"), { recursive: true });
    Deno.writeTextFileSync(orphan, "left over");
    {
      using database = openDatabase(join(folder, "registry.sqlite"), {
        migrations: REGISTRY_MIGRATIONS,
      });
      database.run("UPDATE model_version SET manifest = replace(manifest, '\"seed\": 7', '')");
    }
    const bad = (await hub.verify()).filter((check) => !check.ok);
    assertEquals(bad.map((check) => check.reference), ["a@1", "orphan"]);
    assertEquals(bad[1]?.file, orphan);
    assertThrows(() => hub.resolve("a"), CorruptArtifactError, "a@1: Cannot read the manifest");
    await registerMany(hub, "b", 1);
    assertEquals(hub.list().map(({ name }) => name), ["b"]);
    assertEquals(hub.unreadable().map(({ reference }) => reference), ["a@1"]);
  }));

Deno.test("gc() keeps the newest, the aliased, their way back and the parents", () =>
  inHub(async (hub) => {
    await registerMany(hub, "a", 6);
    await hub.register(await sampleModel("a", "child", { parentRun: "a@3" }));
    for (const version of [1, 2]) hub.promote(`a@${version}`, "champion", "better");
    const planned = await hub.gc({ keep: 2, dryRun: true });
    assertEquals(hub.list().length, 7);
    const report = await hub.gc({ keep: 2, dryRun: false });
    assertEquals(report, planned);
    assertEquals(report.removedVersions, ["a@5", "a@4"]);
    assertEquals(report.removedFiles.length, 4);
    assert(report.freedBytes > 0);
    assertEquals(hub.list().map((one) => one.version), [7, 6, 3, 2, 1]);
    assert((await hub.verify()).every((check) => check.ok));
    assertEquals(hub.rollback("a", "champion", "drill").toVersion, 1);
    await assertRejects(hub.gc({ keep: 0, dryRun: false }), RangeError, "current value is 0");
  }));

Deno.test("gc() leaves files that a kept version shares, and files that are not the hub's", () =>
  inHub(async (hub, folder) => {
    for (let i = 0; i < 2; i++) await hub.register(await sampleModel("a", "same"));
    await hub.register(await sampleModel("b", "same"));
    const foreign = join(folder, "artifacts", "README.md");
    Deno.writeTextFileSync(foreign, "mine");
    const report = await hub.gc({ keep: 1, dryRun: false });
    assertEquals([report.removedVersions, report.removedFiles], [["a@1"], []]);
    assertEquals(Deno.readTextFileSync(foreign), "mine");
    assertEquals((await hub.load("a@2")).onnxSha256, (await hub.load("b@1")).onnxSha256);
  }));

Deno.test("a lost registry is damage, not a beginning: its models are no garbage", () =>
  inFolder(async (folder) => {
    {
      using hub = openModelHub({ folder, clock });
      await hub.register(await sampleModel("a", "only"));
    }
    const registry = join(folder, "registry.sqlite");
    for (const lose of [() => Deno.truncateSync(registry), () => Deno.removeSync(registry)]) {
      lose();
      for (const readOnly of [true, false]) {
        assertThrows(
          () => openModelHub({ folder, clock, readOnly }),
          CorruptArtifactError,
          "2 files of models lie beside it (restore it from a backup",
        );
      }
    }
  }));

Deno.test("openModelHub() says how to begin when it may only read and there is nothing", () =>
  inFolder((folder) => {
    const open = (path: string) => openModelHub({ folder: path, clock, readOnly: true });
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
    assertThrows(() => openModelHub({ folder: file, clock }), InputError, "move that file away");
  }));
