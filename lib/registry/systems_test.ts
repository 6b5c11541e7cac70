import { join } from "node:path";
import { sampleModel } from "../../tests/fixtures/sample_model.ts";
import { sampleSystem } from "../../tests/fixtures/sample_system.ts";
import { assertRejects, assertThrows, inFolder } from "../../tests/fixtures/temporary_folder.ts";
import { CorruptArtifactError, InputError, RefusedError } from "../core/errors.ts";
import { canonicalJson } from "../core/canonical_json.ts";
import type { JsonValue } from "../core/json.ts";
import { sha256Hex } from "../core/sha256.ts";
import { openDatabase } from "../db/database.ts";
import { REGISTRY_MIGRATIONS } from "../db/schema.ts";
import { assert, assertEquals } from "../../tests/assert.ts";
import { artifactPath, writeArtifact } from "./artifact_store.ts";
import { openRegistry, type Registry } from "./registry.ts";

const clock = { now: () => Date.UTC(2026, 0, 2, 3, 4, 5) };
const CHECK = { dataSha256: "", codeSha256: "", trials: 1, compared: 1 };

/** Runs a test on a registry that holds the models a@1 and b@1. */
function withModels(
  test: (registry: Registry, folder: string) => Promise<void>,
): Promise<void> {
  return inFolder(async (folder) => {
    using registry = openRegistry({ folder, clock });
    for (const name of ["a", "b"]) await registry.register(await sampleModel(name, name));
    await test(registry, folder);
  });
}

/** Registers systems that differ in their size: version n trades n lots. */
async function registerSystems(registry: Registry, name: string, count: number): Promise<void> {
  for (let lots = 1; lots <= count; lots++) {
    const sizing = { kind: "fixed", lots };
    await registry.registerSystem(sampleSystem(registry, name, ["a@1", "b@1"], { sizing }));
  }
}

function editDatabase(folder: string, ...statements: readonly string[]): void {
  using database = openDatabase(join(folder, "registry.sqlite"), {
    migrations: REGISTRY_MIGRATIONS,
  });
  database.script("PRAGMA foreign_keys = OFF");
  for (const statement of statements) database.script(statement);
}

Deno.test("registerSystem() numbers systems per name and finds one again by its content", () =>
  withModels(async (registry) => {
    await registerSystems(registry, "pair", 2);
    const again = await registry.registerSystem(sampleSystem(registry, "pair", ["a@1", "b@1"]));
    assertEquals([again.version, registry.listSystems("pair").length], [1, 2]);
    const { path, system, ...version } = await registry.loadSystem("pair@1");
    assertEquals(system, sampleSystem(registry, "pair", ["a@1", "b@1"]));
    assertEquals(version, again);
    assertEquals(version.parts, ["a@1", "b@1"]);
    assertEquals(version.blender, "plain-rule");
    assertEquals(await sha256Hex(Deno.readFileSync(path)), version.sha256);
    const alone = await registry.registerSystem(sampleSystem(registry, "alone", ["a@1"]));
    assertEquals([alone.version, alone.blender], [1, null]);
    assertEquals(registry.listSystems().map(({ name }) => name), ["alone", "pair", "pair"]);
    assert((await registry.verify()).every((check) => check.ok));
  }));

Deno.test("a name is that of models or that of systems, and errors say what to give instead", () =>
  withModels(async (registry) => {
    assertThrows(() => registry.resolveSystem("x"), InputError, "no trading systems registered");
    await registerSystems(registry, "pair", 1);
    assertEquals([registry.kindOf("a"), registry.kindOf("pair@1")], ["model", "system"]);
    const cases = [
      [() => registry.resolve("pair"), "it is a trading system (give --system pair)"],
      [() => registry.resolveSystem("a"), "it is a model (make one of it with `deno task system"],
      [() => registry.resolveSystem("pear"), 'a trading system named "pear" (nearest: pair)'],
      [() => registry.resolveSystem("pair@2"), "it has versions 1; no aliases"],
      [() => registry.promote("a@1", "champion", "x", { sizeFactor: 0.5 }), "as it is a model"],
    ] as const;
    for (const [action, part] of cases) assertThrows(action, InputError, part);
    await assertRejects(
      registry.register(await sampleModel("pair", "x")),
      InputError,
      "Cannot use the name pair as it is that of a trading system",
    );
    await assertRejects(
      registry.registerSystem(sampleSystem(registry, "a", ["b@1"])),
      InputError,
      "Cannot use the name a as it is that of a model",
    );
    assertEquals([registry.list("a").length, registry.listSystems().length], [1, 1]);
  }));

