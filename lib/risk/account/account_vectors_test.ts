import vectors from "../../../tests/fixtures/account_rule_vectors.json" with { type: "json" };
import { assert, assertEquals } from "../../../tests/assert.ts";
import type { TrailingDrawdown } from "../drawdown_floor.ts";
import { createAccountMonitor } from "./account_monitor.ts";
import type { AccountTerms } from "./account_terms.ts";
import { type ConsistencyEffect, profitForConsistency } from "./consistency.ts";
import type { AccountEvent, AccountMonitorState } from "./monitor_state.ts";

const USD = 1e6;
const AMOUNT = 2_000 * USD;

function drawdownOf(trail: string, cap: number | null, amountMicros = AMOUNT): TrailingDrawdown {
  if (trail === "static") {
    return { basis: "end-of-day", amountMicros, stopsAtMicros: -amountMicros };
  }
  const basis = trail === "intraday" ? "intraday" : "end-of-day";
  return { basis, amountMicros, stopsAtMicros: cap === null ? null : cap * USD };
}

function lossTerms(rule: typeof vectors.rules[number]): AccountTerms {
  return {
    rules: rule.id,
    automation: "allowed",
    lossLimit: {
      drawdown: drawdownOf(rule.trail, rule.floor_cap_offset),
      watched: rule.watched === "close_only" ? "close" : "live",
      breach: rule.breach_test === "below" ? "below" : "touch",
    },
  };
}

/** One row of a vector: day, point or close, equity, floor, room; dollars. */
type Row = readonly [day: number, at: number | "after_close", ...usd: number[]];

/** Follows a path to its end or to the breach. */
function follow(path: typeof vectors.paths[number], terms: AccountTerms) {
  const monitor = createAccountMonitor(terms);
  const isCloseOnly = terms.lossLimit!.watched === "close";
  let state = monitor.begin({ initialMicros: path.start * USD }), time = 0;
  const rows: Row[] = [];
  const row = (day: number, at: number | "after_close"): void => {
    const { floorMicros } = monitor.distance(state, "MES");
    rows.push([day, at, state.equityMicros / USD, state.floorMicros! / USD, floorMicros! / USD]);
  };
  const step = (
    event: Omit<Extract<AccountEvent, { kind: "mark" }>, "time"> | {
      readonly kind: "day-end";
    } | { readonly kind: "payout"; readonly amountMicros: number },
  ): void => {
    state = monitor.step(state, { ...event, time: time++ });
  };
  for (const [index, { payout_after_close: payout, ticks }] of path.days.entries()) {
    for (const [at, equity] of ticks.entries()) {
      step({ kind: "mark", equityMicros: equity * USD });
      row(index + 1, at);
      if (state.lost !== null) return { rows, state };
    }
    step({ kind: "day-end" });
    // Looked at once a day: the breach is that of the last point.
    if (isCloseOnly && state.lost !== null) return { rows, state };
    if (payout > 0) step({ kind: "payout", amountMicros: payout * USD });
    row(index + 1, "after_close");
  }
  return { rows, state };
}

for (const rule of vectors.rules) {
  Deno.test(`an account under '${rule.id}' has the floor of every vector at every step`, () => {
    const cases = vectors.results.filter((result) => result.rule === rule.id);
    assertEquals(cases.length, vectors.paths.length);
    for (const { breach, path: name, steps } of cases) {
      const path = vectors.paths.find(({ id }) => id === name)!;
      const { rows, state } = follow(path, lossTerms(rule));
      assertEquals(rows, steps as unknown as Row[], name);
      assertEquals(state.lost?.rule, breach === null ? undefined : "trailing-drawdown", name);
      if (breach !== null) {
        assertEquals([breach.day, breach.tick], rows.at(-1)!.slice(0, 2), name);
        assertEquals((state.floorMicros! - state.equityMicros) / USD, breach.overshoot, name);
      }
    }
  });
}

function dailyTerms(basis: string, ends: "day" | "account"): AccountTerms {
  const bases: Readonly<Record<string, "day-start" | "initial" | "day-high">> = {
    day_start_balance: "day-start",
    fixed_from_initial: "initial",
    day_peak_equity: "day-high",
  };
  return {
    rules: basis,
    automation: "allowed",
    dailyLoss: { amountMicros: 1_000 * USD, basis: bases[basis]!, breach: "touch", ends },
  };
}

