import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { SYSTEM_CLOCK } from "../cli/system_clock.ts";
import { connectPaperBroker, readPaperAddresses } from "../lib/execution/paper.ts";
import { openJournal } from "../lib/journal/mod.ts";
import { ManualControls } from "../lib/live/controls.ts";
import { runSession } from "../lib/live/run_session.ts";
import type { SessionFeed } from "../lib/live/session_feed.ts";
import type { SessionOutcome, SessionView } from "../lib/live/session_options.ts";
import { systemSlot } from "../lib/live/system_slot.ts";
import type { BarBroker } from "../lib/trading/broker.ts";
import type { LiveSystem } from "./live_system.ts";

const NAME = "bench";

/** What a bench looks at while a session runs. */
export interface SessionWatch {
  /** Where bars come from. */
  readonly feed: SessionFeed;
  /** Told of each order as it leaves the session. */
  readonly onSubmit?: () => void;
  /** Told after every moment at which bars closed. */
  readonly onMoment?: (view: SessionView) => void;
  /** The broker in this process; a paper broker in a process of its own when absent. */
  readonly broker?: BarBroker;
}

/**
 * Trades a system as the task `trade` does: its models as WebAssembly in a worker, a journal on the
 * disk, a paper broker in a process of its own.
 */
export async function tradeSystem(
  { conditions, models, opened, system }: LiveSystem,
  { broker, feed, onMoment, onSubmit }: SessionWatch,
): Promise<SessionOutcome> {
  const { bars } = opened, { instrument, intervalMs } = bars;
  const folder = Deno.makeTempDirSync({ prefix: "session-bench-" });
  await using resources = new AsyncDisposableStack();
  resources.defer(() => Deno.removeSync(folder, { recursive: true }));
  const journal = resources.use(openJournal({
    sessions: folder,
    account: { name: NAME, broker: "paper", number: NAME, mode: "paper" },
    owner: "bench",
    clock: SYSTEM_CLOCK,
  }));
  const { costs, initialCashUsd } = conditions;
  const connected = broker ?? await startPaperBroker();
  const outcome = await runSession({
    ...{ name: NAME, mode: "paper", initialCashUsd, journal, feed, clock: SYSTEM_CLOCK },
    slots: [systemSlot(
      { name: system.name, version: 1, sha256: "0".repeat(64), system, models, deployment: null },
      {
        market: { instrument, intervalMs },
        conditions,
        from: bars.time[conditions.from]!,
        signalsFrom: bars.time[conditions.from - system.lookBack.signalBars]!,
      },
    )],
    broker: {
      ...connected,
      submit(symbol, order) {
        onSubmit?.();
        return connected.submit(symbol, order);
      },
    },
    controls: new ManualControls(),
    program: { codeSha256: "0".repeat(64), inference: "wasm", versions: {} },
    checklist: [],
    settings: null,
    ...(onMoment === undefined ? {} : { onMoment }),
  });
  return outcome;

  async function startPaperBroker(): Promise<BarBroker> {
    const child = new Deno.Command("sh", {
      args: [
        ...["-c", 'exec "$@"', "sh", Deno.execPath(), "run", "-q", "--no-prompt", "--cached-only"],
        ...["--frozen", "--allow-net=127.0.0.1", `--allow-read=${folder}`],
        ...[`--allow-write=${folder}`, fileURLToPath(new URL("paper_process.ts", import.meta.url))],
        join(folder, "paper"),
      ],
      stdin: "null",
      stdout: "piped",
    }).spawn();
    Deno.mkdirSync(join(folder, "paper"));
    const paper = await connectPaperBroker({
      ...{ account: NAME, session: NAME, books: "new", initialCashUsd, clock: SYSTEM_CLOCK },
      markets: { [instrument.symbol]: { instrument, intervalMs, costs } },
      addresses: readPaperAddresses(child.stdout),
      ...{ unknownAfterMs: 60_000, patienceMs: 60_000 },
    });
    resources.defer(async () => {
      await paper.end();
      await child.status;
    });
    return paper;
  }
}
