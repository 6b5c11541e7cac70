import type { JsonValue } from "../../core/mod.ts";
import type { JournaledBar } from "../../trading/mod.ts";
import { fieldsOf, itemsOf, numberIn, textIn } from "../json_fields.ts";
import { readTime } from "./entities.ts";

/** What one packet of a chart says. */
export interface ChartPacket {
  /** Number of the chart's history or of what follows it: either may stand there. */
  readonly id: number;
  /** As they are stamped; a stamp may be the open or the close. */
  readonly bars: readonly JournaledBar[];
  /** Whether its history has ended. */
  readonly isEnd: boolean;
}

/** Reads what an event of charts holds; what is no bar is left out. */
export function readChartPackets(data: JsonValue): readonly ChartPacket[] {
  return itemsOf(fieldsOf(data)?.charts).flatMap((item) => {
    const fields = fieldsOf(item);
    const id = fields === null ? null : numberIn(fields, "id");
    if (fields === null || id === null) return [];
    const bars = itemsOf(fields.bars).flatMap((bar) => readChartBar(bar) ?? []);
    return [{ id, bars, isEnd: fields.eoh === true }];
  });
}

/** A bar as the venue writes it; null for what is none. */
function readChartBar(value: JsonValue): JournaledBar | null {
  const fields = fieldsOf(value);
  if (fields === null) return null;
  const time = readTime(textIn(fields, "timestamp"));
  const [open, high, low, close] = ["open", "high", "low", "close"].map((name) =>
    numberIn(fields, name)
  );
  if (Number.isNaN(time) || open == null || high == null || low == null || close == null) {
    return null;
  }
  const volume = (numberIn(fields, "upVolume") ?? 0) + (numberIn(fields, "downVolume") ?? 0);
  return { time, open, high, low, close, volume };
}

/** The venue's clock by the stamps of quotes; null where there is none. */
export function readQuoteTime(data: JsonValue): number | null {
  const times = itemsOf(fieldsOf(data)?.quotes).flatMap((item) => {
    const fields = fieldsOf(item);
    const time = fields === null ? NaN : readTime(textIn(fields, "timestamp"));
    return Number.isNaN(time) ? [] : [time];
  });
  return times.length === 0 ? null : Math.max(...times);
}
