import { assert, assertEquals } from "../../../tests/assert.ts";
import { assertThrows } from "../../../tests/fixtures/temporary_folder.ts";
import { InputError, RefusedError } from "../../core/mod.ts";
import { describeFigure, isDoubtful } from "./account_figure.ts";
import { parseAccountRequest } from "./account_request.ts";
import { createAccountMonitor } from "./account_monitor.ts";
import { confirmAccount, parseConfirmation, requireConfirmed } from "./confirmation.ts";
import { resolveAccount, type ResolvedAccount } from "./resolve_account.ts";
import { accountRuleSets } from "./rule_sets.ts";

function resolved(json: object): ResolvedAccount {
  return resolveAccount(parseAccountRequest(json, "risk.json"), "risk.json");
}

const COMBINE = { rules: "topstep_combine_50k", dailyLossUsd: 1_000, minis: 5, micros: 50 };

/** What an action is refused with. */
function refusalOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    return (error as Error).message;
  }
  return "";
}

/** All that a set may leave open. */
const EVERYTHING = {
  ...{ lossLimitUsd: 2_000, trail: "end-of-day", stopsAtUsd: 0, dailyLossUsd: "none", minis: 5 },
  ...{ flatBy: { time: "15:10", timeZone: "America/Chicago" }, automation: "allowed" },
};

Deno.test("a set whose amounts do not ship asks for them in one line, with the setting and a page", () => {
  const message = refusalOf(() => resolved({ rules: "apex_eod_evaluation_50k" }));
  assert(message.startsWith("risk.json: Cannot keep to the account rules"), message);
  assert(!message.includes("\n"));
  for (
    const words of [
      "'apex_eod_evaluation_50k' as they leave open the loss limit, where its floor stops",
      '"lossLimitUsd": dollars or "none"',
      '"dailyLossUsd"',
      '"minis"',
      "https://",
    ]
  ) assert(message.includes(words), `${words} in ${message}`);
});

Deno.test("every shipped set is enforced once what it leaves open is stated", () => {
  for (const { firm, id } of accountRuleSets()) {
    const { figures, terms } = resolved({ rules: id, ...EVERYTHING });
    const monitor = createAccountMonitor(terms);
    const state = monitor.step(monitor.begin({ initialMicros: 50_000e6 }), {
      ...{ kind: "mark", time: Date.parse("2026-06-15T15:00:00Z"), equityMicros: 49_900e6 },
    });
    const distance = monitor.distance(state, "MES");
    assertEquals(distance.floorMicros, 1_900e6, id);
    assert(distance.lotsLeft! > 0 && distance.minutesToFlatBy! > 0, id);
    assert(figures.every((figure) => !describeFigure(figure).includes("undefined")), id);
    if (firm.startsWith("Apex")) assertEquals(terms.automation, "forbidden", id);
  }
});

Deno.test("what is doubtful or our own reading says so, what is stated says by whom", () => {
  const { figures, terms } = resolved(COMBINE);
  const lines = figures.map(describeFigure);
  const line = (start: string) => lines.find((one) => one.startsWith(start))!;
  assert(
    line("loss limit: $2000.00 [").includes("help.topstep.com"),
  );
  assert(!line("loss limit").includes("DOUBTFUL"));
  assert(line("its floor: follows").includes("DOUBTFUL, pages disagree"));
  assert(line("daily loss: $1000.00").endsWith("[stated by you]"));
  assert(line("automation: only while you watch").includes("DOUBTFUL"));
  assert(
    line("its floor: reached when equity touches it").endsWith("[ASSUMED, the careful reading]"),
  );
  assertEquals(figures.filter(isDoubtful).length > 2, true);
  assertEquals(terms.dailyLoss, {
    ...{ amountMicros: 1_000e6, basis: "day-start", ends: "day", breach: "touch" },
    reset: { time: "17:00", timeZone: "America/Chicago" },
  });
  assertEquals(terms.session?.leadMs, 120_000);
  assertEquals(terms.contracts, { minis: 5, micros: 50, microsPerMini: 10, counting: "as-minis" });
});

Deno.test("a user's word counts before a page's, but no word lifts a ban", () => {
  const { terms } = resolved({ ...COMBINE, lossLimitUsd: 1_900.01, automation: "allowed" });
  assertEquals(terms.lossLimit?.drawdown.amountMicros, 1_900_010_000);
  assertEquals(terms.automation, "allowed");
  const rules = "alpha_standard_evaluation_50k";
  assertEquals(resolved({ rules, automation: "allowed" }).terms.automation, "forbidden");
});

