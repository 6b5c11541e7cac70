import fc from "fast-check";
import { drawdownFloor, TRAILING_BASES } from "../lib/risk/drawdown_floor.ts";
import type { RiskLimits } from "../lib/risk/risk_limits.ts";
import { reviewTarget } from "../lib/risk/risk_review.ts";
import {
  type AccountSnapshot,
  countOrder,
  countTrade,
  initialRiskState,
  killTrading,
  observeAccount,
  releaseRisk,
  type RiskState,
  tradingState,
} from "../lib/risk/risk_state.ts";
import { reducingTarget, TRADING_STATES } from "../lib/risk/trading_state.ts";
import { assert, assertEquals } from "./assert.ts";

const START = 50_000e6;
const MINUTE = 60_000;

const limitsOf: fc.Arbitrary<RiskLimits> = fc.record({
  maxContracts: fc.nat(5),
  dailyLossMicros: fc.integer({ min: 1, max: 3_000 }).map((usd) => usd * 1e6),
  dailyLossWarning: fc.constantFrom(0.5, 0.8),
  trailingDrawdown: fc.record({
    basis: fc.constantFrom(...TRAILING_BASES),
    amountMicros: fc.integer({ min: 1, max: 4_000 }).map((usd) => usd * 1e6),
    stopsAtMicros: fc.constantFrom(null, 0, 100e6),
  }),
  maxOrdersPerMinute: fc.integer({ min: 1, max: 4 }),
  sessionWindows: fc.constant([{ timeZone: "UTC", fromMinute: 60, untilMinute: 1_200 }]),
  newsWindows: fc.constant([{ from: 100 * MINUTE, until: 130 * MINUTE, event: "payrolls" }]),
  priceBand: fc.constant(0.02),
  coolDown: fc.record({ losses: fc.integer({ min: 1, max: 3 }), restMs: fc.constant(10 * MINUTE) }),
});

/** What happens to an account, one after the other. */
const events = fc.array(
  fc.oneof(
    fc.record({
      kind: fc.constant("look" as const),
      usd: fc.integer({ min: -2_000, max: 2_000 }),
      newDay: fc.boolean(),
    }),
    fc.record({ kind: fc.constant("order" as const) }),
    fc.record({ kind: fc.constant("trade" as const), usd: fc.integer({ min: -50, max: 50 }) }),
    fc.record({ kind: fc.constant("kill" as const) }),
  ),
  { maxLength: 40 },
);

type Event = typeof events extends fc.Arbitrary<readonly (infer E)[]> ? E : never;

/** All states that an account passes through, with the time of each. */
function walk(
  limits: RiskLimits,
  happened: readonly Event[],
): { state: RiskState; time: number }[] {
  let state = initialRiskState(START), tradeDay = 0;
  return happened.map((event, i) => {
    const time = i * 20_000 + tradeDay * 86_400_000;
    if (event.kind === "look") {
      if (event.newDay) tradeDay++;
      const equityMicros = state.equityMicros + event.usd * 1e6;
      state = observeAccount(state, limits, { time, tradeDay, equityMicros });
    } else if (event.kind === "order") state = countOrder(state, time);
    else if (event.kind === "trade") {
      state = countTrade(state, limits, { time, netMicros: event.usd * 1e6 });
    } else state = killTrading(state, "by hand");
    return { state, time };
  });
}

const lots = fc.integer({ min: -9, max: 9 });
const price = fc.constantFrom(100, 101, 110, NaN);

Deno.test("reviewTarget() lets every exit pass, whatever the state and the limits", () => {
  fc.assert(
    fc.property(limitsOf, events, lots, lots, price, (limits, happened, held, wanted, at) => {
      const exit = reducingTarget(wanted, held);
      for (const { state, time } of walk(limits, happened)) {
        const request = { time, positionLots: held, price: at, referencePrice: 100 };
        const { targetLots } = reviewTarget(state, limits, { ...request, targetLots: exit });
        // A rule may close more than asked, never keep what should be closed.
        assertEquals(reducingTarget(targetLots, exit), targetLots);
        assertEquals(reviewTarget(state, limits, { ...request, targetLots: 0 }).targetLots, 0);
      }
    }),
  );
});

