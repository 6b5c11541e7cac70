import type { SessionView } from "../lib/live/mod.ts";
import { type Instrument, priceText } from "../lib/market/mod.ts";
import type { BarFeed, ChecklistLine, JournalKind, KeptEntry } from "../lib/trading/mod.ts";
import { DISTANCE_HEADS, distanceCells } from "./breach_text.ts";
import { dollarsAndCents } from "./console.ts";
import { paint, type Style } from "./paint.ts";

/** A session as a person sees it while it runs. */
export interface ScreenState {
  /** Its name. */
  readonly session: string;
  /** What money is at stake. */
  readonly mode: string;
  /** Where its bars come from, and how that does. */
  readonly feed: Pick<BarFeed, "clockOffset" | "name" | "status">;
  /** Whether bars come at the market's own pace. */
  readonly isLive: boolean;
  /** What was looked at before it began. */
  readonly checklist: readonly ChecklistLine[];
  /** What each of its slots trades. */
  readonly instruments: readonly Instrument[];
  /** Cash of the account before its first session, dollars. */
  readonly initialCashUsd: number;
  /** How it stood after the bar that was taken in last; null before the first. */
  readonly view: SessionView | null;
  /** What happened last that a person would ask for, oldest first. */
  readonly happened: readonly KeptEntry[];
  /** Epoch milliseconds. */
  readonly now: number;
}

/** What happens is shown so far back. */
export const SHOWN_HAPPENINGS = 4;

const COLUMNS = 80;

const SHOWN_KINDS: readonly JournalKind[] = [
  ...["filled", "rejected", "halt", "resume", "risk", "gap"] as const,
  ...["deployment", "deployment-refused"] as const,
];

/** What stays on the screen of entries of its journal: what trades, and what is out of order. */
export function isShown({ kind }: KeptEntry): boolean {
  return SHOWN_KINDS.includes(kind);
}

/** The screen as lines of at most 80 columns. */
export function screenLines(
  state: ScreenState,
  stream?: { isTerminal(): boolean },
): readonly string[] {
  const color = (style: Style, text: string): string => paint(style, text, stream);
  const { view } = state;
  return [
    color("bold", apart(`${state.session}  ${state.mode}  ${state.feed.name}`, clock(state.now))),
    ...(view?.halted === null || view === null
      ? []
      : [color(["bold", "red"], cut(`HALTED  ${view.halted}`))]),
    feedLine(state, color),
    ...(view === null ? ["warming up"] : accountLines(state, view, color)),
    "",
    ...state.happened.slice(-SHOWN_HAPPENINGS).map((entry) => happening(state, entry, color)),
    ...warnings(state.checklist, color),
    color("dim", cut(`Ctrl-C stops; \`deno task sessions halt ${state.session}\` halts`)),
  ];
}

type Color = (style: Style, text: string) => string;

function feedLine({ feed, isLive, now, view }: ScreenState, color: Color): string {
  const { detail, since, state } = feed.status;
  const isWell = state === "live" || (state === "ended" && !isLive);
  const time = view?.time ?? null;
  const newest = time === null ? "no bar yet" : `bar closed ${stamp(time)}`;
  const age = isLive && time !== null ? `, ${span(now - time)} ago` : "";
  const away = isWell ? "" : ` for ${span(now - since)}`;
  const why = detail === "" || isWell ? "" : `; ${detail}`;
  const text = `feed  ${state}${away}; ${newest}${age}${why}`;
  return color(isWell ? "green" : ["bold", "yellow"], cut(text));
}

function accountLines(
  { initialCashUsd, instruments }: ScreenState,
  view: SessionView,
  color: Color,
): readonly string[] {
  const profit = view.equityMicros - initialCashUsd * 1e6;
  const share = (100 * profit / (initialCashUsd * 1e6)).toFixed(1);
  const signed = `${profit < 0 ? "" : "+"}${dollarsAndCents(profit)}`;
  return [
    `equity  ${dollarsAndCents(view.equityMicros)}  ` +
    color(profit < 0 ? "red" : "green", `${signed} (${profit < 0 ? "" : "+"}${share} %)`) +
    `  cash ${dollarsAndCents(view.cashMicros)}  ${view.bars} bars`,
    ...rulesLine(view),
    "",
    ...view.slots.map(({ close, openOrders, positionLots, stop, symbol }, slot) => {
      const side = positionLots === 0
        ? "flat"
        : `${positionLots > 0 ? "long" : "short"} ${Math.abs(positionLots)}`;
      const style: Style = positionLots === 0 ? "dim" : ["bold", "cyan"];
      const orders = openOrders === 0
        ? ""
        : `${openOrders} open ${openOrders === 1 ? "order" : "orders"}`;
      const stopped = stop === null ? "" : color("yellow", `  ${cut(stop, 36)}`);
      return `${symbol.padEnd(10)}${color(style, side.padEnd(12))}${
        (close === null ? "no price" : `last ${priceText(instruments[slot]!, close)}`).padEnd(18)
      }${orders}${stopped}`.trimEnd();
    }),
  ];
}

