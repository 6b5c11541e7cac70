import { createCalendar, type Instrument } from "../../market/mod.ts";
import type { ChecklistLine, TradingMode } from "../../trading/mod.ts";
import { passed, red } from "./checklist_line.ts";

/** Hours are those that exchanges had published up to the end of this year. */
const LAST_YEAR = 2027;

/** Whether it is known when an instrument trades, at a moment of the session. */
export function calendarLine(
  mode: TradingMode,
  instrument: Instrument,
  now: number,
): ChecklistLine {
  const name = "calendar";
  const year = new Date(now).getUTCFullYear();
  if (year > LAST_YEAR && instrument.session !== "always") {
    return red(
      mode,
      name,
      `holidays of ${instrument.symbol} are known up to ${LAST_YEAR}, not for ${year}`,
      "update the program",
    );
  }
  const calendar = createCalendar(instrument);
  const session = calendar.sessionAt(now) ?? calendar.next(now);
  const [opens, closes] = [session.open, session.close].map((time) =>
    `${new Date(time).toISOString().slice(0, 16)}Z`
  );
  return passed(
    name,
    Number.isFinite(session.open) && session.close - session.open < 10 * 86_400_000
      ? `${instrument.session}: a session from ${opens} to ${closes}`
      : `${instrument.session}: around the clock`,
  );
}
