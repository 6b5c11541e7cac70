import { join } from "node:path";
import { projectXKeys, tradovateKeys } from "../cli/venue_keys.ts";
import { InputError, RefusedError, VirtualClock } from "../lib/core/mod.ts";
import { journalFiles, openJournal } from "../lib/journal/mod.ts";
import { lockAccount } from "../tasks/trade/account_lock.ts";
import { openUnlessStopped } from "../tasks/trade/open_unless_stopped.ts";
import { openTradedVenue } from "../tasks/trade/traded_venue.ts";
import { isNewSession, isUnbegun, removeUnbegun } from "../tasks/trade/unbegun_session.ts";
import { assert, assertEquals } from "./assert.ts";
import { runCommand } from "./fixtures/run_command.ts";
import { SAMPLE_FACTS } from "./fixtures/sample_entries.ts";
import { assertThrows, inFolder } from "./fixtures/temporary_folder.ts";

const KEYS = { name: "n", password: "p", appId: "a", cid: 8, sec: "secret-sec", deviceId: "d" };

/** One line that names what is wrong, and none of what it stands in. */
function refusal(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    assert(error instanceof InputError, `${error}`);
    assertEquals([error.message.includes("\n"), error.message.includes("secret")], [false, false]);
    return error.message;
  }
  throw new Error("it was not refused");
}

Deno.test("a file of keys that is none is named, with what to do, and without what stands in it", () =>
  inFolder((folder) => {
    const path = join(folder, "tradovate.json");
    const read = (text: string) => {
      Deno.writeTextFileSync(path, text, { mode: 0o600 });
      return () => tradovateKeys(path);
    };
    const whole = JSON.stringify(KEYS);
    assertEquals(read(whole)().cid, 8);
    for (const broken of [whole.slice(0, -20), '["secret"', "[1]", "7", "null", ""]) {
      const said = refusal(read(broken));
      assert(said.startsWith(`${path}: `) && said.includes("docs/brokers.md"), said);
    }
    const number = refusal(read(JSON.stringify({ ...KEYS, cid: "abc" })));
    assert(number.startsWith(`${path}, cid: `), number);
  }));

Deno.test("variables of keys are named where one is missing or none", () => {
  const withVariables = (variables: Readonly<Record<string, string>>, read: () => unknown) => {
    for (const [name, value] of Object.entries(variables)) Deno.env.set(name, value);
    try {
      return refusal(read);
    } finally {
      for (const name of Object.keys(variables)) Deno.env.delete(name);
    }
  };
  for (
    const [there, missing] of [
      ["PROJECTX_USER_NAME", "PROJECTX_API_KEY"],
      ["PROJECTX_API_KEY", "PROJECTX_USER_NAME"],
    ] as const
  ) {
    const said = withVariables({ [there]: "secret" }, () => projectXKeys(undefined));
    assert(said.startsWith(`${missing}: `) && said.includes(`set ${missing}`), said);
  }
  const number = withVariables({
    ...{ TRADOVATE_NAME: "n", TRADOVATE_PASSWORD: "secret", TRADOVATE_APP_ID: "a" },
    ...{ TRADOVATE_CID: "abc", TRADOVATE_SEC: "secret", TRADOVATE_DEVICE_ID: "d" },
  }, () => tradovateKeys(undefined));
  assert(number.startsWith("TRADOVATE_CID: ") && number.includes("copy it from"), number);
});

Deno.test("an account at a venue is one session's at a time, whatever the others are named", () =>
  inFolder((folder) => {
    const sessions = join(folder, "sessions");
    const venue = { name: "tradovate-sandbox", host: "127.0.0.1:8791", account: "DEMO 1/a" };
    {
      using _first = lockAccount(sessions, venue, "first");
      assertThrows(
        () => lockAccount(sessions, venue, "second"),
        InputError,
        "Cannot trade account DEMO 1/a at tradovate-sandbox as session first (process",
      );
      using _other = lockAccount(sessions, { ...venue, account: "DEMO2" }, "second");
    }
    lockAccount(sessions, venue, "second")[Symbol.dispose]();
  }));

