import { createCalendar } from "../lib/market/calendar.ts";
import { findInstrument } from "../lib/market/instruments.ts";
import { simulateBars } from "../lib/simulator/simulator.ts";
import { DEFAULT_FEATURES } from "../lib/features/features.ts";
import { DEFAULT_FOREST } from "../lib/models/forest/parameters.ts";
import { trainModel } from "../lib/training/trainer.ts";
import { assert } from "./assert.ts";
import { openFirstWasmSession } from "./fixtures/first_wasm_session.ts";

await openFirstWasmSession();

/** 99 % binomial bound of 20 worlds at the nominal 5 %. */
const WORLDS = 20, MOST_BELIEVED = 4;

Deno.test("a forest believes its edges on no more random walks than chance allows", async () => {
  const instrument = findInstrument("MES");
  const calendar = createCalendar(instrument);
  let believed = 0;
  for (let seed = 0; seed < WORLDS; seed++) {
    const bars = simulateBars({
      world: seed % 2 === 0 ? { kind: "gbm", drift: 0 } : { kind: "garch" },
      instrument,
      bars: 2_500,
      intervalMs: 3_600_000,
      seed,
      start: Date.UTC(2022, 0, 3),
      startPrice: 5_000,
      volatilityTicks: 40,
    });
    const { manifest } = await trainModel({
      name: "null",
      recipe: { kind: "forest", parameters: { ...DEFAULT_FOREST, trees: 30 } },
      bars,
      source: { path: "simulated", sha256: "0".repeat(64), request: null },
      features: DEFAULT_FEATURES,
      featureContext: { sessionAt: calendar.sessionAt },
      labels: { kind: "fixed-horizon", horizonBars: 10 },
      costTicks: 4,
      holdout: 0.2,
      compare: false,
      folds: 4,
      calibration: "platt",
      edgeThreshold: 1,
      seed: 1,
      workers: 1,
      backend: "wasm",
      createdAt: "2026-01-01T00:00:00.000Z",
      versions: {},
      hardware: "test",
    }, { now: () => 0 });
    if (manifest.edge.shrinkage > 0) believed++;
  }
  assert(believed <= MOST_BELIEVED, `${believed} of ${WORLDS} random walks were believed`);
});
