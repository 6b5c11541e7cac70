import { join } from "node:path";
import { canonicalJson } from "../lib/core/canonical_json.ts";
import type { JsonValue } from "../lib/core/json.ts";
import { sha256Hex } from "../lib/core/sha256.ts";
import { openDatabase } from "../lib/db/database.ts";
import { REGISTRY_MIGRATIONS } from "../lib/db/schema.ts";
import { writeArtifact } from "../lib/registry/artifact_store.ts";
import { openRegistry } from "../lib/registry/mod.ts";
import { assert, assertEquals } from "./assert.ts";
import { openFirstWasmSession } from "./fixtures/first_wasm_session.ts";
import { runCommand } from "./fixtures/run_command.ts";
import { inWorkshop } from "./fixtures/workshop.ts";

await openFirstWasmSession();

Deno.test("a system is fitted, tested, reproduced, checked, deployed and kept, as models are", () =>
  inWorkshop(async ({ data, folder, input, json, refused, reports, store }) => {
    const parts = "--model MES-forest MES-logistic --blend hedge";
    const fitted = await json("system", `fit ${input} ${parts} --name MES-pair`);
    assertEquals([fitted.name, fitted.version, fitted.blender], ["MES-pair", 1, "hedge"]);
    assertEquals(fitted.sha256, await sha256Hex(Deno.readFileSync(fitted.path)));
    assert(fitted.history.rows > 200 && fitted.unseenBars > 2 * fitted.history.rows);
    const again = await json("system", `fit ${input} ${parts} --name MES-pair`);
    assertEquals([again.version, again.sha256], [1, fitted.sha256]);

    const made = await json("system", `reproduce MES-pair --models ${store} --data ${data}`);
    assertEquals([made.same, made.reproducedSha256, made.changed], [true, fitted.sha256, []]);

    // One path: the models blended in memory are the same system.
    const test = `${input} --reports ${reports}`;
    const blended = await json("backtest", `${test} ${parts}`);
    const tested = await json("backtest", `${test} --system MES-pair`);
    for (const what of ["metrics", "others", "trades", "blend", "period", "costSensitivity"]) {
      assertEquals(tested[what], blended[what], what);
    }
    assert(tested.trades > 20 && Date.parse(tested.period.from) > Date.parse(fitted.lastBarSeen));
    const repeated = await json(
      "reproduce",
      `${tested.runId} --models ${store} --reports ${reports}`,
    );
    assertEquals([repeated.same, repeated.differences], [true, 0]);

    // One part needs no blend and is followed as it is.
    const { stdout } = await runCommand(
      "system",
      `fit ${input} --model MES-logistic --name MES-alone`.split(" "),
      [`--allow-write=${folder}`],
    );
    // What is printed to go on with finds the bars and the registry again.
    const next = stdout.split("\n").find((line) => line.startsWith("test it: "));
    assert(next?.endsWith(` backtest --system MES-alone@1 ${input}`) === true, next);
    const [alone, model] = [
      await json("backtest", `${test} --system MES-alone`),
      await json("backtest", `${test} --model MES-logistic`),
    ];
    assertEquals([alone.metrics, alone.trades], [model.metrics, model.trades]);

    const remade = await json("system", `reproduce MES-alone --models ${store} --data ${data}`);
    assertEquals(remade.same, true);

    const checked = await json("leak-check", `${input} --system MES-pair --bars 800 --ends 2`);
    assertEquals([checked.model, checked.passed], ["MES-pair@1", true]);
    const registry = `--models ${store}`;
    const promoted = await json(
      "models",
      `promote MES-pair@1 --size 0.5 --why first ${registry}`,
    );
    assertEquals(promoted.deployment.sizeFactor, 0.5);
    assertEquals(promoted.leakCheck.passed, true);
    await json("models", `promote MES-pair@1 --why proved ${registry}`);
    const back = await json("models", `rollback MES-pair --why drill ${registry}`);
    assertEquals([back.toVersion, back.deployment], [1, promoted.deployment]);
    const shown = await json("system", `show MES-pair ${registry}`);
    // `models show` counts the trials behind it besides.
    const { trials, ...known } = await json("models", `show MES-pair@champion ${registry}`);
    assertEquals([shown, trials.trials], [known, 0]);
    assertEquals([shown.deployments[0].sizeFactor, shown.history.length], [0.5, 3]);
    const listed = await json("models", `list ${registry}`);
    assertEquals(listed.systems.map((one: { name: string }) => one.name), [
      "MES-alone",
      "MES-pair",
    ]);
    assertEquals((await json("models", `verify ${registry}`)).ok, true);
    assertEquals((await json("models", `gc --keep 1 ${registry}`)).removedVersions, []);

    const cases = [
      ["--system MES-pair --risk risk.json", 2, "Cannot take --risk and --system"],
      ["--system MES-pair --lots 2", 2, "Cannot take --lots and --system"],
      ["--system MES-forest", 2, "Cannot use MES-forest as a trading system: it is a model"],
      ["--model MES-pair", 2, "Cannot use MES-pair as a model: it is a trading system"],
      ["", 2, "no model is named"],
      ["--system MES-pair --interval 2h", 2, "a system of 3600 s bars on bars of 7200 s"],
      ["--system MES-pair --from 2001-01-01", 3, "the last bar that MES-pair has seen"],
    ] as const;
    for (const [flags, code, part] of cases) {
      const line = await refused("backtest", `${test} ${flags}`.trim(), code);
      assert(line.includes(part), line);
    }
    const other = await refused(
      "backtest",
      `${test.replace("--symbol MES", "--symbol ES")} --system MES-pair`,
      2,
    );
    assert(other.includes("Cannot trade ES with a system of MES"), other);
    const inSample = await json(
      "backtest",
      `${test} --system MES-pair --from ${fitted.history.firstTime.slice(0, 10)} --in-sample`,
    );
    assertEquals(inSample.period.outOfSample, false);
    const unblended = await refused(
      "system",
      `fit ${input} --model MES-forest MES-logistic --name MES-two`,
      2,
    );
    assert(unblended.includes("one system of 2 parts without a blend"), unblended);
    const taken = await refused("system", `fit ${input} --model MES-forest --name MES-logistic`, 2);
    assert(taken.includes("Cannot use the name MES-logistic as it is that of a model"), taken);
    const late = await refused("train", `${input} --model logistic --name MES-pair`, 2);
    assert(late.includes("as it is that of a trading system (choose another one)"), late);
    using opened = openRegistry({ folder: store, clock: { now: () => 0 } });
    assertEquals(opened.listSystems().length, 2);
  }));