Deno.test("registerSystem() refuses parts that are not registered here, and leaves nothing", () =>
  withModels(async (registry) => {
    const system = sampleSystem(registry, "pair", ["a@1", "b@1"]);
    const [first, second] = system.parts;
    const cases = [
      [{ ...second!, version: 7 }, "pair: Cannot find its part b@7"],
      [{ ...second!, onnxSha256: "e".repeat(64) }, "made with another model of that name"],
    ] as const;
    for (const [part, message] of cases) {
      const changed = { ...system, parts: [first!, part] };
      await assertRejects(registry.registerSystem(changed), InputError, message);
    }
    assertEquals(registry.listSystems(), []);
    const { removedFiles } = await registry.gc({ keep: 1, dryRun: false });
    assertEquals(removedFiles.length, 2);
    assert((await registry.verify()).every((check) => check.ok));
  }));

Deno.test("promote() deploys a system in a size; rollback() takes back one deployment at a time", () =>
  withModels(async (registry) => {
    await registerSystems(registry, "pair", 2);
    assertEquals(registry.deployment("pair"), null);
    const first = registry.promote("pair@1", "champion", "first");
    assertEquals(first.deployment!.sizeFactor, 1);
    const half = registry.promote("pair@2", "champion", "half of it", { sizeFactor: 0.5 });
    assertEquals([half.fromVersion, half.toVersion, half.deployment!.sizeFactor], [1, 2, 0.5]);
    const full = registry.promote("pair@2", "champion", "proved itself");
    assertEquals([full.fromVersion, full.toVersion], [2, 2]);
    assertThrows(
      () => registry.promote("pair@2", "champion", "again"),
      InputError,
      "pair@2 already is champion",
    );
    const now = registry.deployment("pair")!;
    const { sha256 } = registry.resolveSystem("pair@2");
    assertEquals(now, {
      ...{ name: "pair", alias: "champion", version: 2, sha256, sizeFactor: 1 },
      ...{ id: full.deployment!.id, since: "2026-01-02T03:04:05.000Z", why: "proved itself" },
    });
    assertEquals(registry.deployment("pair@2"), null);
    const back = () => registry.rollback("pair", "champion", "harm");
    assertEquals(back().deployment, half.deployment);
    assertEquals(registry.deployment("pair@champion")!.why, "harm");
    assertEquals(back().deployment, first.deployment);
    assertThrows(back, InputError, "no earlier version");
    assertEquals(registry.history("pair").map(({ kind, toVersion }) => [kind, toVersion]), [
      ...[["promote", 1], ["promote", 2], ["promote", 2], ["rollback", 2], ["rollback", 1]],
    ]);
    assertEquals(registry.deployments("pair").map(({ alias }) => alias), ["champion"]);
    assertEquals(registry.resolveSystem("pair").version, 1);
    for (const sizeFactor of [0, -1, 1.5, NaN]) {
      assertThrows(
        () => registry.promote("pair@2", "next", "x", { sizeFactor }),
        InputError,
        "times its size",
      );
    }
  }));

Deno.test("a leak check counts for systems as it does for models", () =>
  withModels(async (registry) => {
    await registerSystems(registry, "pair", 3);
    registry.recordLeakCheck("pair@1", { ...CHECK, passed: true, leak: null });
    registry.recordLeakCheck("a@1", { ...CHECK, passed: true, leak: null });
    const { leakCheck } = registry.recordLeakCheck("pair@3", {
      ...{ ...CHECK, passed: false, leak: "features.r at row 7" },
    });
    assertEquals([leakCheck?.passed, registry.resolve("a").leakCheck?.passed], [false, true]);
    registry.promote("pair@1", "champion", "checked");
    assertThrows(
      () => registry.promote("pair@2", "champion", "unchecked"),
      RefusedError,
      "leak-check --system pair@2",
    );
    registry.promote("pair@2", "champion", "unchecked", { allowUnchecked: true });
    assertThrows(
      () => registry.promote("pair@3", "champion", "leaks"),
      RefusedError,
      "failed its leak check",
    );
    registry.recordLeakCheck("pair@1", { ...CHECK, passed: false, leak: "late" });
    assertThrows(
      () => registry.rollback("pair", "champion", "x"),
      InputError,
      "no earlier version",
    );
  }));

