import { throws as assertThrows } from "node:assert/strict";
import { checkRiskLimits, type RiskLimits } from "./risk_limits.ts";

Deno.test("checkRiskLimits() refuses limits outside their range", () => {
  const bad: RiskLimits[] = [
    { maxContracts: 1.5 },
    { maxContracts: -1 },
    { dailyLossMicros: 0 },
    { dailyLossMicros: NaN },
    { dailyLossMicros: 1e9, dailyLossWarning: 1 },
    { dailyLossWarning: 0.5 },
    { trailingDrawdown: { basis: "intraday", amountMicros: -1, stopsAtMicros: null } },
    { maxOrdersPerMinute: 0 },
    { priceBand: -0.1 },
    { coolDown: { losses: 0, restMs: 1 } },
    { coolDown: { losses: 1, restMs: 0 } },
    { newsWindows: [{ from: 2, until: 2, event: "payrolls" }] },
    { sessionWindows: [{ timeZone: "UTC", fromMinute: -1, untilMinute: 60 }] },
    { sessionWindows: [{ timeZone: "Mars/Base", fromMinute: 0, untilMinute: 60 }] },
  ];
  for (const limits of bad) assertThrows(() => checkRiskLimits(limits), RangeError);
  checkRiskLimits({});
});
