import { assert, assertEquals } from "../../../tests/assert.ts";
import { assertThrows } from "../../../tests/fixtures/temporary_folder.ts";
import { InputError } from "../../core/mod.ts";
import {
  accountRuleSets,
  citation,
  findRuleSet,
  parseRuleSet,
  provenanceOf,
  ruleSetsCompiledOn,
} from "./rule_sets.ts";

/** Fields that say how much: of money, of contracts. */
const AMOUNT = /Usd$|^(?:minis|micros|microsPerMini|steps)$|fractionOf/;

/** Dotted names of the amounts that a set states. */
function amountsOf(group: object, prefix: string): string[] {
  return Object.entries(group).flatMap(([name, value]) =>
    AMOUNT.test(name)
      ? [`${prefix}.${name}`]
      : typeof value === "object" && value !== null && !Array.isArray(value)
      ? amountsOf(value, `${prefix}.${name}`)
      : []
  );
}

Deno.test("an amount ships only where the firm's own page states it and no other disagrees", () => {
  let stated = 0, leftOut = 0;
  for (const set of accountRuleSets()) {
    for (const group of ["profitTarget", "lossLimit", "dailyLoss", "sizeLimit"] as const) {
      for (const field of amountsOf(set[group] ?? {}, group)) {
        // A floor that stops at the start states no amount.
        if (field === "lossLimit.stop.offsetUsd" && set.lossLimit?.stop?.offsetUsd === 0) continue;
        assertEquals(provenanceOf(set, field)?.confidence, "firm-page", `${set.id} ${field}`);
        stated++;
      }
    }
    for (const field of set.leftOut ?? []) {
      assert(provenanceOf(set, field)!.confidence !== "firm-page", `${set.id} ${field}`);
      leftOut++;
    }
  }
  assertEquals([stated, leftOut], [91, 232]);
});

Deno.test("every group of facts has pages behind it, with a date or why there is none", () => {
  const groups = ["lossLimit", "dailyLoss", "sizeLimit", "session", "news", "automation"] as const;
  for (const set of accountRuleSets()) {
    for (const group of groups) {
      if (set[group] === undefined) continue;
      const found = provenanceOf(set, group) ??
        provenanceOf(set, Object.keys(set.provenance).find((name) => name.startsWith(group))!);
      assert(found !== null && found.sources.length > 0, `${set.id} ${group}`);
      for (const { date, dateBasis, url } of found.sources) {
        assert((date ?? dateBasis).length > 0 && url.startsWith("http"));
      }
    }
  }
});

Deno.test("bans of automation ship with the sets whose amounts are left out", () => {
  const sets = accountRuleSets();
  assertEquals(sets.length, 99);
  assertEquals(new Set(sets.map(({ id }) => id)).size, 99);
  const banned = sets.filter(({ automation }) => automation?.policy === "forbidden");
  assertEquals(banned.length, 32);
  assertEquals(Object.groupBy(banned, ({ firm }) => firm)["Apex Trader Funding"]?.length, 16);
  for (const set of banned) {
    const said = citation(provenanceOf(set, "automation")!);
    assert(/^DOUBTFUL/.test(said) && said.includes("http"), said);
  }
});

Deno.test("a citation says publisher, date and doubt", () => {
  const combine = findRuleSet("topstep_combine_50k");
  assertEquals(
    citation(provenanceOf(combine, "session.flatBy")!),
    "Topstep, undated stored copy, https://intercom.help/topstep-llc/en/articles/" +
      "8284206-when-and-what-products-can-i-trade (flat before 15:10; risk desk starts " +
      "flattening 15:08 as a courtesy)",
  );
  assert(
    citation(provenanceOf(combine, "lossLimit.trail")!).startsWith("DOUBTFUL, pages disagree"),
  );
  assertEquals(provenanceOf(combine, "nothing.said"), null);
  assertEquals(ruleSetsCompiledOn(), "2026-11-29");
});

Deno.test("a name that is none is refused with the nearest one", () => {
  assertThrows(() => findRuleSet("topstep_combine_5k"), InputError, "mean topstep_combine_50k?");
  assertThrows(() => findRuleSet("constructor"), InputError, "99 sets ship");
});

const OWN = {
  ...{ id: "mine", firm: "My firm", program: "Test", phase: "evaluation", status: "unknown" },
  provenance: {},
};

Deno.test("a set of one's own is refused in one line that names the field", () => {
  const refused = (more: object, words: string) =>
    assertThrows(() => parseRuleSet({ ...OWN, ...more }, "mine.json"), InputError, words);
  assertEquals(parseRuleSet(OWN, "mine.json").id, "mine");
  refused({ lossLimit: { amountUsd: -2_000 } }, "lossLimit.amountUsd");
  refused({ dailyLoss: { kind: "sofd" } }, "dailyLoss.kind");
  refused({ lossLimit: { amuontUsd: 1 } }, "amuontUsd");
  refused({ id: "../x" }, "id: must be up to 64 letters");
  const flatBy = (time: string, timeZone: string) => ({ session: { flatBy: { time, timeZone } } });
  refused(
    flatBy("02:30", "America/New_York"),
    "02:30 does not exist in America/New_York on 2026-03-08",
  );
  refused(flatBy("01:15", "Europe/London"), "01:15 does not exist in Europe/London on 2026-03-29");
  refused(flatBy("16:59", "EST"), "no abbreviation");
  refused(flatBy("25:00", "America/Chicago"), "must be HH:MM");
  assertEquals(
    parseRuleSet({ ...OWN, ...flatBy("03:00", "America/New_York") }, "mine.json").session?.flatBy
      ?.time,
    "03:00",
  );
});
