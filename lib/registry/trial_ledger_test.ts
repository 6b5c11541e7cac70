import { DatabaseSync } from "node:sqlite";
import { join } from "node:path";
import { assertRejects, assertThrows, inFolder } from "../../tests/fixtures/temporary_folder.ts";
import { CorruptArtifactError, InputError } from "../core/errors.ts";
import { assertEquals } from "../../tests/assert.ts";
import { type LedgerEntry, openTrialLedger } from "./trial_ledger.ts";
import { openStorage } from "../tuning/storage/open_storage.ts";

const ENTRY: LedgerEntry = {
  study: "MES-forest",
  trial: 3,
  kind: "search",
  state: "COMPLETE",
  target: "forest",
  symbol: "MES",
  dataSha256: "ab",
  params: { leafShare: 0.01, classWeights: "none" },
  value: 0.1 + 0.2,
  periodsPerYear: 252,
  periods: Int32Array.of(19_000, 19_001, 19_004),
  returns: Float64Array.of(0.1, -1 / 3, 5e-324),
  recordedAt: "2024-06-01T00:00:00.000Z",
};

Deno.test("a trial ledger gives back what was written, bit for bit, and filters it", () =>
  inFolder(async (folder) => {
    const path = join(folder, "studies.db");
    await using ledger = await openTrialLedger(path);
    const sha256 = await ledger.append(ENTRY);
    await ledger.append({ ...ENTRY, study: "other", kind: "check", dataSha256: "cd" });
    const [first, second] = await ledger.entries();
    const { id, returnsSha256, ...rest } = first!;
    assertEquals([id, rest], [1, { ...ENTRY, sha256 }] as [number, typeof rest]);
    assertEquals(second!.returnsSha256, returnsSha256);
    const studies = async (filter: Parameters<typeof ledger.entries>[0]) =>
      (await ledger.entries(filter)).map(({ study }) => study);
    assertEquals(await studies({ study: "other" }), ["other"]);
    assertEquals(await studies({ kind: "search" }), ["MES-forest"]);
    assertEquals(await studies({ dataSha256: "cd", kind: "search" }), []);
  }));

Deno.test("a trial ledger only grows, and shows what was changed behind its back", () =>
  inFolder(async (folder) => {
    const path = join(folder, "studies.db");
    await using ledger = await openTrialLedger(path);
    await ledger.append(ENTRY);
    using other = new DatabaseSync(path);
    for (
      const change of [
        "UPDATE trading_trial_ledger SET trial = 4",
        "DELETE FROM trading_trial_ledger",
      ]
    ) {
      assertThrows(() => other.exec(change), Error, "only grows");
    }
    other.exec("DROP TRIGGER trading_trial_ledger_update");
    other.exec("UPDATE trading_trial_ledger SET entry = replace(entry, 'forest', 'desert')");
    await assertRejects(ledger.entries(), CorruptArtifactError, "entry 1");
  }));

Deno.test("a trial ledger shares a file with studies and outlives them", () =>
  inFolder(async (folder) => {
    const path = join(folder, "studies.db");
    const clock = { now: () => 0 };
    await using ledger = await openTrialLedger(path);
    await using storage = await openStorage(path, clock);
    const study = (await storage.createStudy(ENTRY.study, ["maximize"]))!;
    await storage.createTrial(study);
    await ledger.append(ENTRY);
    await storage.deleteStudy(study);
    assertEquals((await ledger.entries()).length, 1);
  }));

Deno.test("a trial ledger refuses series that do not fit, and a file of somebody else", () =>
  inFolder(async (folder) => {
    await using ledger = await openTrialLedger(join(folder, "studies.db"));
    const short = { ...ENTRY, periods: Int32Array.of(1) };
    await assertRejects(ledger.append(short), RangeError, "each period");
    const infinite = { ...ENTRY, returns: Float64Array.of(1, 2, Infinity) };
    await assertRejects(ledger.append(infinite), RangeError, "finite return");
    const foreign = join(folder, "foreign.db");
    const database = new DatabaseSync(foreign);
    database.exec("CREATE TABLE photos (name TEXT)");
    database.close();
    await assertRejects(openTrialLedger(foreign), InputError, "another program");
  }));
