import { join } from "node:path";
import { jsonSha256 } from "../lib/core/canonical_json.ts";
import { assert, assertEquals } from "./assert.ts";
import { runCommandHere } from "./fixtures/command_here.ts";
import { openFirstWasmSession } from "./fixtures/first_wasm_session.ts";
import { type CommandEnd, runCommand } from "./fixtures/run_command.ts";
import { inFolder } from "./fixtures/temporary_folder.ts";

await openFirstWasmSession();

const COIN = {
  ...{ symbol: "DOTUSD", name: "Polkadot", kind: "crypto", exchange: "Coinbase", currency: "USD" },
  ...{ tickSize: 0.001, pointValue: 0.1, lot: { size: 0.1, unit: "DOT" }, calendar: "always" },
  feePerSideUsd: [{ from: "2020-01-01", usd: 0.0005 }],
};
const EURO = { ...COIN, symbol: "DOTEUR", currency: "EUR" };

function write(path: string, ...instruments: readonly object[]): void {
  Deno.writeTextFileSync(path, JSON.stringify({ format: 1, instruments }, null, 2));
}

/** Runs a command, with rights to write below a folder. */
type Runner = (command: string, words: readonly string[], folder: string) => Promise<CommandEnd>;

const inItsProcess: Runner = (command, words, folder) =>
  runCommand(command, words, [`--allow-write=${folder}`]);
const here: Runner = (command, words) => runCommandHere([command, ...words]);

/** Commands that end well, and what they print, with the user's file in a folder. */
function inWorkshop(
  runner: Runner,
  test: (
    run: (command: string, args: string) => Promise<{ code: number; out: string; error: string }>,
    json: (command: string, args: string) => Promise<ReturnType<typeof JSON.parse>>,
    folder: string,
  ) => Promise<void>,
): Promise<void> {
  return inFolder(async (folder) => {
    const run = async (command: string, args: string) => {
      const words = args.replaceAll("@", `${folder}/`).split(" ");
      const { code, stderr, stdout } = await runner(command, words, folder);
      return { code, out: stdout, error: stderr };
    };
    await test(run, async (command, args) => {
      const { code, error, out } = await run(command, `${args} --json`);
      assertEquals(code, 0, error);
      return JSON.parse(out);
    }, folder);
  });
}

Deno.test("an instrument of the user's own goes through every command, and records know its hash", () =>
  inWorkshop(inItsProcess, async (run, json, folder) => {
    const own = join(folder, "own.json");
    write(own, COIN);
    const with_ = "--instruments @own.json";
    await json(
      "data",
      `simulate ${with_} --symbol DOTUSD --world regime --set drift=0.9,stay=0.97 --bars 1500 ` +
        "--start-price 5 --volatility-ticks 40 --interval 1h --out @dotusd_1h.csv",
    );
    // The symbol is told from the file's name; nobody knows it without the file of instruments.
    const data = `@dotusd_1h.csv ${with_}`;
    assertEquals((await json("data", `inspect ${data}`)).symbol, "DOTUSD");
    assertEquals((await json("data", "inspect @dotusd_1h.csv")).symbol, null);
    const unknown = await run("train", "--data @dotusd_1h.csv --symbol DOTUSD --models @models");
    assertEquals(unknown.code, 2);
    assert(unknown.error.startsWith("error: Cannot find the instrument 'DOTUSD'"), unknown.error);

    const store = "--models @models";
    const trained = await run(
      "train",
      `--data ${data} --model logistic --folds 2 ${store}`,
    );
    assertEquals(trained.code, 0, trained.error);
    // What the command says to do next is what can be done.
    assert(trained.out.includes(`--symbol DOTUSD --instruments ${own}`), trained.out);
    const account = "--cash 2000";
    const tested = await json(
      "backtest",
      `--data ${data} --model DOTUSD-logistic ${store} --reports @reports ${account}`,
    );
    const sheet = JSON.parse(Deno.readTextFileSync(tested.json));
    const known = [{ symbol: "DOTUSD", sha256: jsonSha256(COIN) }];
    assertEquals(sheet.run.instruments, known);
    assertEquals(sheet.run.data.request.own, COIN);
    const facts = Object.fromEntries(
      sheet.assumptions.map(({ name, value }: { name: string; value: string }) => [name, value]),
    );
    assertEquals(facts["Fee"], "$0.0005 per lot and side");
    assert(/^\d+ lot\(s\) of 0\.1 DOT, /.test(facts["Position"]), facts["Position"]);

    const fitted = await json(
      "system",
      `fit --data ${data} --model DOTUSD-logistic ${store} --name alone ${account}`,
    );
    const shown = await json("system", `show alone ${store}`);
    assertEquals(shown.system.evidence.instruments, known);

    // The record needs no file: what the user has changed since changes no run of the past.
    write(own, { ...COIN, tickSize: 0.01 });
    const again = await json("reproduce", `${tested.runId} ${store} --reports @reports`);
    assertEquals([again.same, again.differences], [true, 0]);
    const remade = await json("system", `reproduce alone ${store} --data @dotusd_1h.csv`);
    assertEquals([remade.same, remade.reproducedSha256], [true, fitted.sha256]);
    // But a system is not handed another instrument of the same name.
    const other = await run(
      "backtest",
      `--data ${data} --system alone ${store} --reports @reports ${account}`,
    );
    assertEquals(other.code, 2);
    assert(other.error.includes("tickSize"), other.error);

    // A dearer fee is another run, on the same bars.
    write(own, { ...COIN, feePerSideUsd: [{ from: "2020-01-01", usd: 0.001 }] });
    const dearer = await json(
      "backtest",
      `--data ${data} --model DOTUSD-logistic ${store} --reports @reports ${account}`,
    );
    assert(dearer.runId !== tested.runId);
    assertEquals(dearer.period, tested.period);
  }));

