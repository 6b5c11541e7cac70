import { assert, assertEquals } from "../../tests/assert.ts";
import type { AccountTerms } from "./account/account_terms.ts";
import { createRiskGuard, type GuardedClose } from "./risk_guard.ts";
import type { RiskLimits } from "./risk_limits.ts";

const ACCOUNT: AccountTerms = {
  ...{ rules: "mine", automation: "allowed" },
  lossLimit: {
    drawdown: { basis: "end-of-day", amountMicros: 2_000e6, stopsAtMicros: 0 },
    ...{ watched: "live", breach: "touch" },
  },
  dailyLoss: { amountMicros: 1_000e6, basis: "day-start", breach: "touch", ends: "day" },
  contracts: { minis: 2, microsPerMini: 10, counting: "weighted" },
  session: { flatBy: { time: "15:10", timeZone: "America/Chicago" }, leadMs: 60_000 },
};

const close = (iso: string, equityUsd: number, positionLots: number): GuardedClose => {
  const time = Date.parse(iso);
  return {
    ...{ instrument: "ES", intervalMs: 300_000, time, price: 5_000, referencePrice: 5_000 },
    tradeDay: Math.floor((time + 2 * 3_600_000) / 86_400_000),
    ...{ equityMicros: equityUsd * 1e6, positionLots },
  };
};

/** What a guard lets through of a target of 5 lots at each close. */
function followed(limits: RiskLimits, closes: readonly GuardedClose[]) {
  const guard = createRiskGuard(limits);
  return closes.map((one) => {
    const { targetLots, vetoes } = guard.review(one, 5);
    return [targetLots, ...vetoes];
  });
}

Deno.test("a guard keeps a backtest to the rules of the account, close by close", () => {
  assertEquals(
    followed({ account: ACCOUNT }, [
      close("2026-06-15T14:00:00Z", 50_000, 0),
      close("2026-06-15T14:05:00Z", 49_000, 2),
      close("2026-06-15T14:10:00Z", 49_100, 0),
      close("2026-06-16T14:00:00Z", 49_100, 0),
      close("2026-06-16T20:05:00Z", 49_200, 2),
      close("2026-06-16T21:00:00Z", 49_200, 0),
      close("2026-06-17T14:00:00Z", 49_200, 0),
      close("2026-06-17T14:05:00Z", 48_000, 2),
      close("2026-06-18T14:00:00Z", 48_900, 0),
    ]),
    [
      [2, "max-contracts"],
      [0, "daily-loss"],
      [0, "daily-loss"],
      [2, "max-contracts"],
      [0, "flat-by"],
      [0, "flat-by"],
      [2, "max-contracts"],
      [0, "trailing-drawdown"],
      [0, "trailing-drawdown"],
    ],
  );
});

Deno.test("the account's rules come after the other limits and never allow more than those", () => {
  const closes = [close("2026-06-15T14:00:00Z", 50_000, 0)];
  assertEquals(followed({ maxContracts: 1, account: ACCOUNT }, closes), [[1, "max-contracts"]]);
  assertEquals(followed({ maxContracts: 3, account: ACCOUNT }, closes), [
    [2, "max-contracts", "max-contracts"],
  ]);
  const account = { ...ACCOUNT, blockedInstruments: ["ES"] };
  assertEquals(followed({ account }, closes), [[0, "instrument-blocked"]]);
});

Deno.test("a position goes before a session that closes early", () => {
  const session = { ...ACCOUNT.session!, beforeCloseMs: 0 };
  const limits = { account: { ...ACCOUNT, session } };
  const closesAt = Date.parse("2026-11-27T18:15:00Z");
  assertEquals(
    followed(limits, [
      { ...close("2026-11-27T18:05:00Z", 50_000, 0), closesAt },
      { ...close("2026-11-27T18:10:00Z", 50_000, 2), closesAt },
      { ...close("2026-11-29T23:05:00Z", 50_000, 0), closesAt: closesAt + 3 * 86_400_000 },
    ]),
    [[2, "max-contracts"], [0, "flat-by"], [2, "max-contracts"]],
  );
});

Deno.test("a guard with an account goes on from JSON to the bit", () => {
  const closes = Array.from({ length: 40 }, (_, i) => {
    const iso = new Date(Date.parse("2026-06-15T18:00:00Z") + i * 3_600_000).toISOString();
    return close(iso, 50_000 - 60 * i + (i % 7) * 150, i % 3);
  });
  const whole = createRiskGuard({ account: ACCOUNT });
  const verdicts = closes.map((one) => whole.review(one, 5));
  let first = createRiskGuard({ account: ACCOUNT });
  const resumed = closes.map((one) => {
    const verdict = first.review(one, 5);
    first = createRiskGuard({ account: ACCOUNT }, JSON.parse(JSON.stringify(first.save())));
    return verdict;
  });
  assertEquals(resumed, verdicts);
  assert(new Set(verdicts.flatMap(({ vetoes }) => vetoes)).size >= 3);
});
