import { assertEquals } from "../../../tests/assert.ts";
import type { Fill, JournaledSlot, Order } from "../../trading/mod.ts";
import { differencesOf, lineUpReplay, lineUpSession } from "./line_up.ts";
import type { SessionReplay } from "./replay_session.ts";
import type { SessionStory } from "./session_story.ts";

const SLOT: JournaledSlot = {
  ...{ symbol: "MES", intervalMs: 60_000, tickSize: 0.25 },
  ...{ tickValueMicros: 1_250_000, settles: true },
};
const CLOSE = Date.parse("2026-12-01T13:10Z");
const ORDER: Order = { id: 1, lots: -2, reason: "signal", decidedAt: CLOSE };
const AT_OPEN: Fill = {
  ...{ orderId: 1, bar: 7, time: CLOSE, moment: "open", lots: -2, priceTicks: 20_000 },
  ...{ slippageTicks: 1, feeMicros: 1_900_000, reason: "signal" },
};

/** Differences of a session's order and fills from those of a replay. */
function differences(
  session: {
    readonly order: Order;
    readonly fills: readonly Fill[];
    readonly exits?: readonly Fill[];
  },
  replay: {
    readonly order: Order;
    readonly fills: readonly Fill[];
    readonly exits?: readonly Fill[];
  },
): readonly (string | null)[][] {
  const story = {
    ...{ slots: [SLOT], decisions: [new Map()], controls: [] },
    orders: [{
      ...{ slot: 0, sequence: 9, order: session.order, cancelledAt: null },
      reports: session.fills.map((fill) => ({ report: { kind: "filled", fill }, sequence: 10 })),
    }],
    brokerFills: (session.exits ?? []).map((fill) => ({ slot: 0, fill, sequence: 11 })),
  } as unknown as SessionStory;
  const { decidedAt, lots, reason } = replay.order, key = `${decidedAt} ${reason} 0`;
  const again = {
    forecasts: [new Map()],
    orders: [{ slot: 0, key, decidedAt, lots, isRejected: false }],
    fills: [
      ...replay.fills.map((fill) => ({ slot: 0, key, fill })),
      ...(replay.exits ?? []).map((fill) => ({ slot: 0, key: "", fill })),
    ],
  } as unknown as SessionReplay;
  return differencesOf(lineUpSession(story), lineUpReplay(again, [SLOT]))
    .map(({ kind, replay, session }) => [kind, session, replay]);
}

Deno.test("the moment of a trade is not compared, its bar is", () => {
  const replay = { order: ORDER, fills: [AT_OPEN] };
  const filledAt = (time: string, moment: Fill["moment"] = "inside") => ({
    order: ORDER,
    fills: [{ ...AT_OPEN, moment, time: Date.parse(time) }],
  });
  assertEquals(differences(filledAt("2026-12-01T13:10:01.366Z"), replay), []);
  assertEquals(differences(filledAt("2026-12-01T13:10:59Z"), replay), []);
  assertEquals(differences(filledAt("2026-12-01T13:11:01Z"), replay), [[
    "fill",
    "sell 2 at 5000, fee 1.9, 13:11:01Z",
    "sell 2 at 5000, fee 1.9, 13:10:00Z",
  ]]);
  // The fill model stamps the end of a bar in which an exit traded.
  const exit = filledAt("2026-12-01T13:11:00Z");
  assertEquals(differences(filledAt("2026-12-01T13:10:30Z"), exit), []);
});

Deno.test("an order for another reason is the same one, for other lots it is not", () => {
  const byRule = {
    order: { ...ORDER, reason: "risk" } as const,
    fills: [{ ...AT_OPEN, reason: "risk" } as const],
  };
  assertEquals(differences(byRule, { order: ORDER, fills: [AT_OPEN] }), []);
  const one = { ...AT_OPEN, lots: -1 };
  assertEquals(differences(byRule, { order: { ...ORDER, lots: -1 }, fills: [one] }), [
    ["order", "sell 2 (risk)", "sell 1 (signal)"],
    [
      "fill",
      "sell 2 at 5000, fee 1.9, 13:10:00Z",
      "sell 1 at 5000, fee 1.9, 13:10:00Z",
    ],
  ]);
});

Deno.test("an exit that one run alone has leaves those of other bars in line", () => {
  const exitAt = (minute: string): Fill => ({
    ...AT_OPEN,
    ...{ orderId: 2, moment: "inside", lots: 2, time: Date.parse(`2026-12-01T${minute}Z`) },
  });
  const order = { order: ORDER, fills: [AT_OPEN] };
  const exits = [exitAt("13:11:00"), exitAt("13:14:00"), exitAt("13:19:00")];
  assertEquals(
    differences({ ...order, exits }, { ...order, exits: exits.toSpliced(0, 1) }),
    [["fill", "buy 2 at 5000, fee 1.9, 13:11:00Z", null]],
  );
});
