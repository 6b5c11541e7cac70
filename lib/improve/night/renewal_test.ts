import { assert, assertEquals } from "../../../tests/assert.ts";
import { inFolder } from "../../../tests/fixtures/temporary_folder.ts";
import { sliceOpened } from "../../data/mod.ts";
import { reproduceModel, type SystemRecipe } from "../../evaluation/mod.ts";
import { openSimulated } from "../../evaluation/simulation.ts";
import { findInstrument } from "../../market/mod.ts";
import { parseRecipe } from "../../models/training.ts";
import { openRegistry } from "../../registry/mod.ts";
import { defaultTraining, trainOn } from "../../training/mod.ts";
import { renewedStretch, usualStretch } from "./renewal.ts";

const opened = await openSimulated({
  world: { kind: "ar1", phi: 0.3 },
  ...{ instrument: findInstrument("MES"), bars: 2_000, intervalMs: 4 * 3_600_000, seed: 1 },
  ...{ start: Date.UTC(2019, 0, 2), startPrice: 6_000, volatilityTicks: 8 },
});
const { bars, session: { tradeDay } } = opened;

const clock = { now: () => 0 };
// What the first training of a process opens, and keeps, belongs to no test.
const later = await trainOn(sliceOpened(opened, 700, bars.length), {
  ...defaultTraining(parseRecipe({ kind: "logistic", parameters: {} })),
  ...{ costs: { slippageTicks: 1 }, seed: 1, workers: 1, folds: 2, compare: false },
}, { clock });

/** A recipe whose weights begin with a row. */
function recipeFrom(row: number, blends: readonly string[] = []): SystemRecipe {
  const firstTime = new Date(bars.time[row]!).toISOString();
  const lookBack = { featureBars: 100, signalBars: 1 };
  return {
    again: [{ data: { firstTime } }],
    blends,
    system: { lookBack },
  } as unknown as SystemRecipe;
}

Deno.test("newer weights begin where the old ones began, and with a change once it has lasted", () => {
  assertEquals(usualStretch(opened, recipeFrom(0), 0.2).opened.bars.length, 2_000);
  assertEquals(usualStretch(opened, recipeFrom(300), 0.2).opened.bars.time[0], bars.time[300]);
  assertEquals(renewedStretch(opened, recipeFrom(0), 0.2, null), null);
  // Weights that begin with the change have been renewed already.
  assertEquals(renewedStretch(opened, recipeFrom(500), 0.2, tradeDay[500]!), null);
  let earliest = 0;
  for (let row = 0; row < bars.length; row += 20) {
    const changed = tradeDay.indexOf(tradeDay[row]!);
    const stretch = renewedStretch(opened, recipeFrom(0), 0.2, tradeDay[row]!);
    if (stretch === null) continue;
    earliest = Math.max(earliest, changed);
    assertEquals(stretch.opened.bars.time[0], bars.time[changed]);
    assertEquals(stretch.renewedFrom, tradeDay[row]);
    const rows = stretch.opened.bars.length, kept = Math.round(stretch.tail * rows);
    assert(new Set(tradeDay.subarray(bars.length - kept)).size >= 21);
    assert(rows - kept >= 600, `${rows - kept} rows to fit`);
  }
  assert(earliest > 1_200, `no stretch after row ${earliest}`);
  // A blend learns from half of what is kept back.
  const day = tradeDay[1_000]!;
  const [alone, blended] = [[], ["hedge"]].map((blends) =>
    renewedStretch(opened, recipeFrom(0, blends), 0.05, day)
  );
  assert(blended!.tail > 1.8 * alone!.tail);
});

Deno.test("a model of a later stretch is made again from the whole file", () =>
  inFolder(async (folder) => {
    const { manifest, onnx } = later;
    assertEquals(Date.parse(manifest.data.firstTime), bars.time[700]);
    using registry = openRegistry({ folder, clock });
    await registry.register({ manifest, onnx, codeSha256: "c".repeat(64), parentRun: null });
    const made = await reproduceModel(registry, manifest.name, { workers: 1 }, { clock });
    assertEquals([made.same, made.reproducedSha256], [true, manifest.onnx.sha256]);
  }));