Deno.test("what a risk file says about an account is refused in one line", () => {
  const refused = (json: object, words: string) =>
    assertThrows(() => resolved(json), InputError, words);
  refused({ rules: "topstep_combine_50" }, "did you mean topstep_combine_50k?");
  refused({ ...COMBINE, dailyLossUsd: -1 }, "account.dailyLossUsd");
  refused({ ...COMBINE, dayliLoss: 1 }, "dayliLoss");
  refused({ ...COMBINE, flatBy: { time: "02:30", timeZone: "America/Chicago" } }, "02:30 does not");
  refused({ rules: { id: "mine" } }, "firm");
  const news = (newsEvents: readonly object[]) => ({ ...EVERYTHING, ...OWN_NEWS, newsEvents });
  const event = (at: string, more: object = {}) => ({ event: "CPI", at, ...more });
  refused(news([event("2026-12-10T13:30")]), "with an offset, or local with timeZone");
  refused(news([event("2026-02-30T12:00Z")]), "current value is 2026-02-30T12:00Z (see");
  refused(
    news([event("2027-03-14T02:30", { timeZone: "America/New_York" })]),
    "must exist, and once: current value is 2027-03-14T02:30 in America/New_York",
  );
  refused(
    news([event("2026-11-01T01:30", { timeZone: "America/New_York" })]),
    "must exist, and once",
  );
  refused(
    news([event("2026-12-10T13:30:00Z"), event("2026-12-10T13:33:00Z")]),
    "overlap: current value is CPI until 2026-12-10T13:32:00.000Z",
  );
  refused(
    {
      ...EVERYTHING,
      rules: "alpha_standard_evaluation_50k",
      newsEvents: [event("2026-12-10T13:30Z")],
    },
    "they allow trading then",
  );
});

const OWN_NEWS = {
  rules: {
    ...{ id: "mine", firm: "My firm", program: "Test", phase: "evaluation", status: "unknown" },
    news: { policy: "blackout", secondsBefore: 120, secondsAfter: 120 },
    provenance: {},
  },
};

Deno.test("a set of one's own needs no page, and local news is read in its zone", () => {
  const { figures, terms } = resolved({
    ...{ ...EVERYTHING, ...OWN_NEWS },
    newsEvents: [{
      ...{ event: "CPI", at: "2026-12-10T07:30", timeZone: "America/Chicago" },
      instruments: ["ESZ6", "MES"],
    }],
  });
  assertEquals(terms.news, {
    mustBeFlat: true,
    windows: [{
      event: "CPI",
      from: Date.parse("2026-12-10T13:28:00Z"),
      until: Date.parse("2026-12-10T13:32:00Z"),
      instruments: ["ES", "MES"],
    }],
  });
  assert(figures.filter(({ name }) => name === "news").every((one) => !isDoubtful(one)));
});

Deno.test("a confirmation holds for its account and its rules, until they change", () => {
  const account = { account: "S1-50", attended: true };
  const rules = resolved(COMBINE);
  const kept = confirmAccount(rules, { ...account, time: Date.parse("2026-11-30T09:00:00Z") });
  const again = parseConfirmation(JSON.parse(JSON.stringify(kept)), "confirmation.json");
  assertEquals(again, kept);
  requireConfirmed(again, rules, account);
  const refused = (act: () => unknown, words: string) => assertThrows(act, RefusedError, words);
  refused(
    () => requireConfirmed(null, rules, account),
    "nobody confirmed that these are its rules",
  );
  refused(
    () => requireConfirmed(kept, rules, { ...account, account: "S2" }),
    "S1-50 was confirmed",
  );
  const other = resolved({ ...COMBINE, dailyLossUsd: 900 });
  refused(
    () => requireConfirmed(kept, other, account),
    "as they changed since 2026-11-30T09:00:00.000Z",
  );
  refused(() => requireConfirmed(kept, rules, { ...account, attended: false }), "unattended");
  assertThrows(() => parseConfirmation({ ...kept, version: 2 }, "c.json"), InputError, "version");
});

Deno.test("next week's news needs no new confirmation", () => {
  const account = { account: "A", attended: false };
  const at = (day: string) =>
    resolved({
      ...EVERYTHING,
      ...OWN_NEWS,
      newsEvents: [{ event: "CPI", at: `${day}T13:30:00Z` }],
    });
  const kept = confirmAccount(at("2026-12-10"), { ...account, time: 0 });
  requireConfirmed(kept, at("2027-01-13"), account);
});

Deno.test("where programs are banned nothing is confirmed, and it is said by whom and when", () => {
  for (const id of ["apex_legacy_pa_50k", "tpt_test_50k", "tradeday_eod_50k"]) {
    const confirms = () =>
      confirmAccount(resolved({ rules: id, ...EVERYTHING }), {
        ...{ account: "A", attended: true, time: 0 },
      });
    assertThrows(confirms, RefusedError, "with a program: automation: FORBIDDEN");
    const message = refusalOf(confirms);
    assert(/20\d\d/.test(message) && message.includes("https://"), message);
  }
});