Deno.test("reviewTarget() never allows more than was asked for, nor the other side", () => {
  fc.assert(
    fc.property(limitsOf, events, lots, lots, price, (limits, happened, held, wanted, at) => {
      for (const { state, time } of walk(limits, happened)) {
        const request = {
          time,
          targetLots: wanted,
          positionLots: held,
          price: at,
          referencePrice: 100,
        };
        const { reasons, targetLots, vetoes } = reviewTarget(state, limits, request);
        assert(targetLots >= Math.min(0, wanted) && targetLots <= Math.max(0, wanted));
        assert(Math.abs(targetLots) <= limits.maxContracts!);
        assertEquals(vetoes.length > 0, targetLots !== wanted);
        assertEquals(vetoes.length, reasons.length);
        if (tradingState(state) === "HALTED") assertEquals(targetLots, 0);
        if (tradingState(state) === "REDUCING") {
          assertEquals(reducingTarget(targetLots, held), targetLots);
        }
      }
    }),
  );
});

Deno.test("reviewTarget() asked about its own answer gives it again", () => {
  fc.assert(
    fc.property(limitsOf, events, lots, lots, price, (limits, happened, held, wanted, at) => {
      for (const { state, time } of walk(limits, happened)) {
        const request = {
          time,
          targetLots: wanted,
          positionLots: held,
          price: at,
          referencePrice: 100,
        };
        const { targetLots } = reviewTarget(state, limits, request);
        const again = reviewTarget(state, limits, { ...request, targetLots });
        assertEquals(again, { targetLots, vetoes: [], reasons: [] });
      }
    }),
  );
});

Deno.test("observeAccount() only tightens within a day, and what is latched stays latched", () => {
  const strictness = (state: RiskState) => TRADING_STATES.indexOf(tradingState(state));
  fc.assert(fc.property(limitsOf, events, (limits, happened) => {
    const states = walk(limits, happened);
    states.slice(1).forEach(({ state }, i) => {
      const before = states[i]!.state;
      if (before.tradeDay === state.tradeDay) assert(strictness(state) >= strictness(before));
      if (before.latched.state === "HALTED") assertEquals(state.latched, before.latched);
    });
  }));
});

Deno.test("observeAccount() never lowers a floor, and halts exactly at or below it", () => {
  fc.assert(fc.property(limitsOf, events, (limits, happened) => {
    const rule = limits.trailingDrawdown!;
    const floorOf = (state: RiskState) =>
      drawdownFloor(
        rule,
        rule.basis === "intraday" ? state.highMicros : state.dayEndHighMicros,
        state.initialMicros,
      );
    let before = -Infinity, breached = false;
    walk(limits, happened).forEach(({ state }, i) => {
      const floor = floorOf(state);
      assert(floor >= before);
      before = floor;
      breached ||= happened[i]!.kind === "look" && state.equityMicros <= floor;
      const killed = happened.slice(0, i + 1).some(({ kind }) => kind === "kill");
      assertEquals(state.latched.state === "HALTED", breached || killed);
    });
  }));
});

Deno.test("the state of risk goes on from JSON to the bit", () => {
  fc.assert(
    fc.property(limitsOf, events, (limits, happened) => {
      for (const { state } of walk(limits, happened)) {
        assertEquals(JSON.parse(JSON.stringify(state)), state);
      }
    }),
    { numRuns: 30 },
  );
});

Deno.test("countOrder() allows at most the limit of entries in any minute", () => {
  const gaps = fc.array(fc.integer({ min: 0, max: 30_000 }), { minLength: 5, maxLength: 60 });
  fc.assert(fc.property(gaps, fc.integer({ min: 1, max: 5 }), (waits, maxOrdersPerMinute) => {
    let state = initialRiskState(START), time = 0;
    const sent: number[] = [];
    for (const wait of waits) {
      time += wait;
      const request = { time, targetLots: 1, positionLots: 0 };
      if (reviewTarget(state, { maxOrdersPerMinute }, request).targetLots === 0) continue;
      sent.push(time);
      state = countOrder(state, time);
    }
    for (const end of sent) {
      const inMinute = sent.filter((at) => at > end - MINUTE && at <= end);
      assert(inMinute.length <= maxOrdersPerMinute);
    }
  }));
});

