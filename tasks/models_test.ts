import { openRegistry } from "../lib/registry/mod.ts";
import { assert, assertEquals } from "../tests/assert.ts";
import { sampleModel } from "../tests/fixtures/sample_model.ts";
import { inFolder } from "../tests/fixtures/temporary_folder.ts";
import {
  listModels,
  promoteModel,
  removeUnused,
  rollbackModel,
  showModel,
  verifyModels,
} from "./models.ts";

Deno.test("the rollback drill: promote, promote, roll back, with every step in the documents", () =>
  inFolder(async (folder) => {
    using registry = openRegistry({ folder, clock: { now: () => 0 } });
    for (const content of ["1", "2"]) {
      await registry.register(await sampleModel("6E-forest", content));
    }
    promoteModel(registry, "6E-forest@1", "champion", "first");
    promoteModel(registry, "6E-forest@2", "champion", "better");
    assertEquals(listModels(registry).aliases, { "6E-forest@champion": 2 });
    assertEquals(rollbackModel(registry, "6E-forest", "champion", "drawdown").toVersion, 1);

    const shown = showModel(registry, "6E-forest");
    assertEquals([shown.version, shown.aliases], [1, ["champion"]]);
    assertEquals(shown.history.map((change) => [change.kind, change.toVersion, change.why]), [
      ["promote", 1, "first"],
      ["promote", 2, "better"],
      ["rollback", 1, "drawdown"],
    ]);
    const garbage = await removeUnused(registry, { keep: 5, dryRun: true });
    assertEquals([garbage.dryRun, garbage.removedVersions], [true, []]);
    const verified = await verifyModels(registry);
    assert(verified.ok);
    assertEquals(JSON.parse(JSON.stringify(listModels(registry, "6E-forest"))).versions.length, 2);
  }));