/** How far the rules of the account are from their breach; nothing where it has none. */
function rulesLine({ slots }: SessionView): readonly string[] {
  const cells = slots.length === 0 ? [] : distanceCells(slots[0]!.distance);
  const known = DISTANCE_HEADS.flatMap((head, i) =>
    cells[i] === "n/a" ? [] : `${head} ${cells[i]}`
  );
  return known.length === 0 ? [] : [cut(`rules   ${known.join(", ")}`)];
}

function happening({ instruments }: ScreenState, entry: KeptEntry, color: Color): string {
  const [style, text] = said(entry, instruments);
  return color(style, cut(`${stamp(entry.sessionTime ?? entry.at)}  ${text}`));
}

function said(entry: KeptEntry, instruments: readonly Instrument[]): readonly [Style, string] {
  switch (entry.kind) {
    case "filled": {
      const { lots, priceTicks, reason } = entry.fill, instrument = instruments[entry.slot]!;
      const price = priceText(instrument, priceTicks * instrument.tickSize);
      const side = lots > 0 ? "bought" : "sold";
      return ["reset", `${side} ${Math.abs(lots)} ${instrument.symbol} at ${price} (${reason})`];
    }
    case "rejected":
      return ["yellow", `order ${entry.orderId} was rejected: ${entry.reason}`];
    case "halt":
      return ["red", `halted: ${entry.reason}`];
    case "left-alone":
      return ["yellow", `left alone: ${entry.lots} lots of ${entry.symbol} are somebody else's`];
    case "resume":
      return ["green", `resumed: ${entry.reason}`];
    case "risk":
      return ["yellow", `${entry.rule}: ${entry.reason}`];
    case "gap":
      return ["yellow", `missing bars: ${entry.missing}, found afterwards: ${entry.found}`];
    case "deployment":
      return ["reset", `traded by ${entry.deployment.system}`];
    case "deployment-refused":
      return ["yellow", entry.reason];
    default:
      return ["reset", entry.kind];
  }
}

function warnings(checklist: readonly ChecklistLine[], color: Color): readonly string[] {
  const names = checklist.filter(({ verdict }) => verdict === "warned").map(({ name }) => name);
  if (names.length === 0) return [];
  return [color("yellow", cut(`checklist: look at ${[...new Set(names)].join(", ")}`))];
}

function apart(left: string, right: string): string {
  return `${cut(left, COLUMNS - right.length - 2).padEnd(COLUMNS - right.length)}${right}`;
}

function cut(text: string, width = COLUMNS): string {
  return text.length <= width ? text : `${text.slice(0, width - 1)}…`;
}

function clock(time: number): string {
  return `${new Date(time).toISOString().slice(11, 19)}Z`;
}

function stamp(time: number): string {
  return `${new Date(time).toISOString().slice(0, 16).replace("T", " ")}Z`;
}

function span(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}

/** Lines that are drawn over one another, on a terminal alone. */
export class LiveScreen {
  readonly #stream = Deno.stderr;
  readonly #encoder = new TextEncoder();
  #drawn = 0;

  /** Draws the lines in place of those before. */
  draw(lines: readonly string[]): void {
    const up = this.#drawn === 0 ? "" : `\x1b[${this.#drawn}A`;
    // One write, so that nothing half drawn is seen; what was longer before is wiped.
    this.#stream.writeSync(
      this.#encoder.encode(`${up}\r\x1b[0J${lines.join("\x1b[K\n")}\x1b[K\n`),
    );
    this.#drawn = lines.length;
  }

  /** Removes them. */
  clear(): void {
    if (this.#drawn > 0) {
      this.#stream.writeSync(this.#encoder.encode(`\r\x1b[${this.#drawn}A\x1b[0J`));
    }
    this.#drawn = 0;
  }
}
