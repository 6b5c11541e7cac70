import { type Command, Option } from "commander";
import { BLENDERS } from "../lib/blend/mod.ts";
import { abortable, InputError, RefusedError } from "../lib/core/mod.ts";
import { OUTBOX_FOLDER, SESSIONS_FOLDER } from "../lib/core/program.ts";
import { type PaperAddresses, readPaperAddresses } from "../lib/execution/paper.ts";
import { TRADING_MODES } from "../lib/trading/mod.ts";
import { trade, type TradeDocument, type TradeSettings } from "../tasks/trade.ts";
import { askDouble, untilBarsAreOver } from "../tasks/trade/double_time.ts";
import { openTradedVenue } from "../tasks/trade/traded_venue.ts";
import { DISTANCE_HEADS, distanceCells } from "./breach_text.ts";
import { dollarsAndCents, table } from "./console.ts";
import { EXIT, ExitWith, StoppedEarly } from "./exit.ts";
import { addFeedOptions, type FeedFlags, tradedFeeds, venueFeed } from "./feed_options.ts";
import { baseCommand, marginUsd, modelName, modelsOption, number, userPath } from "./options.ts";
import { recordedWay } from "./recorded_way.ts";
import { riskAccount, riskRequest } from "./risk_options.ts";
import { type CommandContext, runCommand } from "./run.ts";
import { addVenueOptions, type VenueFlags, venueRequest } from "./venue_options.ts";
import { watchSession } from "./watch_session.ts";
import { SYSTEM_CLOCK } from "./system_clock.ts";

interface TradeFlags extends FeedFlags, VenueFlags {
  readonly json?: true;
  readonly mode?: string;
  readonly system: readonly string[];
  readonly session?: string;
  readonly cash?: number;
  readonly margin?: number;
  readonly risk?: string;
  readonly confirmRules?: string;
  readonly attended?: true;
  readonly from?: string;
  readonly inSample?: true;
  readonly cutOff: number;
  readonly explore?: number;
  readonly models: string;
  readonly sessions: string;
  readonly outbox: string;
}

const PAPER_CASH_USD = 100_000;

/** `deno task trade`. */
export function command(): Command {
  const base = baseCommand("trade", "Trade a system in time: its journal keeps what happened.")
    .addOption(
      new Option("--mode <mode>", "what the task reaches: paper, or a venue's demo or live account")
        .choices(TRADING_MODES),
    )
    .requiredOption(
      "--system <reference...>",
      "trading systems: name, name@version or name@alias",
    )
    .option(
      "--session <name>",
      "name of the session; one that has a journal goes on (default: system and date)",
      modelName,
    );
  return addFeedOptions(addVenueOptions(base))
    .option(
      "--cash <dollars>",
      `cash before the first bar, on paper (default: ${PAPER_CASH_USD}); a venue's account has its own`,
      number(1, 1e9),
    )
    .option(
      "--margin <dollars>",
      "initial margin of one lot in place of the table's",
      marginUsd,
    )
    .option(
      "--risk <file>",
      "limits of the account, and the rules that its firm set, see docs/account-rules.md",
      userPath,
    )
    .option(
      "--confirm-rules <name>",
      "say once, by typing their name, that the rules which were shown are those of the account",
    )
    .option("--attended", "say that a person watches, where rules let a program trade only then")
    .option("--from <date>", "first day that is traded (default: after the last bar seen)")
    .option("--in-sample", "allow bars that a system was trained on; the journal says so")
    .option("--cut-off <seconds>", "a forecast that takes longer is none", number(0.01, 3_600), 5)
    .option(
      "--explore <share>",
      "draw this share of the decisions from all positions alike, on paper only; the journal says " +
        "with which probability",
      number(0.001, 1),
    )
    .addOption(modelsOption())
    .option("--sessions <folder>", "where journals lie", userPath, SESSIONS_FOLDER)
    .option("--outbox <folder>", "where alerts wait to be sent", userPath, OUTBOX_FOLDER)
    .action((options: TradeFlags) =>
      runCommand(options, async (context) => {
        let hasBegun = false;
        try {
          await tradeAsked(options, context, () => hasBegun = true);
        } catch (error) {
          // What else goes wrong by then comes of the stopping.
          if (hasBegun || !context.signal.aborted) throw error;
          throw new StoppedEarly("stopped on request before the session began", { cause: error });
        }
      })
    );
}