Deno.test("prices in another currency are counted at the rate that is given, or refused in words", () =>
  inWorkshop(here, async (run, json, folder) => {
    write(join(folder, "own.json"), COIN, EURO);
    const with_ = "--instruments @own.json";
    const world = "--world regime --set drift=0.9,stay=0.97 --bars 1500 --start-price 5 " +
      "--volatility-ticks 40 --interval 1h --seed 3";
    await json("data", `simulate ${with_} --symbol DOTUSD ${world} --out @usd.csv`);
    const store = "--models @models";
    const refused = await run(
      "train",
      `--data @usd.csv ${with_} --symbol DOTEUR --model logistic ${store}`,
    );
    assertEquals([refused.code, refused.out], [2, ""]);
    assertEquals(
      refused.error.trimEnd(),
      "error: Cannot count money of DOTEUR as nobody has said its rate of EUR (give --fx-rate " +
        "with dollars for one EUR, the same on all days)",
    );
    const rate = `--symbol DOTEUR --fx-rate 1.1 ${with_}`;
    const train = "--model logistic --folds 2";
    await json("train", `--data @usd.csv ${rate} ${train} ${store} --fee 0 --slippage-ticks 0`);
    await json(
      "train",
      `--data @usd.csv --symbol DOTUSD ${with_} ${train} ${store} --fee 0 --slippage-ticks 0`,
    );
    const test = `${store} --reports @reports --lots 100 --fee 0 --slippage-ticks 0 --cash 2000`;
    const euro = await json(
      "backtest",
      `--data @usd.csv ${rate} --model DOTEUR-logistic ${test}`,
    );
    const dollar = await json(
      "backtest",
      `--data @usd.csv --symbol DOTUSD ${with_} --model DOTUSD-logistic ${test}`,
    );
    // On the same bars and lots each euro earned is 1.1 dollars.
    const held = ({ others }: typeof euro): number =>
      others.find(({ name }: { name: string }) => name === "buy and hold").metrics.netUsd.value;
    assert(held(dollar) !== 0);
    assert(Math.abs(held(euro) / held(dollar) - 1.1) < 1e-9, `${held(euro)} ${held(dollar)}`);
    const sheet = JSON.parse(Deno.readTextFileSync(euro.json));
    assertEquals(sheet.run.data.request.fxRate, 1.1);
    assert(
      sheet.assumptions.some(({ name, value }: { name: string; value: string }) =>
        name === "Currency" && value === "EUR counted at 1.1 dollars on all days, as given"
      ),
    );
    const needless = await run("backtest", `--data @usd.csv --symbol DOTUSD ${with_} --fx-rate 1`);
    assertEquals(needless.code, 2);
  }));
