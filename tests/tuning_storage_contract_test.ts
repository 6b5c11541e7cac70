import { join } from "node:path";
import { MemoryStorage } from "../lib/tuning/storage/memory_storage.ts";
import { openStorage } from "../lib/tuning/storage/open_storage.ts";
import { startPostgres } from "./fixtures/postgres_server.ts";
import { STORAGE_CONTRACT } from "./fixtures/storage_contract.ts";
import { inFolder } from "./fixtures/temporary_folder.ts";

for (const [promise, test] of Object.entries(STORAGE_CONTRACT)) {
  Deno.test(`in memory: ${promise}`, () => test((now) => new MemoryStorage({ now })));
  Deno.test(`SQLite: ${promise}`, () =>
    inFolder((folder) => test((now) => openStorage(join(folder, "studies.db"), { now }))));
}

Deno.test("PostgreSQL keeps every promise of a storage", async (context) => {
  await using server = await startPostgres();
  if (server === null) return;
  for (const [promise, test] of Object.entries(STORAGE_CONTRACT)) {
    await context.step(promise, async () => {
      const url = await server.createDatabase();
      await test((now) => openStorage(url, { now }));
    });
  }
});
