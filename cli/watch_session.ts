import type { SessionView } from "../lib/live/mod.ts";
import type { KeptEntry } from "../lib/trading/mod.ts";
import type { RunningSession, TradeControl } from "../tasks/trade.ts";
import type { CommandContext } from "./run.ts";
import {
  isShown,
  LiveScreen,
  screenLines,
  type ScreenState,
  SHOWN_HAPPENINGS,
} from "./session_screen.ts";

const DRAW_EVERY_MS = 500;

/** A session that is drawn where somebody looks. */
export interface WatchedSession {
  /** What it is told by. */
  readonly listeners: Required<
    Pick<TradeControl, "onEntry" | "onMoment" | "onNote" | "onStart">
  >;
  /** Draws no more, and removes what was drawn. */
  close(): void;
}

/** Draws a session twice a second while it runs; where stderr is no terminal, nothing. */
export function watchSession(
  { note, now }: CommandContext,
  facts: Pick<ScreenState, "initialCashUsd" | "isLive" | "mode" | "session">,
): WatchedSession {
  const screen = new LiveScreen();
  let running: RunningSession | null = null;
  let view: SessionView | null = null;
  let happened: readonly KeptEntry[] = [];
  const draw = (): void => {
    if (running === null) return;
    const { source: feed, ...started } = running;
    const state = { ...facts, ...started, feed, view, happened, now: now() };
    screen.draw(screenLines(state, Deno.stderr));
  };
  const timer = Deno.stderr.isTerminal() ? setInterval(draw, DRAW_EVERY_MS) : undefined;
  return {
    listeners: {
      onStart: (started) => running = started,
      onMoment: (moment) => view = moment,
      onNote(line) {
        screen.clear();
        note(line);
      },
      onEntry(entry) {
        if (isShown(entry)) happened = [...happened, entry].slice(-SHOWN_HAPPENINGS);
      },
    },
    close() {
      clearInterval(timer);
      screen.clear();
    },
  };
}
