import { throws as assertThrows } from "node:assert/strict";
import { findInstrument } from "../market/instruments.ts";
import { inDollars } from "../market/in_dollars.ts";
import { requireFigures } from "./missing_figures.ts";
import { requestedCosts } from "./requested_costs.ts";

Deno.test("requireFigures() asks for all that nobody has said in one line", () => {
  assertThrows(() => requireFigures(findInstrument("FDAX"), { needsMargin: true }), {
    name: "InputError",
    message:
      "Cannot count money of FDAX as nobody has said its fee, margin and rate of EUR (give " +
      "--fee with your broker's all-in dollars per lot and side, --margin with your broker's " +
      "initial margin, dollars per lot and --fx-rate with dollars for one EUR, the same on all " +
      "days)",
  });
  assertThrows(() => requestedCosts(findInstrument("KC"), { slippageTicks: 1 }, 0), {
    message: "Cannot count money of KC as nobody has said its fee (give --fee with your broker's " +
      "all-in dollars per lot and side)",
  });
});

Deno.test("requireFigures() is content with what is known or given", () => {
  requireFigures(findInstrument("MES"), { needsMargin: true });
  requireFigures(findInstrument("ZC"), { feeUsd: 2, needsMargin: true });
  requireFigures(findInstrument("BTCUSD"), { feeUsd: 0.01, needsMargin: true });
  const dax = inDollars(findInstrument("FDAX"), 1.1);
  requireFigures(dax, { feeUsd: 2, marginUsd: 30_000, needsMargin: true });
});
