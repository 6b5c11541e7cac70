import { join } from "node:path";
import { SHIPPED_DOCUMENTS } from "../lib/market/mod.ts";
import { assert, assertEquals } from "./assert.ts";
import { runCommandHere } from "./fixtures/command_here.ts";
import { type CommandEnd, runCommand } from "./fixtures/run_command.ts";
import { inFolder } from "./fixtures/temporary_folder.ts";

/** `instruments` with a file of the user's in a temporary folder. */
function instruments(folder: string, ...args: readonly string[]): Promise<CommandEnd> {
  const [name = "", ...rest] = args;
  const file = join(folder, "own.json");
  const grants = [`--allow-read=${folder}`, `--allow-write=${folder}`];
  return runCommand("instruments", [name, ...rest, "--instruments", file], grants);
}

const COIN = [
  ...["--symbol", "DOTUSD", "--name", "Polkadot", "--kind", "crypto", "--exchange", "Coinbase"],
  ...["--currency", "USD", "--tick", "0.001", "--lot", "0.1", "--unit", "DOT"],
  ...["--calendar", "always"],
];

Deno.test("instruments list shows all that ships, and what is asked for", async () => {
  const all = await runCommand("instruments", ["list", "--json"]);
  assertEquals(JSON.parse(all.stdout).instruments.length, SHIPPED_DOCUMENTS.length);
  const grains = await runCommand("instruments", ["list", "grains", "--json"]);
  const symbols = JSON.parse(grains.stdout).instruments.map(({ symbol }: { symbol: string }) =>
    symbol
  );
  assertEquals(symbols, ["ZC", "ZS", "ZW", "ZM", "ZL", "ZO", "KE"]);
  const text = await runCommand("instruments", ["list", "zzz"]);
  assertEquals([text.code, text.stdout], [0, "nothing of that name or kind\n"]);
});

Deno.test("instruments show says what is known, since when, from where and what is old", async () => {
  const { stdout } = await runCommand("instruments", ["show", "zcz2024"]);
  for (
    const line of [
      "price: cents per bushel; tick 0.25, written 0'2, worth 12.5 USD a lot",
      "ZCZ2024: last trade 2024-12-13 19:20 UTC, first notice 2024-11-29",
      "fee: nobody's is known, give --fee",
      "OLD: margins were looked up to 2022-02-11; for later days give --margin",
      "source of margin: QuantConnect LEAN: Data/future/cbot/margins/ZC.csv (2026-08-21)",
    ]
  ) assert(stdout.includes(line), stdout);
  const cash = await runCommand("instruments", ["show", "ESH2024", "--json"]);
  assertEquals(JSON.parse(cash.stdout).contract, {
    ...{ code: "ESH2024", lastTrade: "2024-03-15", lastTradeTime: "2024-03-15T13:30:00.000Z" },
    firstNotice: null,
  });
  const gasoil = await runCommand("instruments", ["show", "GX2024", "--json"]);
  assertEquals("firstNotice" in JSON.parse(gasoil.stdout).contract, false);
  const unknown = await runCommand("instruments", ["show", "MESS"]);
  assertEquals([unknown.code, unknown.stdout], [2, ""]);
  assert(unknown.stderr.startsWith("error: Cannot find the instrument 'MESS' (did you mean MES?"));
});

Deno.test("instruments add writes a file that list and show read, and refuses what is wrong", () =>
  inFolder(async (folder) => {
    const added = await instruments(folder, "add", ...COIN, "--json");
    assertEquals(added.code, 0, added.stderr);
    const { document, path, sha256 } = JSON.parse(added.stdout);
    assertEquals(Object.keys(document).slice(0, 3), ["symbol", "name", "kind"]);
    assertEquals([document.pointValue, document.lot], [0.1, { size: 0.1, unit: "DOT" }]);
    assertEquals(path, join(folder, "own.json"));
    const like = await instruments(
      folder,
      ...["add", "--like", "ZC", "--symbol", "XC", "--name", "Mini corn", "--point-value", "10"],
      ...["--fee", "1.5", "--since", "2026-01-02", "--json"],
    );
    assertEquals(like.code, 0, like.stderr);
    assertEquals(JSON.parse(like.stdout).document.margin, undefined);
    const shown = JSON.parse((await instruments(folder, "show", "XCZ26", "--json")).stdout);
    assertEquals(shown.contract.lastTrade, "2026-12-14");
    assertEquals(shown.own, true);
    const own = JSON.parse((await instruments(folder, "list", "--own", "--json")).stdout);
    assertEquals(own.instruments.map(({ symbol }: { symbol: string }) => symbol), ["DOTUSD", "XC"]);
    // A document that was shown is added as it is.
    const other = join(folder, "shown.json");
    Deno.writeTextFileSync(other, JSON.stringify({ document, sha256 }));
    const again = await instruments(
      folder,
      "add",
      "--document",
      other,
      "--symbol",
      "DOT2",
      "--json",
    );
    assertEquals(JSON.parse(again.stdout).document, { ...document, symbol: "DOT2" });

    const before = Deno.readTextFileSync(path);
    const wrong: readonly (readonly [args: readonly string[], line: string])[] = [
      [COIN, "Cannot add DOTUSD: the file has it already (name it otherwise, or change it in"],
      [
        [...COIN.slice(2), "--symbol", "ES"],
        "instrument 4 (ES), symbol: Cannot use the symbol twice: it ships with the program",
      ],
      [
        [...COIN, "--symbol", "A", "--calendar", "allways"],
        "instrument 4 (A), calendar: Cannot use the value: no calendar has that name",
      ],
      [
        [...COIN, "--symbol", "A", "--tick", "0.0000001"],
        "instrument 4 (A), tickSize: Cannot use the value: with a pointValue of 0.1",
      ],
      [
        ["--symbol", "A", "--name", "one"],
        "Cannot describe the instrument without --kind, --exchange, --currency, --tick, " +
        "--point-value, --calendar (give them, or take them over from a known one, for example",
      ],
      [[...COIN, "--symbol", "A", "--fee", "1"], "--since: Cannot note a fee or a margin without"],
      [["--like", "ZC", "--document", other], "Cannot take --document and --like"],
      [["--like", "nothing", "--symbol", "A"], "Cannot find the instrument 'nothing'"],
      [[], "Cannot describe the instrument without --symbol, --name, "],
    ];
    for (const [args, line] of wrong) {
      const words = ["instruments", "add", ...args, "--instruments", path];
      const { code, stderr, stdout } = await runCommandHere(words);
      assertEquals([code, stdout], [2, ""], stderr);
      assert(stderr.includes(line), stderr);
      assertEquals(stderr.trimEnd().split("\n").length, 1);
      assertEquals(Deno.readTextFileSync(path), before);
    }
    assertEquals([...Deno.readDirSync(folder)].length, 2);
  }));

Deno.test("a file that is named and not there is refused", () =>
  inFolder(async (folder) => {
    const { code, stderr } = await instruments(folder, "list");
    assertEquals(code, 2);
    assert(
      stderr.includes("own.json: Cannot find the file of instruments (check the path, or make"),
    );
  }));
