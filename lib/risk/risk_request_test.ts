import { throws as assertThrows } from "node:assert/strict";
import { InputError } from "../core/errors.ts";
import { assertEquals } from "../../tests/assert.ts";
import { parseRiskLimits } from "./parse_stored.ts";
import { parseRiskRequest } from "./risk_request.ts";

Deno.test("parseRiskRequest() reads every rule into the units of the engine", () => {
  const request = parseRiskRequest({
    maxContracts: 2,
    dailyLossUsd: 500,
    dailyLossWarning: 0.8,
    trailingDrawdown: { basis: "end-of-day", amountUsd: 2_000, stopsAtUsd: 100 },
    maxOrdersPerMinute: 4,
    sessionWindows: [{ timeZone: "America/Chicago", from: "08:30", until: "15:00" }],
    newsWindows: [{
      event: "payrolls",
      from: "2024-01-05T13:25:00Z",
      until: "2024-01-05T13:40:00Z",
    }],
    priceBand: 0.02,
    coolDown: { losses: 3, restMinutes: 30 },
    volatilityTarget: { annualVolatility: 0.1, maxLeverage: 2 },
    kellyPart: 0.25,
  }, "risk.json");
  assertEquals(request, {
    limits: {
      maxContracts: 2,
      dailyLossWarning: 0.8,
      maxOrdersPerMinute: 4,
      priceBand: 0.02,
      dailyLossMicros: 500e6,
      trailingDrawdown: { basis: "end-of-day", amountMicros: 2_000e6, stopsAtMicros: 100e6 },
      sessionWindows: [{ timeZone: "America/Chicago", fromMinute: 510, untilMinute: 900 }],
      newsWindows: [{
        event: "payrolls",
        from: Date.UTC(2024, 0, 5, 13, 25),
        until: Date.UTC(2024, 0, 5, 13, 40),
      }],
      coolDown: { losses: 3, restMs: 1_800_000 },
    },
    volatilityTarget: { annualVolatility: 0.1, maxLeverage: 2 },
    kellyPart: 0.25,
  });
});

Deno.test("parseRiskRequest() refuses what it does not know, with the place and a remedy", () => {
  const faults: readonly [unknown, RegExp][] = [
    [{ maxLots: 2 }, /maxLots/],
    [{ dailyLossUsd: -1 }, /dailyLossUsd/],
    [{ dailyLossWarning: 0.5 }, /dailyLossWarning: needs dailyLossUsd/],
    [
      { sessionWindows: [{ timeZone: "Mars/X", from: "08:30", until: "15:00" }] },
      /must be a time zone/,
    ],
    [{ sessionWindows: [{ timeZone: "UTC", from: "8:30", until: "15:00" }] }, /HH:MM/],
    [{ sessionWindows: [{ timeZone: "Mars/Base", from: "08:30", until: "15:00" }] }, /zone/i],
    [{ kellyPart: 2 }, /kellyPart/],
    [[], /risk rules/],
  ];
  for (const [file, message] of faults) {
    assertThrows(
      () => parseRiskRequest(file, "risk.json"),
      (error: Error) => error instanceof InputError && message.test(error.message),
      JSON.stringify(file),
    );
  }
});

Deno.test("the account of a risk file is stored with the limits and read again to the bit", () => {
  const { limits } = parseRiskRequest({
    account: { rules: "fundednext_rapid_50k", minis: 5, micros: 50, automation: "allowed" },
  }, "risk.json");
  assertEquals(limits.account?.rules, "fundednext_rapid_50k");
  assertEquals(parseRiskLimits(JSON.parse(JSON.stringify(limits)), "system@1"), limits);
});
