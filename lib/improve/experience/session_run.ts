import type { SessionStory } from "../../evaluation/mod.ts";
import type { Bars, Instrument } from "../../market/mod.ts";
import { barsOfRows, type Fill, type JournaledDeployment } from "../../trading/mod.ts";
import type { JsonValue } from "../../core/mod.ts";

/** A part of a session in which one deployment decided. */
export interface SessionStretch {
  readonly deployment: JournaledDeployment;
  /** Close of the bar behind which it took over; -Infinity for the first. */
  readonly after: number;
  /** What its decider went on from. */
  readonly saved: JsonValue;
}

/** The parts of a session by who decided in a slot, oldest first. */
export function stretchesOf(story: SessionStory, slot: number): readonly SessionStretch[] {
  const { deciders } = story.state as unknown as { readonly deciders: readonly JsonValue[] };
  const first = { deployment: story.deployments[slot]!, after: -Infinity, saved: deciders[slot]! };
  const later = story.takeovers.filter((takeover) => takeover.slot === slot);
  return [
    first,
    ...later.map(({ deployment, moment, saved }) => ({ deployment, after: moment.close, saved })),
  ];
}

/** The bars that a slot took in, in columns. */
export function sessionBars(story: SessionStory, slot: number, instrument: Instrument): Bars {
  const { intervalMs } = story.slots[slot]!;
  return barsOfRows({ instrument, intervalMs }, story.bars[slot]!.map(({ bar }) => bar));
}

/** An execution with the row of its bar, and which decision was the first to know of it. */
export interface HeardFill {
  /** As the broker told of it, in the rows of the session. */
  readonly fill: Fill;
  /** Close of that decision's bar, epoch milliseconds; Infinity for none. */
  readonly knownFrom: number;
}

/** Every execution of a slot in the order in which they happened. */
export function sessionFills(
  { brokerFills, controls, orders }: SessionStory,
  slot: number,
  bars: Bars,
): readonly HeardFill[] {
  const found: HeardFill[] = [];
  const closeOf = (row: number): number =>
    row >= bars.length ? Infinity : bars.time[row]! + bars.intervalMs;
  for (const order of orders) {
    if (order.slot !== slot) continue;
    for (const { barsBefore, report } of order.reports) {
      if (report.kind !== "filled") continue;
      found.push({ fill: placed(report.fill, bars), knownFrom: closeOf(barsBefore) });
    }
  }
  const others = controls.flatMap(({ event, moment }) =>
    event.kind === "report" && event.report.kind === "filled"
      ? [{ slot: event.slot, fill: event.report.fill, moment }]
      : []
  );
  for (const { fill, moment: { close, isDecided }, slot: of } of [...brokerFills, ...others]) {
    if (of !== slot) continue;
    const next = bars.time.find((time) => time + bars.intervalMs > close) ?? Infinity;
    const knownFrom = isDecided ? next + bars.intervalMs : close;
    found.push({ fill: placed(fill, bars), knownFrom });
  }
  return found.toSorted((a, b) => a.fill.bar - b.fill.bar);
}

/** A broker counts rows of its own: what counts here is the time. */
function placed(fill: Fill, { time }: Bars): Fill {
  let bar = time.length - 1;
  // What fills behind the open has the time of the bar's end.
  const isIn = (open: number): boolean =>
    fill.moment === "open" ? open <= fill.time : open < fill.time;
  while (bar > 0 && !isIn(time[bar]!)) bar--;
  return { ...fill, bar };
}