const look = (usd: number, tradeDay: number): AccountSnapshot => ({
  time: tradeDay * 86_400_000,
  tradeDay,
  equityMicros: usd * 1e6,
});

/** Whether each look halts for good; equity in dollars by trade day. */
function latchedAfter(limits: RiskLimits, looks: readonly (readonly [usd: number, day: number])[]) {
  let state = initialRiskState(START);
  return looks.map(([usd, day]) => {
    state = observeAccount(state, limits, look(usd, day));
    return state.latched.state === "HALTED";
  });
}

Deno.test("an intraday drawdown trails open profit, an end-of-day one only the day's end", () => {
  // Up $1,500 within the day and back to $49,400: the intraday floor stood at $49,500.
  const looks = [[50_000, 1], [51_500, 1], [49_600, 1], [49_400, 1]] as const;
  const rule = { amountMicros: 2_000e6, stopsAtMicros: null };
  const under = (basis: typeof TRAILING_BASES[number]) =>
    latchedAfter({ trailingDrawdown: { ...rule, basis } }, looks);
  assertEquals(under("intraday"), [false, false, false, true]);
  assertEquals(under("end-of-day"), [false, false, false, false]);
  // Ended day 1 at $51,500: on day 2 the floor is $49,500, and it counts at every moment.
  const overnight = [[51_500, 1], [51_600, 2], [49_500, 2]] as const;
  const daily: RiskLimits = { trailingDrawdown: { ...rule, basis: "end-of-day" } };
  assertEquals(latchedAfter(daily, overnight), [false, false, true]);
});

Deno.test("a floor that has reached its stop moves no more", () => {
  const rule = { basis: "intraday", amountMicros: 2_500e6, stopsAtMicros: 100e6 } as const;
  const looks = [[56_000, 1], [50_101, 1], [50_100, 1]] as const;
  assertEquals(latchedAfter({ trailingDrawdown: rule }, looks), [false, false, true]);
});

Deno.test("a daily loss warns, halts for the day and lets go the next day", () => {
  const limits: RiskLimits = { dailyLossMicros: 1_000e6, dailyLossWarning: 0.8 };
  let state = initialRiskState(START);
  const states = ([[50_000, 1], [49_200, 1], [49_000, 1], [49_900, 1], [49_900, 2]] as const).map(
    ([usd, day]) => tradingState(state = observeAccount(state, limits, look(usd, day))),
  );
  assertEquals(states, ["ACTIVE", "REDUCING", "HALTED", "HALTED", "ACTIVE"]);
});

Deno.test("a kill holds through new days until a person releases it", () => {
  let state = killTrading(initialRiskState(START), "by hand");
  for (const day of [1, 2, 3]) state = observeAccount(state, {}, look(50_000, day));
  assertEquals(tradingState(state), "HALTED");
  assertEquals(killTrading(state, "again").latched.reason, "by hand");
  assertEquals(tradingState(releaseRisk(state)), "ACTIVE");
});

Deno.test("entries rest after a run of losing trades, exits do not", () => {
  const limits: RiskLimits = { coolDown: { losses: 2, restMs: 10 * MINUTE } };
  let state = initialRiskState(START);
  for (const netMicros of [-1, 5, -1, -1]) {
    state = countTrade(state, limits, { time: 0, netMicros });
  }
  const allowed = (time: number, targetLots: number, positionLots: number) =>
    reviewTarget(state, limits, { time, targetLots, positionLots }).targetLots;
  assertEquals(allowed(MINUTE, 1, 0), 0);
  assertEquals(allowed(MINUTE, -1, 2), 0);
  assertEquals(allowed(MINUTE, 1, 2), 1);
  assertEquals(allowed(10 * MINUTE, 1, 0), 1);
});