Deno.test("a daily loss has the threshold of every vector, from three bases, soft and hard", () => {
  for (const vector of vectors.dailyLossResults) {
    const { daily_basis: basis, path: name, severity } = vector;
    const monitor = createAccountMonitor(
      dailyTerms(basis, severity === "hard" ? "account" : "day"),
    );
    const path = vectors.paths.find(({ id }) => id === name)!;
    let state = monitor.begin({ initialMicros: path.start * USD }), time = 0, shift = 0;
    const rows: unknown[] = [];
    for (const [index, { ticks }] of path.days.entries()) {
      for (const [at, tick] of ticks.entries()) {
        if (state.lost !== null) break;
        // Flat from the hit on: what the path earned after it was not earned here.
        const wasHalted = state.halted !== null;
        if (wasHalted) shift = state.equityMicros / USD - tick;
        const equityMicros = (tick + shift) * USD;
        state = monitor.step(state, { kind: "mark", time: time++, equityMicros });
        const isHit = !wasHalted && (state.halted ?? state.lost) !== null;
        const { dailyLossMicros } = monitor.distance(state, "MES");
        const threshold = (state.equityMicros - dailyLossMicros!) / USD;
        rows.push([
          ...[index + 1, at, state.equityMicros / USD, wasHalted ? null : threshold],
          wasHalted ? "locked_until_reset" : isHit ? "hit" : "trading",
        ]);
      }
      state = monitor.step(state, { kind: "day-end", time: time++ });
    }
    assertEquals(rows, vector.steps as unknown[], `${name} ${basis} ${severity}`);
    assertEquals(shift, vector.balance_carried_shift);
  }
});

Deno.test("the clock at which a daily loss is reset decides whether two losses are one", () => {
  for (const { first_hit: firstHit, reset, steps } of vectors.dailyResetResults) {
    const { dailyLoss, ...rest } = dailyTerms("day_start_balance", "day");
    const clock = { time: reset.time, timeZone: reset.tz };
    const monitor = createAccountMonitor({ ...rest, dailyLoss: { ...dailyLoss!, reset: clock } });
    let state = monitor.begin({ initialMicros: steps[0]!.equity * USD });
    let hit: string | null = null;
    for (const step of steps) {
      const time = Date.parse(step.time);
      state = monitor.step(state, { kind: "mark", time, equityMicros: step.equity * USD });
      assertEquals(state.dayStartMicros, step.day_base * USD);
      if (state.halted === null || hit !== null) continue;
      hit = step.time;
      const until = monitor.judge(state, { instrument: "MES" }).haltedUntil!;
      assert(until > time && until - time < 86_400_000);
    }
    assertEquals(hit, firstHit);
  }
});

Deno.test("floors are those that firms print in their own examples", () => {
  for (const example of vectors.publishedExamples) {
    const { amount, floor_cap_offset: cap, points, published_floor: printed, source } = example;
    const drawdown = drawdownOf(example.trail, cap, amount * USD);
    const monitor = createAccountMonitor({
      rules: source,
      automation: "allowed",
      lossLimit: { drawdown, watched: "live", breach: "touch" },
    });
    let state: AccountMonitorState = monitor.begin({ initialMicros: example.start * USD });
    const floors = points.map((point, time) => {
      state = monitor.step(state, { kind: "mark", time, equityMicros: point * USD });
      if (drawdown.basis === "end-of-day") state = monitor.step(state, { kind: "day-end", time });
      return state.floorMicros! / USD;
    });
    assertEquals(floors, printed, source);
  }
});

Deno.test("profit that consistency asks for is that of the vectors", () => {
  for (const vector of vectors.consistency) {
    const { best_day: bestDay, effect, share: maxShare } = vector;
    const needed = profitForConsistency({
      effect: effect.replaceAll("_", "-") as ConsistencyEffect,
      ...{ maxShare, bestDayMicros: bestDay * USD },
      ...("target" in vector ? { targetMicros: vector.target! * USD } : {}),
    });
    if ("new_target" in vector) assertEquals(needed, vector.new_target! * USD);
    else if ("total_profit_needed" in vector) {
      assertEquals(needed, vector.total_profit_needed! * USD);
    } else assertEquals(needed > vector.total_profit! * USD, vector.blocked);
  }
});
