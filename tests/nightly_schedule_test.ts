import { rejects as assertRejects, throws as assertThrows } from "node:assert/strict";
import { join } from "node:path";
import { InputError, sleep, VirtualClock } from "../lib/core/mod.ts";
import { nightSchedule } from "../lib/improve/mod.ts";
import { findInstrument } from "../lib/market/mod.ts";
import { repeatNights } from "../tasks/nightly/repeat_nights.ts";
import { assert, assertEquals } from "./assert.ts";
import { PROJECT, runCommand } from "./fixtures/run_command.ts";

function nightsOf(symbol: string, expression: string, zone: string, from: string, until: string) {
  const schedule = nightSchedule(expression, zone, findInstrument(symbol), Date.parse(from));
  const nights: string[] = [];
  let at = schedule.next(Date.parse(from));
  for (; at < Date.parse(until); at = schedule.next(at)) {
    nights.push(new Date(at).toISOString().slice(0, 16));
  }
  return nights;
}

Deno.test("a schedule keeps its wall clock over daylight saving and leaves holidays out", () => {
  // Thursday is Thanksgiving.
  assertEquals(
    nightsOf("MES", "0 18 * * 1-5", "America/Chicago", "2024-11-26T12:00Z", "2024-12-01"),
    ["2024-11-27T00:00", "2024-11-28T00:00", "2024-11-30T00:00"],
  );
  // The clocks go back on the first Sunday of November.
  assertEquals(
    nightsOf("MES", "0 18 * * 1-5", "America/Chicago", "2024-11-01T12:00Z", "2024-11-05T12:00Z"),
    ["2024-11-01T23:00", "2024-11-05T00:00"],
  );
  // One in the morning in Berlin still is the day before at the exchange: Independence Day's.
  assertEquals(
    nightsOf("SPY", "0 1 * * 2-6", "Europe/Berlin", "2024-07-03T12:00Z", "2024-07-07"),
    ["2024-07-03T23:00", "2024-07-05T23:00"],
  );
  // What is asked for at a weekend is no holiday.
  assertEquals(
    nightsOf("MES", "0 6 * * 6", "UTC", "2024-11-25", "2024-12-08"),
    ["2024-11-30T06:00", "2024-12-07T06:00"],
  );
  for (const bad of ["", "0 18 * *", "@daily", "2030-01-01T00:00", "61 * * * *", "0 0 30 2 *"]) {
    assertThrows(
      () => nightSchedule(bad, undefined, findInstrument("MES"), 0),
      (error) => error instanceof InputError && error.message.startsWith("--schedule: "),
      bad,
    );
  }
});

Deno.test("nights follow each other on the clock, one that ran long loses what it ran over, a stop ends them", async () => {
  const start = Date.parse("2024-11-25T12:00Z"), hour = 3_600_000;
  const clock = new VirtualClock(start);
  const stop = new AbortController();
  const schedule = nightSchedule("0 * * * *", "UTC", findInstrument("MES"), start);
  const begun: number[] = [], lines: string[] = [];
  const running = repeatNights(
    schedule,
    { clock, signal: stop.signal, onWait: (line) => lines.push(line) },
    async () => {
      begun.push((clock.now() - start) / hour);
      // The second night takes two and a half hours.
      if (begun.length === 2) await sleep(clock, 2.5 * hour);
    },
  );
  const ended = assertRejects(running, { name: "AbortError" });
  await clock.advance(6.2 * hour);
  assertEquals(begun, [1, 2, 5, 6]);
  assertEquals(lines[0], "next night at 2024-11-25T13:00Z, by '0 * * * *' in UTC");
  stop.abort();
  await ended;
  assert(clock.isIdle, "something still waits");
});

Deno.test("nightly --schedule says in one line what it cannot use, and ends with 130 when stopped", async () => {
  const flags = ["--system", "x", "--data", "no-such.csv", "--symbol", "MES"];
  const refused = async (...more: string[]): Promise<string> => {
    const { code, stderr } = await runCommand("nightly", [...flags, ...more]);
    assertEquals([code, stderr.trim().split("\n").length], [2, 1], stderr);
    return stderr;
  };
  const [zone, alone] = await Promise.all([
    refused("--schedule", "0 18 * * 1-5", "--schedule-zone", "Mars/Olympus"),
    refused("--schedule-zone", "America/Chicago"),
  ]);
  assert(zone.includes("Mars/Olympus") && alone.includes("give --schedule too"), zone + alone);
  const process = new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "-q", "--no-prompt", "-P=nightly", join(PROJECT, "cli/main.ts"), "nightly"],
      ...[...flags, "--schedule", "0 0 2 1 *"],
    ],
    ...{ cwd: PROJECT, env: { INIT_CWD: PROJECT, NO_COLOR: "1" } },
    ...{ stdin: "null", stdout: "null", stderr: "piped" },
  }).spawn();
  const reader = process.stderr.pipeThrough(new TextDecoderStream()).getReader();
  let said = "";
  // It waits from here on.
  while (!said.includes("next night at")) said += (await reader.read()).value ?? "";
  process.kill("SIGINT");
  for (let next = await reader.read(); !next.done; next = await reader.read()) said += next.value;
  assertEquals((await process.status).code, 130, said);
  assert(said.includes("stopped on request"), said);
});
