import { join } from "node:path";
import { writeBars } from "../lib/data/write.ts";
import { createRandom } from "../lib/core/random.ts";
import { findInstrument } from "../lib/market/instruments.ts";
import { assert, assertEquals } from "./assert.ts";
import { runCommandHere } from "./fixtures/command_here.ts";
import { openFirstWasmSession } from "./fixtures/first_wasm_session.ts";
import { inFolder } from "./fixtures/temporary_folder.ts";

// Once for the whole process and so outside of any test: it is never closed.
await openFirstWasmSession();

/** Daily bars that move by `moveOf` ticks each, in a file; the flags of a command that reads it. */
async function withDays(
  count: number,
  moveOf: (random: ReturnType<typeof createRandom>) => number,
  test: (run: (...args: string[]) => Promise<{ code: number; text: string }>) => Promise<void>,
): Promise<void> {
  await inFolder(async (folder) => {
    const path = join(folder, "days.csv"), random = createRandom(1);
    const close = new Float64Array(count), open = new Float64Array(count);
    for (let day = 0; day < count; day++) {
      open[day] = close[day - 1] ?? 5_000;
      close[day] = open[day]! + 0.25 * moveOf(random);
    }
    await writeBars({
      instrument: findInstrument("MES"),
      intervalMs: 86_400_000,
      length: count,
      time: Float64Array.from({ length: count }, (_, day) => Date.UTC(2021, 0, 4 + weekday(day))),
      ...{ open, close, volume: new Float64Array(count).fill(500) },
      high: close.map((price, day) => Math.max(price, open[day]!)),
      low: close.map((price, day) => Math.min(price, open[day]!)),
    }, path);
    await test(async (command, ...flags) => {
      const { code, stderr: text } = await runCommandHere([
        ...[command!, "--data", path, "--symbol", "MES", ...flags],
        ...command === "tune"
          ? ["--reports", folder, "--storage", join(folder, "studies.db")]
          : ["--models", join(folder, "models")],
      ]);
      return { code, text };
    });
  });
}

/** Days from a Monday on to the n-th weekday. */
function weekday(n: number): number {
  return 7 * Math.floor(n / 5) + n % 5;
}

const walk = (random: ReturnType<typeof createRandom>): number => Math.round(8 * random.normal());

Deno.test("train says how many folds a short file bears, and that many do", () =>
  withDays(900, walk, async (run) => {
    for (const model of ["logistic", "hybrid"]) {
      const { code, text } = await run("train", "--model", model, "--folds", "8");
      assertEquals([code, text.trim().split("\n").length], [2, 1], text);
      const folds = /--folds (\d+) would do/.exec(text)?.[1];
      if (model === "hybrid") assert(text.includes("give more bars") && folds === undefined, text);
      else {
        const end = await run("train", "--model", model, "--folds", folds!);
        assertEquals(end.code, 0, end.text);
      }
    }
  }));

Deno.test("tune ends at once where no settings fit, and says how much is missing", () =>
  withDays(300, walk, async (run) => {
    const cases = [["logistic", /about \d+ are needed/], ["rl", /\d+ decisions would/]] as const;
    for (const [target, says] of cases) {
      const flags = ["--target", target, "--folds", "2", "--trials", "4", "--no-report"];
      const { code, text } = await run("tune", ...flags);
      assertEquals(code, 2, text);
      assert(says.test(text) && text.includes("4 of 4 trials failed"), text);
    }
  }));

Deno.test("train on moves of one kind says which, and what would help", async () => {
  const cases = [
    [4, "every label is a rise", "prices also fall"],
    [-4, "every label is a fall", "prices also rise"],
    [0, "no label is a move", "lengthen --horizon"],
  ] as const;
  for (const [ticks, fault, remedy] of cases) {
    await withDays(1_000, () => ticks, async (run) => {
      const { code, text } = await run("train", "--model", "logistic");
      assertEquals(code, 2, text);
      assert(text.includes(fault) && text.includes(remedy), `${ticks} ${text}`);
    });
  }
});
