import { join } from "node:path";
import { assert, assertEquals } from "../../../tests/assert.ts";
import { assertThrows, inFolder } from "../../../tests/fixtures/temporary_folder.ts";
import { InputError } from "../../core/errors.ts";
import { fileTokenStore, readOnlyTokenStore } from "../tradovate/token_files.ts";
import { openFileLedger } from "./file_ledger.ts";
import type { OrderLedgerEntry } from "./order_ledger.ts";

const ENTRIES: readonly OrderLedgerEntry[] = [
  { kind: "begun", lastFillId: 7, positions: [[77, -2]] },
  { kind: "withdrawn", id: 3 },
];

Deno.test("a ledger is there again, without what was cut off, and goes on behind it", () =>
  inFolder((folder) => {
    const path = join(folder, "orders.jsonl");
    {
      using ledger = openFileLedger(path);
      for (const entry of ENTRIES) ledger.append(entry);
    }
    assertEquals((Deno.statSync(path).mode! & 0o777).toString(8), "600");
    // The end of a process in the middle of a line: what it said was never sent.
    Deno.writeTextFileSync(path, '{"kind":"sent","order":{"id":4,"symbol":"€', { append: true });
    {
      using ledger = openFileLedger(path);
      assertEquals(ledger.entries(), ENTRIES);
      ledger.append({ kind: "ended", id: 3, as: "cancelled", evidence: "order 9" });
    }
    using ledger = openFileLedger(path);
    assertEquals(ledger.entries().map(({ kind }) => kind), ["begun", "withdrawn", "ended"]);
    return Promise.resolve();
  }));

Deno.test("a ledger with a line that is none is refused, with its place", () =>
  inFolder((folder) => {
    const path = join(folder, "orders.jsonl");
    Deno.writeTextFileSync(path, `${JSON.stringify(ENTRIES[0])}\nnonsense\n`);
    assertThrows(() => openFileLedger(path), InputError, `${path}, line 2`);
    return Promise.resolve();
  }));

Deno.test("a token is kept where nobody else reads it, and a reader of it writes nothing", () =>
  inFolder((folder) => {
    const path = join(folder, "token.json");
    const state = { owner: "a", token: null, logins: [1], blockedUntil: 5 };
    assertEquals(fileTokenStore(path).load(), null);
    fileTokenStore(path).save(state);
    assertEquals(fileTokenStore(path).load(), state);
    assertEquals((Deno.statSync(path).mode! & 0o777).toString(8), "600");
    const reader = readOnlyTokenStore(path);
    reader.save({ ...state, owner: "b" });
    assertEquals([reader.load()?.owner, fileTokenStore(path).load()?.owner], ["b", "a"]);
    Deno.writeTextFileSync(path, "{");
    assert(fileTokenStore(path).load() === null);
    return Promise.resolve();
  }));
