import { rejects as assertRejects } from "node:assert/strict";
import { assertEquals } from "../../tests/assert.ts";
import { sleep } from "./clock.ts";
import { VirtualClock } from "./virtual_clock.ts";

Deno.test("VirtualClock runs timers in order of their times, new ones among them", async () => {
  const clock = new VirtualClock();
  const heard: string[] = [];
  clock.after(20, () => heard.push(`b ${clock.now()}`));
  clock.after(10, () => {
    heard.push(`a ${clock.now()}`);
    clock.after(5, () => heard.push(`inner ${clock.now()}`));
  });
  const cancel = clock.after(12, () => heard.push("never"));
  cancel();
  await clock.advance(19);
  assertEquals(heard, ["a 10", "inner 15"]);
  await clock.advance(1);
  assertEquals(heard, ["a 10", "inner 15", "b 20"]);
  assertEquals(clock.isIdle, true);
});

Deno.test("sleep() waits on the clock it is given and ends with its signal", async () => {
  const clock = new VirtualClock();
  let isAwake = false;
  const slept = sleep(clock, 1_000).then(() => isAwake = true);
  await clock.advance(999);
  assertEquals(isAwake, false);
  await clock.advance(1);
  await slept;
  const abort = new AbortController();
  const stopped = sleep(clock, 1_000, abort.signal);
  abort.abort(new Error("enough"));
  await assertRejects(stopped, /enough/);
  assertEquals(clock.isIdle, true);
});