async function tradeAsked(
  options: TradeFlags,
  context: CommandContext,
  onBegun: () => void,
): Promise<void> {
  const request = venueRequest(options);
  const mode = request?.mode ?? "paper";
  if (options.mode !== undefined && options.mode !== mode) {
    throw new InputError(
      `Cannot trade in mode ${options.mode}: this task reaches no such venue`,
      {
        where: "--mode",
        remedy: "leave it out; the task says it, for example `deno task trade:tradovate-demo`",
      },
    );
  }
  if (options.cash !== undefined && mode !== "paper") {
    throw new InputError("Cannot choose the cash of an account at a venue", {
      where: "--cash",
      remedy: "leave it out: the session begins with what the account has",
    });
  }
  const session = options.session ?? defaultName(options.system, context.now());
  const explored = exploration(options, mode);
  // A double may have another time than the wall, and run faster.
  const running = !request?.control
    ? null
    : await abortable(askDouble(request.control, request.kind, SYSTEM_CLOCK), context.signal);
  const { begun: double, clock, speed } = running ?? { begun: null, clock: SYSTEM_CLOCK, speed: 1 };
  using over = running === null ? null : untilBarsAreOver(running, () => {
    context.note("the bars of the double are over: the session stops with them");
  });
  const signal = over === null ? context.signal : AbortSignal.any([context.signal, over.signal]);
  using way = await recordedWay(request, options.record, clock, context.note);
  using venue = request === null ? null : await openTradedVenue(request, {
    ...{ clock, double, sessions: options.sessions, onNote: context.note },
    ...{ transport: way.transport, signal: context.signal },
  });
  const cashUsd = mode === "paper" ? options.cash ?? PAPER_CASH_USD : venue!.cashUsd;
  const feeds = options.feed[0] === "venue" && venue !== null
    ? [
      await abortable(
        // What several systems hold at a venue is one position there, which nobody can roll for each.
        venueFeed(options, venue, mode === "paper" || options.system.length === 1),
        context.signal,
      ),
    ]
    : tradedFeeds(options);
  if (feeds.length > 1 && venue !== null) {
    throw new InputError("Cannot trade several instruments with a venue: a session has one there", {
      where: "--feed",
      remedy: "name one instrument, or trade them on paper with `deno task trade`",
    });
  }
  const screen = watchSession(context, {
    ...{ session, mode, initialCashUsd: cashUsd },
    isLive: feeds[0]!.kind.isLive,
  });
  const document = await trade(
    feeds,
    {
      ...{ systems: options.system, session },
      ...(options.from === undefined ? {} : { from: options.from }),
      inSample: options.inSample ?? false,
      risk: riskSettings(options, context),
      account: {
        cashUsd,
        ...(options.margin === undefined ? {} : { marginUsd: options.margin }),
      },
      cutOffMs: options.cutOff * 1_000 * speed,
      exploration: explored,
    },
    { models: options.models, sessions: options.sessions, outbox: options.outbox },
    {
      ...{ clock, speed, signal },
      paper: mode === "paper" ? besideThis() : null,
      ...(venue === null ? {} : { venue }),
      ...screen.listeners,
      onStart(running) {
        onBegun();
        screen.listeners.onStart(running);
      },
    },
  ).finally(() => screen.close());
  context.result(document, () => tradeSummary(document));
  if (document.state.reason === "decider hangs") throw new ExitWith(EXIT.restart);
}

/** @throws {RefusedError} where money is at stake: a draw costs its spread */
function exploration(
  { explore: share, seed }: TradeFlags,
  mode: string,
): TradeSettings["exploration"] {
  if (share === undefined) return null;
  if (mode === "paper") return { share, seed };
  throw new RefusedError(`Cannot explore in mode ${mode}: positions are drawn on paper only`);
}

function riskSettings(
  { attended, confirmRules, risk: file }: TradeFlags,
  context: CommandContext,
): TradeSettings["risk"] {
  if (file === undefined) {
    if (confirmRules === undefined) return null;
    throw new InputError("Cannot confirm rules that no file names", {
      where: "--confirm-rules",
      remedy: "add --risk FILE with an account in it, see docs/account-rules.md",
    });
  }
  return {
    file,
    request: riskRequest(file, BLENDERS.map(({ kind }) => kind), context.note),
    resolved: riskAccount(file),
    confirmed: confirmRules ?? null,
    attended: attended ?? false,
  };
}

/** The paper broker that the task started beside the session, and whose words are piped into it. */
function besideThis(): PaperAddresses {
  if (!Deno.stdin.isTerminal()) return readPaperAddresses(Deno.stdin.readable);
  throw new InputError("Cannot trade on paper as no paper broker runs beside this", {
    remedy: "start it by its task: `deno task trade`",
  });
}

function defaultName(systems: readonly string[], now: number): string {
  const stamp = new Date(now).toISOString().slice(0, 19).replaceAll(/[-:]/g, "").replace("T", "-");
  return `${systems[0]!.replaceAll(/[^A-Za-z0-9._-]/g, "-")}-${stamp}`;
}

/** A finished session for people. */
export function tradeSummary({ fills, journal, orders, session, state }: TradeDocument): string {
  const rows = state.slots.map(({ close, distance, openOrders, positionLots, symbol }) => [
    symbol,
    positionLots === 0 ? "flat" : String(positionLots),
    String(openOrders),
    close === null ? "n/a" : String(close),
    ...distanceCells(distance),
  ]);
  const stops = state.slots.flatMap(({ stop, symbol }) =>
    stop === null ? [] : [`${symbol} is stopped: ${stop}`]
  );
  const left = state.slots.flatMap(({ strangerLots, symbol }) =>
    strangerLots === 0 ? [] : [`LEFT ALONE: ${strangerLots} lots of ${symbol} are somebody else's`]
  );
  return [
    `${session.name} (${session.mode}, ${session.feed}) ended: ${state.reason}`,
    ...(state.halted === null ? [] : [`HALTED: ${state.halted}`]),
    ...stops,
    ...left,
    "",
    table(["instrument", "lots", "open orders", "last close", ...DISTANCE_HEADS], rows),
    "",
    `${state.bars} bars, ${orders} orders, ${fills.length} fills` +
    (state.isRestart ? " since it went on" : ""),
    `equity ${dollarsAndCents(state.equityMicros)}, cash ${dollarsAndCents(state.cashMicros)}`,
    `journal: ${journal}`,
  ].join("\n");
}
