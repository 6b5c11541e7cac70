import { throws as assertThrows } from "node:assert/strict";
import { assertEquals } from "../../tests/assert.ts";
import { canonicalJson } from "../core/canonical_json.ts";
import type { JsonValue } from "../core/json.ts";
import { sha256Hex } from "../core/sha256.ts";
import { parseSystem, systemBytes, type TradingSystem } from "./system.ts";

const SYSTEM: TradingSystem = {
  format: 1,
  name: "MES-pair",
  instrument: {
    ...{ symbol: "MES", kind: "future", currency: "USD", tickSize: 0.25, pointValue: 5 },
    ...{ session: "cme-equity", timeZone: "America/Chicago" },
  },
  intervalMs: 3_600_000,
  parts: ["MES-forest", "MES-policy"].map((name, noveltyFilter) => ({
    ...{ name, version: 1, kind: "forest", onnxSha256: "a".repeat(64), noveltyFilter },
    ...{ manifestSha256: "b".repeat(64), featureSpec: { features: [] }, featureColumns: ["r"] },
    window: 1,
    calibration: {
      means: [0.1],
      scales: [1 / 3],
      line: { intercept: -0, weights: [Number.MIN_VALUE] },
      ...{ rows: 60, baseRate: 0.5 },
    },
  })),
  noveltyFilters: [0.1, 0.2].map((threshold) => ({
    ...{ columns: ["r"], centers: [0], scales: [1], references: [1e21, 1e-7], threshold },
  })),
  blend: { rule: { kind: "plain-rule" }, bet: { win: 0.001, loss: 0.002 } },
  horizonBars: 20,
  sizing: { kind: "fixed", lots: 2, kellyPart: 0.25 },
  limits: { maxContracts: 3 },
  costs: { feePerSideMicros: 620_000, slippageTicks: 1 },
  flattenAtSessionEnd: true,
  lookBack: { featureBars: 21, signalBars: 20 },
  lastBarSeen: "2025-01-31T00:00:00.000Z",
  evidence: {
    data: { sha256: "d".repeat(64), request: { load: {} } },
    inference: "wasm",
    history: {
      firstTime: "2025-01-01T00:00:00.000Z",
      lastTime: "2025-01-31T00:00:00.000Z",
      rows: 400,
    },
  },
  codeSha256: "c".repeat(64),
};

const textOf = (system: unknown) => canonicalJson(system as JsonValue);

Deno.test("a system that was read back is the one that was written, byte for byte", async () => {
  const bytes = systemBytes(SYSTEM);
  const again = parseSystem(new TextDecoder().decode(bytes), "MES-pair@1");
  assertEquals(systemBytes(again), bytes);
  const shuffled = Object.fromEntries(Object.entries(SYSTEM).reverse()) as unknown as TradingSystem;
  assertEquals(await sha256Hex(systemBytes(shuffled)), await sha256Hex(bytes));
  const other = { ...SYSTEM, sizing: { kind: "fixed", lots: 3 } };
  assertEquals(await sha256Hex(systemBytes(other)) === await sha256Hex(bytes), false);
});

Deno.test("parseSystem() refuses a newer format, faults and strangers with one line", () => {
  const cases: readonly (readonly [unknown, string])[] = [
    [{ ...SYSTEM, format: 2 }, "of format 2 as this program knows 1 and no newer (update"],
    [{ ...SYSTEM, lotsToo: 1 }, "MES-pair@1: Cannot read the system at its root: Unrecognized key"],
    [{ ...SYSTEM, noveltyFilters: [] }, "at parts: names a novelty filter that is not there"],
    [{ ...SYSTEM, blend: null }, "at blend: several parts need a blender"],
    [
      { ...SYSTEM, costs: { feePerSideMicros: 0.5, slippageTicks: 1 } },
      "at costs.feePerSideMicros",
    ],
    [[], "Cannot read the system at its root"],
  ];
  for (const [value, part] of cases) {
    assertThrows(() => parseSystem(textOf(value), "MES-pair@1"), (error: Error) => {
      assertEquals([error.message.includes(part), error.message.includes("\n")], [true, false]);
      return true;
    }, part);
  }
  assertThrows(() => parseSystem("{", "MES-pair@1"), /at its root/);
  assertThrows(() => systemBytes({ ...SYSTEM, horizonBars: NaN }), /with a fault at horizonBars/);
});