Deno.test("a system that is damaged, newer, or lost a part is refused in one line by every command", () =>
  inWorkshop(async ({ input, json, refused, reports, store }) => {
    const { path, sha256 } = await json("system", `fit ${input} --model MES-forest --name one`);
    const bytes = Deno.readFileSync(path);
    const commands = [
      ["backtest", `${input} --reports ${reports} --system one`],
      ["leak-check", `${input} --system one`],
      ["system", `show one --models ${store}`],
    ] as const;
    const everywhere = async (code: number, part: string, count: number = commands.length) => {
      for (const [command, flags] of commands.slice(0, count)) {
        const line = await refused(command, flags, code);
        assert(line.includes(part), line);
      }
    };
    Deno.writeFileSync(path, bytes.map((byte, i) => i === bytes.length - 9 ? byte ^ 1 : byte));
    await everywhere(1, `its SHA-256 should be ${sha256}`);
    Deno.writeFileSync(path, bytes);

    const system = JSON.parse(new TextDecoder().decode(bytes));
    const replace = async (document: object) => {
      const text = new TextEncoder().encode(canonicalJson(document as JsonValue));
      const hash = await sha256Hex(text);
      writeArtifact(store, { sha256: hash, kind: "json" }, text);
      edit(store, `UPDATE system_version SET sha256 = '${hash}'`);
    };
    await replace({ ...system, format: 2 });
    await everywhere(2, "of format 2 as this program knows 1 and no newer (update the program)");
    const [part] = system.parts;
    await replace({ ...system, parts: [{ ...part, featureColumns: ["other"] }] });
    await everywhere(2, "Cannot use MES-forest@1 as its part: it reads other features", 2);
    await replace({ ...system, instrument: { ...system.instrument, tickSize: 0.5 } });
    await everywhere(2, "MES has tickSize 0.25 here and had 0.5 when it was made", 2);
    await replace({ ...system, sizing: { kind: "martingale" } });
    await everywhere(2, "one: Cannot use the sizing: kind", 2);
    await replace(system);
    edit(store, "DELETE FROM model_version WHERE name = 'MES-forest'");
    await everywhere(2, "one@1: Cannot find its part MES-forest@1 (restore the registry", 2);
    const unused = await refused("system", `fit ${input} --model MES-forest --name two`, 2);
    assert(unused.includes('Cannot find a model named "MES-forest"'), unused);
    using registry = openRegistry({ folder: store, clock: { now: () => 0 } });
    assertEquals(registry.listSystems().map(({ name }) => name), ["one"]);
  }));

function edit(folder: string, statement: string): void {
  using database = openDatabase(join(folder, "registry.sqlite"), {
    migrations: REGISTRY_MIGRATIONS,
  });
  database.script(`PRAGMA foreign_keys = OFF; ${statement}`);
}