Deno.test("gc() keeps systems that ever traded, and the models of every system that it keeps", () =>
  withModels(async (registry) => {
    for (const content of ["2", "3", "4"]) {
      await registry.register(await sampleModel("a", content));
    }
    for (const part of ["a@1", "a@2", "a@3"]) {
      await registry.registerSystem(sampleSystem(registry, "alone", [part]));
    }
    registry.promote("alone@1", "champion", "first");
    registry.promote("alone@3", "champion", "newest");
    const planned = await registry.gc({ keep: 1, dryRun: true });
    const report = await registry.gc({ keep: 1, dryRun: false });
    assertEquals(report, planned);
    assertEquals(report.removedVersions, ["alone@2", "a@2"]);
    // The document, and the bytes and the manifest of the model.
    assertEquals(report.removedFiles.length, 3);
    assertEquals(registry.list("a").map(({ version }) => version), [4, 3, 1]);
    assertEquals(registry.rollback("alone", "champion", "drill").toVersion, 1);
    assert((await registry.verify()).every((check) => check.ok));
  }));

Deno.test("loadSystem() and verify() name a system that was altered by one byte, is newer or lost a part", () =>
  withModels(async (registry, folder) => {
    await registerSystems(registry, "pair", 1);
    const { path, sha256, system } = await registry.loadSystem("pair");
    const bytes = Deno.readFileSync(path);
    const bad = async () => (await registry.verify()).filter((check) => !check.ok);
    Deno.writeFileSync(path, bytes.map((byte, i) => i === 40 ? byte ^ 1 : byte));
    await assertRejects(registry.loadSystem("pair"), CorruptArtifactError, `should be ${sha256}`);
    assertEquals((await bad()).map(({ file, reference }) => [reference, file]), [["pair@1", path]]);
    // The same system again mends it.
    await registry.registerSystem(system);
    assertEquals(await bad(), []);

    const { path: onnx } = await registry.load("b");
    const graph = Deno.readFileSync(onnx);
    Deno.removeSync(onnx);
    assertEquals((await bad()).map(({ reference }) => reference), ["b@1", "pair@1"]);
    Deno.writeFileSync(onnx, graph);

    const text = canonicalJson({ ...system, format: 2 } as unknown as JsonValue);
    const newer = new TextEncoder().encode(text), newerSha256 = await sha256Hex(newer);
    writeArtifact(folder, { sha256: newerSha256, kind: "json" }, newer);
    editDatabase(folder, `UPDATE system_version SET sha256 = '${newerSha256}'`);
    await assertRejects(
      registry.loadSystem("pair"),
      InputError,
      "and no newer (update the program",
    );
    assert((await bad())[0]!.detail.includes("of format 2"));
    Deno.removeSync(artifactPath(folder, { sha256: newerSha256, kind: "json" }));
    editDatabase(
      folder,
      `UPDATE system_version SET sha256 = '${sha256}'`,
      "DELETE FROM model_version WHERE name = 'b'",
    );
    assert(
      (await bad()).some(({ detail, reference }) =>
        reference === "pair@1" && detail.includes("Cannot find its part b@1")
      ),
    );
  }));

Deno.test("a registry of an earlier program keeps its leak checks and takes systems", () =>
  inFolder(async (folder) => {
    {
      using database = openDatabase(join(folder, "registry.sqlite"), {
        migrations: REGISTRY_MIGRATIONS.slice(0, 2),
      });
      const model = await sampleModel("a", "a");
      const manifest = `${JSON.stringify(model.manifest, null, 2)}\n`;
      const bytes = new TextEncoder().encode(manifest), manifestSha256 = await sha256Hex(bytes);
      writeArtifact(folder, { sha256: model.manifest.onnx.sha256, kind: "onnx" }, model.onnx);
      writeArtifact(folder, { sha256: manifestSha256, kind: "json" }, bytes);
      database.run(
        `INSERT INTO model_version VALUES (1, 'a', 1, 'forest', '6E', 60000, 12, 7, '{}', '{}',
          '6E.csv', '', '', '', '', '', NULL, :onnx, :manifestSha256, :manifest, '', '')`,
        { onnx: model.manifest.onnx.sha256, manifestSha256, manifest },
      );
      database.script(
        `INSERT INTO alias VALUES ('a', 'champion', 1);
         INSERT INTO alias_change VALUES (1, 'promote', 'a', 'champion', NULL, 1, 'then', 'good');
         INSERT INTO leak_check VALUES (1, 1, 1, 'then', 'd', 'c', 64, 900, NULL)`,
      );
    }
    using registry = openRegistry({ folder, clock });
    assertEquals(registry.resolve("a").leakCheck?.compared, 900);
    assertEquals(registry.history("a")[0]!.why, "good");
    await registry.registerSystem(sampleSystem(registry, "alone", ["a"]));
    assert((await registry.verify()).every((check) => check.ok));
  }));
