import { join } from "node:path";
import { assert, assertEquals } from "../../../tests/assert.ts";
import { mountSmallDisk } from "../../../tests/fixtures/small_disk.ts";
import { assertThrows, inFolder } from "../../../tests/fixtures/temporary_folder.ts";
import { InputError } from "../../core/errors.ts";
import { VirtualClock } from "../../core/virtual_clock.ts";
import { logOf, type LogSettings, openLog } from "./log.ts";
import { Secrets } from "./secrets.ts";

const START = Date.UTC(2026, 10, 30);

interface Line {
  readonly "@timestamp": string;
  readonly level: string;
  readonly message: string;
  readonly logger: string;
  readonly properties: Record<string, unknown>;
}

function settingsIn(folder: string, changes: Partial<LogSettings> = {}): LogSettings {
  return {
    ...{ folder, name: "session", clock: new VirtualClock(START), secrets: new Secrets() },
    freeBytes: () => null,
    ...changes,
  };
}

function linesIn(path: string): Line[] {
  return Deno.readTextFileSync(path).split("\n").filter((line) => line !== "")
    .map((line) => JSON.parse(line));
}

Deno.test("a line is one JSON document with the time of the clock that was handed in", () =>
  inFolder((folder) => {
    const clock = new VirtualClock(START + 5), seen: string[] = [];
    const log = logOf("session");
    log.error("Nobody listens yet");
    {
      using open = openLog(settingsIn(folder, { clock, onLine: (line) => seen.push(line) }));
      log.debug("Left out");
      log.info("Bar {n} of {slot.symbol}", { n: 7, slot: { symbol: "MES" }, note: "a\nb" });
      log.warning("Late by {late} ms", { late: 12 });
      log.error("It failed", { error: new RangeError("out of range"), at: new Date(0) });
      assertEquals(open.path, join(folder, "session.log"));
      const lines = linesIn(open.path);
      assertEquals(lines.map(({ level, message }) => [level, message]), [
        ["INFO", 'Bar 7 of "MES"'],
        ["WARN", "Late by 12 ms"],
        ["ERROR", "It failed"],
      ]);
      assertEquals(lines[0]!["@timestamp"], "2026-11-30T00:00:00.005Z");
      assertEquals(lines[0]!.logger, "trading-ai.session");
      assertEquals(lines[0]!.properties["note"], "a\nb");
      assert(JSON.stringify(lines[2]!.properties["error"]).includes("out of range"));
      assertEquals(seen.join(""), Deno.readTextFileSync(open.path));
    }
    log.error("Nobody listens any more");
    assertEquals(linesIn(join(folder, "session.log")).length, 3);
    using again = openLog(settingsIn(folder));
    log.info("Goes on");
    assertEquals(linesIn(again.path).length, 4);
    assertThrows(() => openLog(settingsIn(folder)), InputError, "has one already");
  }));

Deno.test("a file that has become long is renamed, and the oldest goes", () =>
  inFolder((folder) => {
    using open = openLog(settingsIn(folder, { mostBytes: 2_000, files: 3 }));
    for (let n = 0; n < 100; n++) logOf("session").info("Line {n}", { n });
    const names = [...Deno.readDirSync(folder)].map(({ name }) => name).toSorted();
    assertEquals(names, ["session.log", "session.log.1", "session.log.2"]);
    const kept = names.toReversed().flatMap((name) => linesIn(join(folder, name)));
    const last = kept.map(({ properties }) => properties["n"]);
    assertEquals(last, Array.from({ length: last.length }, (_, i) => 100 - last.length + i));
    for (const name of names) assert(Deno.statSync(join(folder, name)).size <= 2_000, name);
    assert(open.missing === 0 && last.length > 30);
  }));

Deno.test("one file alone begins anew", () =>
  inFolder((folder) => {
    using open = openLog(settingsIn(folder, { mostBytes: 1_000, files: 1 }));
    for (let n = 0; n < 20; n++) logOf("session").info("Line {n}", { n });
    assertEquals([...Deno.readDirSync(folder)].length, 1);
    assertEquals(linesIn(open.path).at(-1)?.properties["n"], 19);
    assert(Deno.statSync(open.path).size <= 1_000);
  }));

