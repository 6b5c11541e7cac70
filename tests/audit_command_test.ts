import { join } from "node:path";
import { VirtualClock } from "../lib/core/virtual_clock.ts";
import { CorruptArtifactError, InputError } from "../lib/core/errors.ts";
import { openDatabase } from "../lib/db/mod.ts";
import { JOURNAL_MIGRATIONS } from "../lib/journal/migrations.ts";
import { audit, type AuditDocument } from "../tasks/audit.ts";
import { assert, assertEquals } from "./assert.ts";
import { openFirstWasmSession } from "./fixtures/first_wasm_session.ts";
import { runCommand } from "./fixtures/run_command.ts";
import { startTrade } from "./fixtures/run_trade.ts";
import { assertRejects, inFolder } from "./fixtures/temporary_folder.ts";
import { trainModels, writeRegimeBars } from "./fixtures/trained_models.ts";

await openFirstWasmSession();

Deno.test("audit shows what a person's halt has cost, and refuses in one line what it cannot audit", () =>
  inFolder(async (folder) => {
    const data = join(folder, "bars.csv"), reports = join(folder, "reports");
    const sessions = join(folder, "sessions"), store = join(folder, "models");
    const run = (command: string, flags: string) =>
      runCommand(command, flags.split(" "), [`--allow-write=${folder}`]);
    const json = async (command: string, flags: string) => {
      const { code, stderr, stdout } = await run(command, `${flags} --json`);
      assertEquals(code, 0, stderr);
      return JSON.parse(stdout);
    };
    await writeRegimeBars(data, { bars: 5_000, drift: 0.6, stay: 0.98 });
    await trainModels(data, store, ["logistic"]);
    const input = `--data ${data} --symbol MES --models ${store}`;
    for (const name of ["MES-one", "MES-two"]) {
      await json("system", `fit ${input} --model MES-logistic --name ${name}`);
    }
    // It is halted before it begins.
    Deno.mkdirSync(join(sessions, "halted/control"), { recursive: true });
    Deno.writeTextFileSync(join(sessions, "halted/control/halt"), "drill");
    const flags = `--feed replay:${data} --symbol MES --models ${store} --from 2022-10-20`;
    const { code, stderr } = await startTrade(
      `${flags} --system MES-one MES-two --session halted --json`.split(" "),
      sessions,
    ).end;
    assertEquals(code, 0, stderr);
    const where = `--sessions ${sessions} --reports ${reports} --models ${store}`;
    const text = await runCommand("audit", `halted ${where}`.split(" "), [
      `--allow-write=${folder}`,
    ]);
    const tooLong = text.stdout.split("\n").filter((line) =>
      line.length > 80 && !line.startsWith(folder)
    );
    assertEquals([text.code, tooLong], [0, []], text.stderr);
    const halted: AuditDocument = JSON.parse(
      Deno.readTextFileSync(join(reports, "audit-halted.json")),
    );
    assertEquals(halted.causes.map(({ count, name }) => [name, count]), [["manual", 1]]);
    assertEquals(halted.causes[0]!.evidence[0]!.text, "halt by file: drill");
    assertEquals(halted.causes[0]!.micros, halted.pnl.differenceMicros);
    assertEquals([halted.compared.fill.session, halted.residualMicros], [0, 0]);
    const plainly =
      /^The session (earned|lost) \$[\d,.]+, its backtest (earned|lost) \$[\d,.]+: \$[\d,.]+ (less|more)\. The largest cause is manual \(a person halted, closed or traded\): [+-]\$[\d,.]+\. All of it is explained\.$/;
    assert(plainly.test(halted.verdict), halted.verdict);
    assert(halted.compared.fill.replay > 10, `only ${halted.compared.fill.replay} fills`);

    // Bars of the same hours with other volumes.
    const other = join(folder, "other.csv");
    Deno.writeTextFileSync(other, Deno.readTextFileSync(data).replaceAll(/(\d)$/gm, "$17"));
    const folders = { sessions, models: store, reports }, load = { timeFormat: "auto" } as const;
    const of = (name: string, path: string | null, models = store) =>
      audit(
        name,
        path === null ? null : (symbol, intervalMs) => ({ path, symbol, intervalMs, load }),
        { ...folders, models },
        { clock: new VirtualClock() },
      );
    const cases = [
      [() => of("nobody", null), "Cannot read a journal as there is none"],
      [() => of("halted", null, join(folder, "none")), "no models registered yet"],
      [() => of("halted", other), "Cannot take these bars for those of the session"],
    ] as const;
    for (const [attempt, part] of cases) await assertRejects(attempt(), InputError, part);
    forge(join(sessions, "halted/journal.sqlite"));
    const broken = "Cannot audit a journal that is not what was written";
    await assertRejects(of("halted", null), CorruptArtifactError, broken);
  }));

/** Changes an entry behind the program's back. */
function forge(path: string): void {
  using database = openDatabase(path, { migrations: JOURNAL_MIGRATIONS });
  database.script("DROP TRIGGER entry_stays");
  database.script("UPDATE entry SET at = at + 1 WHERE sequence = 5");
}
