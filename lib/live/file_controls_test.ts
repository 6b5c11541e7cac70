import { join } from "node:path";
import { VirtualClock } from "../core/virtual_clock.ts";
import { assertEquals } from "../../tests/assert.ts";
import { inFolder } from "../../tests/fixtures/temporary_folder.ts";
import type { Control } from "./controls.ts";
import { FileControls, writeControl } from "./file_controls.ts";

Deno.test("FileControls hear what lay there before anybody listened, and what comes, each once", () =>
  inFolder(async (folder) => {
    const clock = new VirtualClock(), heard: Control[] = [];
    using controls = new FileControls(folder, clock);
    writeControl(folder, { kind: "halt", reason: "drill" });
    // Seen, by watching or by looking, while nobody listens.
    await clock.advance(5_000);
    controls.onControl((control) => heard.push(control));
    assertEquals(heard, [{ kind: "halt", via: "file", reason: "drill" }]);
    // A file that was made by hand, and a word that means nothing.
    Deno.writeTextFileSync(join(folder, "flatten"), "");
    Deno.writeTextFileSync(join(folder, "dance"), "");
    await clock.advance(1_000);
    assertEquals(heard.slice(1), [{ kind: "flatten", via: "file", reason: "" }]);
    const until = Date.parse("2026-12-01T14:30Z");
    writeControl(folder, { kind: "pause", reason: "payrolls come", until });
    await clock.advance(1_000);
    Deno.writeTextFileSync(join(folder, "pause"), "2026-12-01T08:30-06:00 by hand\n");
    await clock.advance(1_000);
    Deno.writeTextFileSync(join(folder, "pause"), "lunch");
    await clock.advance(1_000);
    assertEquals(heard.splice(2), [
      { kind: "pause", via: "file", reason: "payrolls come", until },
      { kind: "pause", via: "file", reason: "by hand", until },
      { kind: "pause", via: "file", reason: "lunch" },
    ]);
    await clock.advance(5_000);
    assertEquals([heard.length, [...Deno.readDirSync(folder)].map(({ name }) => name)], [
      2,
      ["dance"],
    ]);
  }));

Deno.test("of several words that waited the last one is heard last, and at one moment a halt is", () =>
  inFolder((folder) => {
    const orderOf = (...written: readonly (readonly [Control["kind"], number])[]): string[] => {
      for (const [kind, at] of written) {
        writeControl(folder, { kind, reason: "" });
        Deno.utimeSync(join(folder, kind), at, at);
      }
      const heard: string[] = [];
      using controls = new FileControls(folder, new VirtualClock());
      controls.onControl(({ kind }) => heard.push(kind));
      return heard;
    };
    assertEquals(orderOf(["resume", 100], ["halt", 200]), ["resume", "halt"]);
    assertEquals(orderOf(["flatten", 100], ["resume", 200]), ["flatten", "resume"]);
    assertEquals(orderOf(["halt", 100], ["resume", 200], ["halt", 300]), ["resume", "halt"]);
    assertEquals(orderOf(["halt", 100], ["resume", 100]), ["resume", "halt"]);
  }));

Deno.test("a word that can be neither read nor removed is obeyed once, and again when it is said again", () =>
  inFolder(async (folder) => {
    const clock = new VirtualClock(), heard: Control[] = [];
    using controls = new FileControls(folder, clock);
    controls.onControl((control) => heard.push(control));
    // A folder that is not empty is neither.
    const path = join(folder, "halt");
    Deno.mkdirSync(join(path, "why"), { recursive: true });
    await clock.advance(5_000);
    assertEquals(heard, [{ kind: "halt", via: "file", reason: "" }]);
    Deno.utimeSync(path, 100, 100);
    await clock.advance(5_000);
    assertEquals(heard.length, 2);
  }));