Deno.test("a venue is reached by its own task alone, and the cash of its account is not chosen", async () => {
  const flags = "--feed venue --symbol MES --system MES-none --json";
  const wrong = await runCommand("trade", `--venue tradovate-sandbox ${flags}`.split(" "));
  assertEquals([wrong.code, wrong.stderr.trim().split("\n").length], [2, 1], wrong.stderr);
  assert(wrong.stderr.includes("deno task trade:tradovate-sandbox"), wrong.stderr);
  // Behind the same hosts lies an account with money.
  const two = `--venue projectx-demo ${flags} --venue=projectx-live`;
  const other = await runCommand("trade", two.split(" "));
  assertEquals([other.code, other.stderr.trim().split("\n").length], [2, 1], other.stderr);
  assert(
    other.stderr.includes("--venue: Cannot reach projectx-live by the task of projectx-demo"),
    other.stderr,
  );
  // Flags of Deno grant what its task would.
  const cash = await runCommand(
    "trade",
    `--venue projectx-sandbox ${flags} --cash 5`.split(" "),
    ["--allow-write=recordings"],
  );
  assertEquals([cash.code, cash.stderr.trim().split("\n").length], [2, 1], cash.stderr);
  assert(cash.stderr.includes("--cash: Cannot choose the cash"), cash.stderr);
});

Deno.test("who stops a start waits for no venue, and what comes later is closed again", () =>
  inFolder(async (folder) => {
    const stopping = new AbortController(), never = new Promise<never>(() => {});
    const connecting = openTradedVenue({
      ...{ kind: "projectx", name: "projectx-sandbox", mode: "demo", account: null },
      urls: {
        rest: "http://127.0.0.1:1",
        userHub: "ws://127.0.0.1:1",
        marketHub: "ws://127.0.0.1:1",
      },
      credentials: { userName: "sandbox", apiKey: "sandbox" },
    }, {
      ...{ clock: new VirtualClock(), sessions: folder, onNote: () => {}, signal: stopping.signal },
      transport: { request: () => never, open: () => never },
    });
    const closed: string[] = [];
    const broker = Promise.withResolvers<AsyncDisposable>();
    const opening = openUnlessStopped(broker.promise, stopping.signal);
    stopping.abort();
    const ends = await Promise.allSettled([connecting, opening]);
    assertEquals(ends.map((end) => end.status === "rejected" && end.reason.name), [
      "AbortError",
      "AbortError",
    ]);
    broker.resolve({ [Symbol.asyncDispose]: () => Promise.resolve(void closed.push("broker")) });
    await broker.promise;
    await Promise.resolve();
    assertEquals(closed, ["broker"]);
  }));

Deno.test("a start that came to nothing leaves nothing, one that traded or was there before stays", () =>
  inFolder(async (folder) => {
    const files = journalFiles(folder, "one");
    const open = () =>
      openJournal({
        ...{ sessions: folder, owner: "test", clock: new VirtualClock() },
        account: { name: "one", broker: "paper", number: "one", mode: "paper" },
      });
    const refusal = new InputError("Cannot warm up"), stop = new DOMException("", "AbortError");
    assertEquals(isNewSession(files), true);
    {
      using journal = open();
      assertEquals(isNewSession(files), false);
      await journal.append({ ...SAMPLE_FACTS["session-started"], at: 0, sessionTime: null });
      const errors = [refusal, new RefusedError("no"), stop, new TypeError("a fault")];
      assertEquals(errors.map((error) => isUnbegun(journal, error)), [true, true, true, false]);
      removeUnbegun(files);
      assertEquals(isNewSession(files), false);
      await journal.append({ ...SAMPLE_FACTS.state, at: 0, sessionTime: null });
      assertEquals(isUnbegun(journal, refusal), false);
    }
    removeUnbegun(files);
    assertEquals(isNewSession(files), true);
  }));