Deno.test("below the floor of the disk nothing is written, which is said once, and then how much is missing", () =>
  inFolder(async (folder) => {
    const clock = new VirtualClock(START), troubles: (string | null)[] = [];
    let free = 500_000_000;
    using open = openLog(settingsIn(folder, {
      ...{ clock, freeBytes: () => free, floorBytes: 300_000_000 },
      onTrouble: (reason) => troubles.push(reason),
    }));
    const log = logOf("session");
    log.info("Before");
    await clock.advance(2_000);
    free = 299_900_000;
    for (let n = 0; n < 5; n++) {
      log.error("Not written");
      await clock.advance(700);
    }
    assertEquals(troubles, ["the disk has 299.9 MB left, and the log leaves 300"]);
    assertEquals(open.missing, 5);
    free = 300_000_000;
    await clock.advance(2_000);
    log.info("After");
    assertEquals(troubles.length, 2);
    assertEquals(troubles[1], null);
    assertEquals(linesIn(open.path).map(({ message }) => message), [
      "Before",
      "5 lines are missing here",
      "After",
    ]);
    assertEquals(open.missing, 0);
  }));

Deno.test("a full disk never reaches whoever logs", async () => {
  using disk = mountSmallDisk(1_000_000);
  if (disk === null) {
    console.log("    left out: only the owner of the system may mount a small disk");
    return;
  }
  const clock = new VirtualClock(START), troubles: (string | null)[] = [];
  using open = openLog(settingsIn(disk.folder, {
    ...{ clock, onTrouble: (reason: string | null) => troubles.push(reason) },
  }));
  logOf("session").info("Before");
  disk.fill();
  for (let n = 0; n < 100; n++) {
    logOf("session").info("x".repeat(1_000));
    await clock.advance(1_000);
  }
  assertEquals(troubles.length, 1);
  assert(/space|room/i.test(troubles[0]!), troubles[0]!);
  const missing = open.missing;
  assert(missing > 90, `${missing}`);
  disk.free();
  await clock.advance(1_000);
  logOf("session").info("After");
  const text = Deno.readTextFileSync(open.path);
  assert(text.includes(`${missing} lines are missing here`) && text.includes("After"));
});

Deno.test("no secret is written, by its name or by its value, in any form", () =>
  inFolder((folder) => {
    const secrets = new Secrets();
    const value = 'tk_"50 %"/€', inner = "inner-secret";
    secrets.add(value, "TOKEN");
    secrets.add(inner, "INNER");
    using open = openLog(settingsIn(folder, { secrets }));
    const log = logOf("broker"), circle: Record<string, unknown> = { n: 1 };
    circle["self"] = circle;
    circle["list"] = [{ access_token: "by-name-1" }, circle];
    log.info("Signed in with {password} as {user}", { password: "by-name-2", user: "me" });
    log.info("Signed in with {first}, {second}", { first: value, second: inner });
    log.info(`Wrote ${value} itself`, { url: `https://x.test/?t=${encodeURIComponent(value)}` });
    log.info("Basic", { header: new TextEncoder().encode(value).toBase64(), text: inner });
    log.error("It failed", { error: new Error(`401 for ${value}`, { cause: new Error(inner) }) });
    log.info("Deep", { circle, headers: { Authorization: "by-name-3", "X-Api-Key": "by-name-4" } });
    log.info("Object {it}", { it: { sessionToken: "by-name-5" } });
    log.info("Value {token}", { token: { deep: "by-name-6" } });
    const text = Deno.readTextFileSync(open.path);
    for (
      const form of [
        ...[value, inner, encodeURIComponent(value), JSON.stringify(value).slice(1, -1)],
        ...[new TextEncoder().encode(value).toBase64(), "by-name"],
      ]
    ) assert(!text.includes(form), `${form} in ${text}`);
    const lines = linesIn(open.path);
    assertEquals(lines.length, 8);
    assertEquals(lines[0]!.message, 'Signed in with "[hidden]" as "me"');
    assertEquals(lines[1]!.message, 'Signed in with "[hidden]", "[hidden]"');
    assertEquals(lines[2]!.message, "Wrote [hidden] itself");
    assertEquals(lines[5]!.properties["headers"], {
      "Authorization": "[hidden]",
      "X-Api-Key": "[hidden]",
    });
    assertThrows(
      () => secrets.add("short", "PIN"),
      InputError,
      "PIN: Cannot keep a secret of fewer",
    );
  }));

Deno.test("a log that cannot be begun is said in one line", () =>
  inFolder((folder) => {
    const path = join(folder, "file");
    Deno.writeTextFileSync(path, "");
    assertThrows(() => openLog(settingsIn(join(path, "x"))), InputError, "below a file");
    // That attempt keeps nobody from another.
    using _open = openLog(settingsIn(folder));
  }));
