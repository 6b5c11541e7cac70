import { basename, dirname, join } from "node:path";
import { openJournal } from "../lib/journal/mod.ts";
import { VirtualClock } from "../lib/core/virtual_clock.ts";
import { readExperience } from "../lib/rl/experience/experience_file.ts";
import { openOutbox } from "../lib/monitor/mod.ts";
import { InputError } from "../lib/core/errors.ts";
import { logExperience } from "../tasks/sessions/experience.ts";
import { assertRejects } from "./fixtures/temporary_folder.ts";
import { audit } from "../tasks/audit.ts";
import { assert, assertEquals } from "./assert.ts";
import { openJournalReader } from "../lib/journal/mod.ts";
import type { SavedSession } from "../lib/live/saved_session.ts";
import { openFirstWasmSession } from "./fixtures/first_wasm_session.ts";
import { runCommand } from "./fixtures/run_command.ts";
import { startTrade } from "./fixtures/run_trade.ts";
import { inWorkshop } from "./fixtures/workshop.ts";

await openFirstWasmSession();

// Both run the models as WebAssembly: native code may differ from it in the last bit.
const WASM = ["--deny-ffi"];

Deno.test("trade decides in a worker what the backtest of its system decides, and sessions show it", () =>
  inWorkshop(async ({ data, folder, input, json, reports, store }) => {
    const parts = "--model MES-forest MES-logistic --blend hedge";
    await json("system", `fit ${input} ${parts} --lots 2 --name MES-pair`);
    const tested = await json(
      "backtest",
      `${input} --reports ${reports} --system MES-pair`,
      WASM,
    );
    const sheet = JSON.parse(Deno.readTextFileSync(tested.json));
    const sessions = join(folder, "sessions");
    const feed = `--feed replay:${data} --symbol MES --models ${store}`;
    const start = (flags: string) =>
      startTrade([...`${feed} ${flags} --json`.split(" ")], sessions);
    const trade = async (flags: string) => {
      const { code, stderr, stdout } = await start(flags).end;
      assertEquals(code, 0, stderr);
      return JSON.parse(stdout);
    };
    // In a process of its own, as it asks what is piped into it for its broker.
    const refused = async (flags: string, expected: number) => {
      const end = await runCommand("trade", [...flags.split(" "), "--json"], [
        `--allow-write=${folder}`,
      ]);
      assertEquals([end.code, end.stderr.trim().split("\n").length], [expected, 1], end.stderr);
      return end.stderr;
    };
    const pair = "--system MES-pair --session";
    const traded = await trade(`${pair} one`);
    assertEquals(traded.session, { name: "one", mode: "paper", feed: `replay:${data}` });
    assertEquals(traded.state.reason, "feed ended");
    assertEquals(traded.state.bars, tested.period.bars);
    const entries = sheet.trades.map((
      { entryTime, lots }: { entryTime: number; lots: number },
    ) => [entryTime, Math.sign(lots)]);
    assert(entries.length > 20, `only ${entries.length} trades`);
    const filled = new Set(
      traded.fills.map(({ lots, time }: { lots: number; time: number }) =>
        `${time} ${Math.sign(lots)}`
      ),
    );
    for (const [time, side] of entries) assert(filled.has(`${time} ${side}`), `${time} ${side}`);

    // The world that the file was written of gives the same bars, and so the same session.
    const world = "simulate:regime,drift=0.6,stay=0.98 --bars 3500";
    const simulated = await trade(`${pair} simulated --feed ${world}`);
    assertEquals([simulated.fills, simulated.state], [traded.fills, traded.state]);
    assertEquals(simulated.session.feed, world.split(" ")[0]);

    // It has nothing left to do, and says so; nothing is traded twice.
    const again = await trade(`${pair} one`);
    assertEquals([again.state.isRestart, again.fills.length, again.state.bars], [true, 0, 0]);
    assertEquals(again.state.equityMicros, traded.state.equityMicros);
    assertEquals(again.state.halted, null);

    const late = `--from ${
      new Date(Date.parse(tested.period.to) - 21 * 86_400_000).toISOString().slice(0, 10)
    }`;
    // Killed in the middle, both of them in turn, it ends with the same books.
    for (const victim of ["session", "paper"] as const) {
      const running = start(`${pair} ${victim} ${late} --speed 3600000`);
      await barsOf(join(sessions, victim), 100);
      running[victim].kill("SIGKILL");
      await running.end;
      if (victim === "session") {
        const halved = "promote MES-pair@1 --size 0.5 --why drill --unchecked";
        await json("models", `${halved} --models ${store}`);
      }
      const resumed = await trade(`${pair} ${victim} ${late}`);
      assertEquals([resumed.state.isRestart, resumed.state.halted], [true, null], victim);
      assertEquals(resumed.state.reason, "feed ended");
    }
    // What its alias points to since is taken up at a bar of the session that goes on.
    using reader = openJournalReader(sessions, "session");
    const deployed = reader.milestones("state").at(-1)!.state as unknown as SavedSession;
    assertEquals(deployed.deployments!.map(({ alias, sizeFactor }) => [alias, sizeFactor]), [
      ["champion", 0.5],
    ]);

    // Exploring is drawn in the worker as in an audit, and leaves a log that others can read.
    const bold = await trade(`${pair} bold ${late} --explore 0.2 --seed 4`);
    const kept = `--sessions ${sessions} --models ${store}`;
    const logged = await json("sessions", `experience bold ${kept}`);
    assertEquals([logged.system, logged.explored], ["MES-pair@1", logged.decisions]);
    assert(logged.decisions > 100 && bold.state.bars >= logged.decisions, logged.decisions);
    const { experience } = await readExperience(join(sessions, "bold/experience.jsonl"));
    assertEquals([experience.rows, experience.header.actions], [
      logged.decisions,
      [-1, 0, 1],
    ]);
    const wrong = [
      [{ session: "bold", system: null, out: logged.out }, "over a file that is there"],
      [{ session: "bold", system: "MES-other", out: `${logged.out}.2` }, "did not trade in bold"],
    ] as const;
    for (const [request, part] of wrong) {
      const where = { sessions, models: store };
      await assertRejects(logExperience(request, where, new VirtualClock()), InputError, part);
    }

    // An audit finds nothing in it. Where one was killed, bars are told again that the broker has
    // seen: an order that is decided otherwise then waits until his next one.
    const excuses = {
      one: [],
      bold: [],
      session: ["interruption", "latency", "deployment"],
      paper: ["interruption", "latency"],
    };
    for (const [session, allowed] of Object.entries<readonly string[]>(excuses)) {
      const folders = { sessions, models: store, reports };
      const found = await audit(session, null, folders, { clock: new VirtualClock() });
      const names = found.causes.map(({ name }) => name);
      assertEquals([found.residualMicros, names.filter((name) => !allowed.includes(name))], [
        0,
        [],
      ], session);
      assertEquals(names.includes("deployment"), session === "session");
      if (names.length === 0) assertEquals(found.differences, [], session);
    }

    const where = `--sessions ${sessions}`, told = `--outbox ${sessions}-outbox`;
    using outbox = openOutbox({ folder: `${sessions}-outbox`, clock: new VirtualClock() });
    const alerts = outbox.list(100).filter(({ source }) => source === "one");
    // It ended twice, each time with what it held.
    const end = ["warning", "The session ended with open positions"];
    assertEquals(
      alerts.map(({ severity, title }) => [severity, title]),
      traded.state.positions === "held" ? [end, end] : [],
    );
    const log = Deno.readTextFileSync(join(sessions, "one", "log", "session.log")).trim().split(
      "\n",
    );
    const lines = log.map((line) => JSON.parse(line).message as string);
    assert(lines.some((line) => line.includes("was never checked for leaks")), lines[3]);
    assertEquals(lines.filter((line) => line.startsWith("Filled")).length, traded.fills.length);
    const listed = await json("sessions", `list ${where}`);
    assertEquals(
      listed.sessions.map((one: { account: { name: string } }) => one.account.name),
      ["bold", "one", "paper", "session", "simulated"],
    );
    const shown = await json("sessions", `show one ${where}`);
    const one = listed.sessions.find((each: { account: { name: string } }) =>
      each.account.name === "one"
    );
    assertEquals([traded.orders, one.orders], [shown.counts.submit, shown.counts.submit]);
    assertEquals([shown.journal.fault, shown.books.equityMicros], [
      null,
      traded.state.equityMicros,
    ]);
    assertEquals(shown.counts.bar, traded.state.bars);

    // What a person wants is heard of by the session that goes on, and outlives it.
    await json("sessions", `halt one --why drill ${where}`);
    assertEquals((await trade(`${pair} one`)).state.halted, "drill (halt by file)");
    assertEquals((await trade(`${pair} one`)).state.halted, "drill (halt by file)");
    await json("sessions", `resume one --why over ${where}`);
    assertEquals((await trade(`${pair} one`)).state.halted, null);

    // Rules of an account are confirmed once, kept, and told with the distance to each of them.
    const risk = join(folder, "risk.json");
    const account = { minis: 5, counting: "weighted" };
    Deno.writeTextFileSync(
      risk,
      JSON.stringify({
        dailyLossUsd: 2_000,
        account: { ...account, rules: "fundednext_rapid_50k", automation: "allowed" },
      }),
    );
    const rules = `${pair} ruled ${late} --risk ${risk}`;
    const unsaid = await start(rules).end;
    assert(unsaid.stderr.includes("nobody confirmed that these are its rules"), unsaid.stderr);
    assertEquals(unsaid.code, 3);
    const ruled = await trade(`${rules} --confirm-rules fundednext_rapid_50k`);
    assert(ruled.state.slots[0].distance.floorMicros > 0);
    const { standing } = await json("sessions", `show ruled ${where}`);
    assertEquals(standing.slots[0].distance, ruled.state.slots[0].distance);

    const cases = [
      ["--system MES-pair --confirm-rules mine", 2, "Cannot confirm rules that no file names"],
      ["--system MES-pair --feed telepathy:x", 2, "Cannot find the kind of feed 'telepathy'"],
      ["--system MES-pair --feed reply:x", 2, "did you mean replay:x?"],
      ["--system MES-pair --feed replay:nothing.csv", 2, "there is no such file"],
      ["--system MES-pair --feed simulate:weather", 2, "Cannot simulate the world 'weather'"],
      ["--system MES-pair --feed simulate:gbm --bars 50", 2, "as there are only 50"],
      ["--system MES-pair --feed binance:BTCUSDT", 2, "run the same with `deno task trade:feed`"],
      ["--system MES-pair --start tomorrow", 2, "--start: Cannot read 'tomorrow' as a date"],
      ["--system MES-none", 2, 'Cannot find a trading system named "MES-none"'],
      ["--system MES-forest", 2, "Cannot use MES-forest as a trading system: it is a model"],
      ["--system MES-pair --from 2001-01-01", 3, "the last bar that MES-pair has seen"],
      ["--system MES-pair --symbol ES", 2, "Cannot trade ES with a system of MES"],
      ["--system MES-pair --mode live", 2, "Cannot trade in mode live: this task reaches no such"],
    ] as const;
    for (const [flags, code, part] of cases) {
      const line = await refused(`${feed} ${where} ${told} --session two ${flags}`, code);
      assert(line.includes(part), line);
    }
    using _busy = openJournal({
      sessions,
      account: { name: "two", broker: "paper", number: "two", mode: "paper" },
      owner: "somebody",
      clock: new VirtualClock(),
    });
    const second = await refused(`${feed} ${where} ${told} ${pair} two`, 2);
    assert(second.includes("somebody"), second);
  }));

/** Waits until a session has taken so many bars in. */
async function barsOf(folder: string, count: number): Promise<void> {
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    try {
      using reader = openJournalReader(dirname(folder), basename(folder));
      let bars = 0;
      for await (const { kind } of reader.entries()) if (kind === "bar") bars++;
      if (bars >= count) return;
    } catch {
      // It is not there yet.
    }
  }
}
