import { rejects as assertRejects } from "node:assert/strict";
import { join } from "node:path";
import { parseChangeSet } from "../lib/codegen/mod.ts";
import { lockFile } from "../lib/db/mod.ts";
import { readSessionEvidence } from "../lib/improve/mod.ts";
import { findInstrument } from "../lib/market/mod.ts";
import { openOutbox } from "../lib/monitor/mod.ts";
import { nightText, parseNight } from "../lib/records/mod.ts";
import { openRegistry } from "../lib/registry/mod.ts";
import { escapeHtml } from "../lib/report/html.ts";
import { assert, assertEquals } from "./assert.ts";
import { openFirstWasmSession } from "./fixtures/first_wasm_session.ts";
import { copyFolder, decidedBy, inNightWorkshop } from "./fixtures/night_workshop.ts";
import { filesBelow } from "./fixtures/run_command.ts";

await openFirstWasmSession();

const CLOCK = { now: () => 0 };
/** Write of a night; `deno task bench nights` kills one before every other. */
const AFTER_THE_MOVE = 95;

Deno.test("a night decides once, killed or not; harm rolls back; bad requests are one line", () =>
  inNightWorkshop(async ({ bars, done, folder, kill, refused, store, trade }) => {
    const kept = join(folder, "kept"), nights = join(store, "nights");
    await copyFolder(store, kept);
    const { isNew, night } = await done(bars(1));
    assertEquals([isNew, night.number, night.champion.version], [true, 1, 1]);
    assertEquals(night.candidates.map(({ leakCheckPassed }) => leakCheckPassed), [true]);
    assertEquals(night.decisions.map(({ question }) => question), ["refresh"]);

    // Killed when the alias has moved but nothing says so yet.
    await Deno.remove(store, { recursive: true });
    await copyFolder(kept, store);
    assertEquals((await kill(bars(1), AFTER_THE_MOVE)).signal, "SIGKILL");
    const resumed = await done(bars(1));
    assertEquals(decidedBy(resumed.night), decidedBy(night));
    {
      using registry = openRegistry({ folder: store, clock: CLOCK, readOnly: true });
      const versions = [registry.list("MES-logistic").length, registry.listSystems("one").length];
      assertEquals(versions, [2, 2]);
      assertEquals(registry.history("one", "champion").length, 1 + night.moves.length);
      // Named before anything newer was registered, so that being newest is not enough to serve.
      assertEquals(registry.history("one", "champion")[0]!.toVersion, 1);
    }

    const [path, ...others] = filesBelow(nights).filter((file) => file.endsWith(".json"));
    assertEquals(others, []);
    const again = await done(bars(1));
    const text = Deno.readTextFileSync(path!);
    assertEquals([again.isNew, nightText(again.night)], [false, text]);
    assertEquals(nightText(parseNight(text, path!)), text);
    const page = Deno.readTextFileSync(again.report);
    assert(page.includes(night.decisions[0]!.wouldChange) && !page.includes("<script"));

    const old = await refused(bars(0), 3);
    assert(old.includes("no bar is newer than") && old.includes("night 1 of one"), old);
    const other = await refused(bars(2), 2, "ES");
    assert(other.includes("Cannot trade ES with a system of MES"), other);
    {
      using _ = lockFile(join(nights, "one/lock"), { owner: "a test", refusal: "", remedy: "" });
      const locked = await refused(bars(2), 2);
      assert(locked.includes("Cannot begin a night of one as a test"), locked);
    }

    // Forty sessions of harm, as nights would have left them.
    using registry = openRegistry({ folder: store, clock: CLOCK });
    if (night.moves.length === 0) registry.promote("one@2", "champion", "forced through");
    const days = Array.from({ length: 40 }, (_, day) => day);
    const even = days.map((day) => 0.01 * Math.sin(7 * day));
    const approved = { days, challenger: even, champion: even.map((value) => 0.9 * value) };
    const since = { days, challenger: even.map((value) => value - 0.01), champion: even };
    const deploymentId = registry.deployment("one")!.id;
    const serving = { deploymentId, predecessor: 1, sessionsBefore: 0, approved, since };
    Deno.writeTextFileSync(path!, nightText({ ...again.night, serving }));
    const second = await done(bars(2));
    const [decision] = second.night.decisions;
    assertEquals([decision!.question, decision!.outcome], ["champion", "roll back"]);
    const back = { kind: "rollback", fromVersion: 2, toVersion: 1, sizeFactor: 1 };
    assertEquals([second.night.number, second.night.moves], [2, [back]]);
    assertEquals(registry.resolveSystem("one").version, 1);
    assertEquals(registry.history("one", "champion").at(-1)!.kind, "rollback");
    using outbox = openOutbox({ folder: join(folder, "outbox"), clock: { after: () => () => {} } });
    const alerts = outbox.due("page", Date.parse(second.night.finishedAt) + 1, 20);
    const titles = alerts.filter(({ alert }) => alert.severity === "warning")
      .map(({ alert }) => alert.title);
    assert(titles.some((title) => title.includes("rolled back from v2 to v1")), titles.join());

    // Twenty-five sessions beside the champion without harm: half size, watched against it from now on.
    const calm = days.slice(0, 25);
    const beside = { days: calm, challenger: even.slice(0, 25), champion: even.slice(0, 25) };
    const later = pathOfNight(nights, 2);
    const shadow = { version: 2, approved, since: beside };
    Deno.writeTextFileSync(later, nightText({ ...second.night, shadow }));
    registry.promote("one@2", "shadow", "won its evidence");
    const sessions = await trade("paper", 3);
    const instrument = findInstrument("MES");
    const evidence = await readSessionEvidence({ sessions, account: "paper" }, "one", instrument);
    const closes = [...evidence.said.values()];
    assert(closes.length >= 299, `${closes.length} closes`);
    for (const { champion, shadows } of closes) {
      assertEquals([champion?.by, [...shadows.keys()]], ["one@1", ["one@2"]]);
    }
    // The simulated broker moves the price by what was assumed: a fill of one tick.
    assertEquals([...new Set(evidence.paidTicks)], [1]);
    await assertRejects(
      readSessionEvidence({ sessions, account: "paper" }, "other", instrument),
      /a session that has not traded it/,
    );
    const third = await done(bars(3), ` --session paper --sessions ${sessions}`);
    const { days: traded, ...heard } = third.night.session!;
    assert(traded >= 13, `${traded} days`);
    assertEquals(heard, {
      ...{ account: "paper", fills: evidence.paidTicks.length },
      ...{ closes: closes.length, shadowCloses: closes.length },
    });
    assertEquals(
      third.night.drift.filter(({ detector }) => detector === "slippage").map((
        found,
      ) => [found.statistic, found.alarm]),
      evidence.paidTicks.length < 20 ? [] : [[1, false]],
    );
    assertEquals(third.night.decisions.map(({ outcome, question }) => [question, outcome]), [
      ["shadow", "promote"],
    ]);
    const forth = { kind: "promote", fromVersion: 1, toVersion: 2, sizeFactor: 0.5 };
    assertEquals([third.night.moves, third.night.shadow], [[forth], null]);
    const deployed = registry.deployment("one")!;
    assertEquals([deployed.version, deployed.sizeFactor], [2, 0.5]);
    // Nobody is in the shadow any more: sessions ask no one beside what serves.
    assertEquals(registry.deployment("one@shadow")!.version, 2);
    const { deploymentId: watched, predecessor, sessionsBefore } = third.night.serving!;
    assertEquals([watched, predecessor], [deployed.id, 1]);
    assert(sessionsBefore > 25, `${sessionsBefore} sessions`);

    const set = parseChangeSet(JSON.parse(Deno.readTextFileSync(third.changes!)));
    assertEquals([set.why, set.origin], [third.night.headline, "night 3 of one"]);
    const [change] = set.changes;
    assert(change?.kind === "file" && change.path === "deployments/one.json");
    const { parts, sizeFactor, version } = JSON.parse(change.content);
    assertEquals([version, sizeFactor, parts[0].settings.kind], [2, 0.5, "logistic"]);

    // What cannot be read serves nobody: back to what can, and a person hears of it.
    const [part] = (await registry.loadSystem("one@2")).system.parts;
    const { path: graph } = await registry.load(`${part!.name}@${part!.version}`);
    Deno.writeTextFileSync(graph, "damaged");
    const fourth = await done(bars(4));
    assertEquals(fourth.night.decisions.map(({ outcome, question }) => [question, outcome]), [
      ["champion", "roll back"],
    ]);
    assertEquals([fourth.night.number, fourth.night.moves], [4, [back]]);
    assert(fourth.night.headline.includes("Cannot use as its SHA-256"), fourth.night.headline);
    assertEquals(registry.resolveSystem("one").version, 1);
    const history = Deno.readTextFileSync(fourth.history);
    for (const { headline } of [night, second.night, third.night, fourth.night]) {
      assert(history.includes(escapeHtml(headline)), headline);
    }

    Deno.writeTextFileSync(path!, "{");
    const damaged = await refused(bars(2), 1);
    assert(damaged.includes("Cannot read the night"), damaged);
  }));

function pathOfNight(folder: string, number: number): string {
  return filesBelow(folder).find((path) =>
    path.endsWith(".json") && parseNight(Deno.readTextFileSync(path), path).number === number
  )!;
}
