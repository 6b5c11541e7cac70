import { join } from "node:path";
import { assertEquals } from "../../../tests/assert.ts";
import { assertThrows, inFolder } from "../../../tests/fixtures/temporary_folder.ts";
import { fileTokenStore } from "./token_files.ts";

const STATE = { owner: "me", token: null, logins: [1], blockedUntil: -1 };

Deno.test("two who keep a token at once leave one of both, and nothing else", () =>
  inFolder((folder) => {
    const path = join(folder, "token.json"), store = fileTokenStore(path);
    const { renameSync } = Deno;
    // The second one comes and goes between the first one's writing and its renaming.
    Deno.renameSync = (from, to) => {
      Deno.renameSync = renameSync;
      fileTokenStore(path).save({ ...STATE, logins: [2] });
      renameSync(from, to);
    };
    try {
      store.save(STATE);
    } finally {
      Deno.renameSync = renameSync;
    }
    assertEquals(store.load(), STATE);
    assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name), ["token.json"]);
    if (Deno.build.os !== "windows") assertEquals(Deno.statSync(path).mode! & 0o777, 0o600);
  }));

Deno.test("a token that cannot be kept leaves nothing beside its place", () =>
  inFolder((folder) => {
    const path = join(folder, "token.json");
    Deno.mkdirSync(path);
    assertThrows(() => fileTokenStore(path).save(STATE), Error, "");
    assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name), ["token.json"]);
  }));
