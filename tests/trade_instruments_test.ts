import { join } from "node:path";
import { VirtualClock } from "../lib/core/virtual_clock.ts";
import { audit } from "../tasks/audit.ts";
import { assert, assertEquals } from "./assert.ts";
import { openFirstWasmSession } from "./fixtures/first_wasm_session.ts";
import { runCommand } from "./fixtures/run_command.ts";
import { startTrade } from "./fixtures/run_trade.ts";
import { inFolder } from "./fixtures/temporary_folder.ts";

await openFirstWasmSession();

const WORLD = "--world regime --set drift=0.8,stay=0.98 --interval 1h --bars 2400";

/** Its bars begin at moments of their own, as their exchanges have other hours. */
const MARKETS = [
  ["MES", "--start 2025-01-06 --seed 11"],
  ["6E", "--start 2025-01-09 --start-price 1.1 --volatility-ticks 20 --seed 9"],
] as const;

Deno.test("systems of two instruments trade on one account by command, each as it does alone, and nothing differs", () =>
  inFolder(async (folder) => {
    const models = join(folder, "models"), sessions = join(folder, "sessions");
    const made = async (command: string, flags: string): Promise<void> => {
      const { code, stderr } = await runCommand(command, flags.split(" "), [
        `--allow-write=${folder}`,
      ]);
      assertEquals(code, 0, stderr);
    };
    const fileOf = (symbol: string): string => join(folder, `${symbol}.csv`);
    for (const [symbol, flags] of MARKETS) {
      const data = fileOf(symbol), input = `--data ${data} --symbol ${symbol} --models ${models}`;
      await made("data", `simulate ${WORLD} --symbol ${symbol} ${flags} --out ${data}`);
      await made("train", `${input} --model logistic --folds 2`);
      await made(
        "system",
        `fit ${input} --model ${symbol}-logistic --name ${symbol}-solo`,
      );
    }
    const start = async (session: string, flags: string) => {
      const words = `--models ${models} --session ${session} ${flags} --json`.split(" ");
      return await startTrade(words, sessions).end;
    };
    const trade = async (session: string, flags: string) => {
      const { code, stderr, stdout } = await start(session, flags);
      assertEquals(code, 0, stderr);
      return JSON.parse(stdout);
    };
    const feeds = MARKETS.map(([symbol]) => `--feed ${symbol}=replay:${fileOf(symbol)}`).join(" ");
    // The order of systems is not that of their feeds.
    const both = await trade("both", `--system 6E-solo MES-solo ${feeds}`);
    assertEquals(both.state.slots.map(({ symbol }: { symbol: string }) => symbol), ["6E", "MES"]);
    let earned = 0;
    for (const [symbol] of MARKETS) {
      const alone = await trade(
        symbol,
        `--system ${symbol}-solo --feed replay:${fileOf(symbol)} --symbol ${symbol}`,
      );
      const plain = (fills: readonly { symbol: string; [key: string]: unknown }[]) =>
        fills.filter((fill) => fill.symbol === symbol)
          .map(({ bar: _, orderId: __, ...fill }) => fill);
      assertEquals(plain(both.fills), plain(alone.fills), symbol);
      assert(alone.fills.length > 5, `${alone.fills.length} fills of ${symbol}`);
      earned += alone.state.equityMicros - 100_000e6;
    }
    assertEquals(both.state.equityMicros - 100_000e6, earned);
    const folders = { sessions, models, reports: join(folder, "reports") };
    const found = await audit("both", null, folders, { clock: new VirtualClock() });
    assertEquals([found.residualMicros, found.causes, found.differences], [0, [], []]);
    // It goes on where both feeds ended.
    const again = await trade("both", `--system 6E-solo MES-solo ${feeds}`);
    assertEquals([again.state.isRestart, again.state.bars, again.state.halted], [true, 0, null]);

    const mes = `--feed MES=replay:${fileOf("MES")}`;
    const cases = [
      [`--system 6E-solo MES-solo ${mes}`, "Cannot trade 6E-solo as no feed is of 6E"],
      [`--system MES-solo ${feeds}`, "Cannot trade 6E as none of the systems is of it"],
      [`--system MES-solo ${mes} --symbol MES`, "Cannot take MES for the instrument of"],
      [
        `--system 6E-solo MES-solo ${mes} --feed 6E=tail:${fileOf("6E")}`,
        "Cannot join stored bars with bars that still happen",
      ],
      [
        `--system 6E-solo MES-solo ${feeds} --feed MESZ6=replay:${fileOf("MES")}`,
        "Cannot trade MES on two feeds",
      ],
    ] as const;
    for (const [flags, part] of cases) {
      const { code, stderr } = await start("wrong", flags);
      const errors = stderr.split("\n").filter((line) => line.startsWith("error: "));
      assertEquals([code, errors.length, errors[0]?.includes(part)], [2, 1, true], stderr);
    }
  }));
