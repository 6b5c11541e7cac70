import { openDatabase } from "../db/database.ts";
import { REGISTRY_MIGRATIONS } from "../db/schema.ts";
import { InputError, RefusedError } from "../core/errors.ts";
import { assertEquals } from "../../tests/assert.ts";
import { sampleModel } from "../../tests/fixtures/sample_model.ts";
import { assertThrows, inFolder } from "../../tests/fixtures/temporary_folder.ts";
import { openRegistry, type Registry } from "./registry.ts";

const CLOCK = { now: () => 0 };
const FOUND = { dataSha256: "d", codeSha256: "c", trials: 64, compared: 9_000 };
const PASSED = { ...FOUND, passed: true, leak: null };
const FAILED = { ...FOUND, passed: false, leak: "features.return_1 at row 7: 1 became 2" };

/** A registry with three versions of one model. */
function inRegistry(test: (registry: Registry) => void): Promise<void> {
  return inFolder(async (folder) => {
    using registry = openRegistry({ folder, clock: CLOCK });
    for (const content of ["1", "2", "3"]) await registry.register(await sampleModel("m", content));
    test(registry);
  });
}

Deno.test("recordLeakCheck() keeps every check and shows the newest", () =>
  inRegistry((registry) => {
    assertEquals(registry.resolve("m@1").leakCheck, null);
    registry.recordLeakCheck("m@1", FAILED);
    const { leakCheck } = registry.recordLeakCheck("m@1", PASSED);
    assertEquals(leakCheck, { ...PASSED, at: "1970-01-01T00:00:00.000Z" });
    assertEquals(registry.list("m").map((version) => version.leakCheck?.passed), [
      undefined,
      undefined,
      true,
    ]);
  }));

Deno.test("promote() refuses a version that failed its leak check, for any alias and whatever is allowed", () =>
  inRegistry((registry) => {
    registry.recordLeakCheck("m@2", FAILED);
    for (const alias of ["champion", "challenger"]) {
      const promote = () => registry.promote("m@2", alias, "newer", { allowUnchecked: true });
      assertThrows(
        promote,
        RefusedError,
        "m@2 failed its leak check of 1970-01-01: features.return_1",
      );
    }
    assertEquals(registry.history("m"), []);
    registry.recordLeakCheck("m@2", PASSED);
    assertEquals(registry.promote("m@2", "champion", "mended").toVersion, 2);
  }));

Deno.test("promote() lets an unchecked version replace a checked one only when told to", () =>
  inRegistry((registry) => {
    // Nothing is lost while nothing was checked.
    registry.promote("m@1", "champion", "first");
    registry.promote("m@2", "champion", "second");
    registry.recordLeakCheck("m@2", PASSED);
    const promote = () => registry.promote("m@3", "champion", "third");
    assertThrows(promote, RefusedError, "m@3 was never checked for leaks and would replace @2");
    assertEquals(registry.promote("m@3", "shadow", "no champion").toVersion, 3);
    assertEquals(registry.promote("m@3", "champion", "x", { allowUnchecked: true }).toVersion, 3);
  }));

Deno.test("rollback() passes over versions that failed a leak check since", () =>
  inRegistry((registry) => {
    for (const version of [1, 2, 3]) registry.promote(`m@${version}`, "champion", "better");
    registry.recordLeakCheck("m@2", FAILED);
    assertEquals(registry.rollback("m", "champion", "drawdown").toVersion, 1);
    registry.recordLeakCheck("m@1", FAILED);
    registry.promote("m@3", "champion", "again");
    assertThrows(() => registry.rollback("m", "champion", "x"), InputError, "no earlier version");
  }));

Deno.test("a registry from before leak checks is upgraded and keeps what it holds", () =>
  inFolder(async (folder) => {
    const old = REGISTRY_MIGRATIONS.slice(0, 1);
    openDatabase(`${folder}/registry.sqlite`, { migrations: old })[Symbol.dispose]();
    const readOnly = () => openRegistry({ folder, clock: CLOCK, readOnly: true });
    assertThrows(
      readOnly,
      InputError,
      `Cannot read schema 1 as this program needs ${REGISTRY_MIGRATIONS.length}`,
    );
    {
      using registry = openRegistry({ folder, clock: CLOCK });
      await registry.register(await sampleModel("m", "1"));
    }
    using registry = readOnly();
    assertEquals(registry.list().map(({ leakCheck, name }) => [name, leakCheck]), [["m", null]]);
  }));

Deno.test("gc() takes the checks of a version with it", () =>
  inFolder(async (folder) => {
    {
      using registry = openRegistry({ folder, clock: CLOCK });
      for (const content of ["1", "2"]) await registry.register(await sampleModel("m", content));
      registry.recordLeakCheck("m@1", PASSED);
      await registry.gc({ keep: 1, dryRun: false });
    }
    using database = openDatabase(`${folder}/registry.sqlite`, {
      migrations: REGISTRY_MIGRATIONS,
      readOnly: true,
    });
    assertEquals(database.all("SELECT * FROM leak_check"), []);
  }));
