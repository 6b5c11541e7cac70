import { join } from "node:path";
import { openJournal } from "../lib/journal/mod.ts";
import { VirtualClock } from "../lib/core/virtual_clock.ts";
import { assert, assertEquals } from "./assert.ts";
import { inWorkshop } from "./fixtures/workshop.ts";

// Both run the models as WebAssembly: native code may differ from it in the last bit.
const WASM = ["--deny-ffi"];

Deno.test("trade decides in a worker what the backtest of its system decides, and sessions show it", () =>
  inWorkshop(async ({ data, folder, input, json, refused, reports, store }) => {
    const parts = "--model MES-forest MES-logistic --blend hedge";
    await json("system", `fit ${input} ${parts} --name MES-pair`);
    const tested = await json(
      "backtest",
      `${input} --reports ${reports} --system MES-pair`,
      WASM,
    );
    const sheet = JSON.parse(Deno.readTextFileSync(tested.json));
    const sessions = join(folder, "sessions");
    const feed = `--feed replay:${data} --symbol MES --models ${store} --sessions ${sessions}`;
    const traded = await json("trade", `${feed} --system MES-pair --session one`);
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

    const where = `--sessions ${sessions}`;
    const listed = await json("sessions", `list ${where}`);
    assertEquals(listed.sessions.map((one: { account: { name: string } }) => one.account.name), [
      "one",
    ]);
    const shown = await json("sessions", `show one ${where}`);
    assertEquals([shown.journal.fault, shown.books.equityMicros], [
      null,
      traded.state.equityMicros,
    ]);
    assertEquals(shown.counts.bar, traded.state.bars);

    const cases = [
      ["--system MES-pair --feed telepathy:x", 2, "Cannot take bars from 'telepathy:x'"],
      ["--system MES-none", 2, 'Cannot find a trading system named "MES-none"'],
      ["--system MES-forest", 2, "Cannot use MES-forest as a trading system: it is a model"],
      ["--system MES-pair --from 2001-01-01", 3, "the last bar that MES-pair has seen"],
      ["--system MES-pair --symbol ES", 2, "Cannot trade ES with a system of MES"],
      ["--system MES-pair --mode live", 2, "Cannot trade in mode live: no venue is reached yet"],
    ] as const;
    for (const [flags, code, part] of cases) {
      const line = await refused("trade", `${feed} --session two ${flags}`, code);
      assert(line.includes(part), line);
    }
    using _busy = openJournal({
      sessions,
      account: { name: "two", broker: "paper", number: "two", mode: "paper" },
      owner: "somebody",
      clock: new VirtualClock(),
    });
    const second = await refused("trade", `${feed} --session two --system MES-pair`, 2);
    assert(second.includes("somebody"), second);
  }));
