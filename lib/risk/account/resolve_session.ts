import { MINUTE_MS } from "../../market/mod.ts";
import { type AccountFigure, figure } from "./account_figure.ts";
import type { AccountRequest } from "./account_request.ts";
import { minutesOf } from "./daily_clock.ts";
import type { ResolvedPart } from "./resolved_part.ts";

/** Our own margin; the user may state another one. */
const LEAD_MINUTES = 1;

/** When the positions of an account must be closed. */
export function sessionTerms({ set, stated }: AccountRequest): ResolvedPart {
  const own = set.session ?? {};
  const name = "flat by";
  const keepsOvernight = own.overDailyBreak === "allowed" && own.flatBy === undefined;
  const isStated = stated.flatBy !== undefined;
  if (stated.flatBy === "none" || (!isStated && keepsOvernight)) {
    const field = isStated ? "stated" : "session.overDailyBreak";
    const value = "positions may be kept over the daily break";
    return { terms: {}, missing: [], figures: [figure(set, name, value, field)] };
  }
  const flatBy = stated.flatBy ?? own.flatBy;
  if (flatBy === undefined) {
    const setting = '"flatBy": {"time": "HH:MM", "timeZone": "…"} or "none"';
    const what = "the time to be flat";
    return { terms: {}, figures: [], missing: [{ field: "session", what, setting }] };
  }
  const { autoFlattenFrom, open } = own;
  const deskMinutes = isStated || autoFlattenFrom?.timeZone !== flatBy.timeZone
    ? 0
    : Math.max(0, minutesOf(flatBy.time) - minutesOf(autoFlattenFrom.time));
  const leadMinutes = stated.flattenMinutesBefore ?? Math.max(LEAD_MINUTES, deskMinutes);
  const figures: AccountFigure[] = [
    figure(
      set,
      name,
      `${flatBy.time} ${flatBy.timeZone}, closed from ${leadMinutes} min before`,
      isStated ? "stated" : "session.flatBy",
    ),
  ];
  if (open === undefined) {
    figures.push(figure(set, name, "entries again from the next trade day on", "assumed"));
  }
  const earlier = own.earlierProducts?.map(({ flatBy: at, symbols }) => ({
    instruments: symbols,
    flatBy: at,
  }));
  for (const { flatBy: at, instruments } of earlier ?? []) {
    const value = `${instruments.join(", ")}: ${at.time} ${at.timeZone}`;
    figures.push(figure(set, name, value, "session.earlierProducts"));
  }
  return {
    terms: {
      session: {
        flatBy,
        ...(open === undefined ? {} : { open }),
        ...(earlier === undefined ? {} : { earlier }),
        ...(own.overDailyBreak === "allowed"
          ? {}
          : { beforeCloseMs: (own.minutesBeforeProductClose ?? 0) * MINUTE_MS }),
        leadMs: leadMinutes * MINUTE_MS,
      },
    },
    figures,
    missing: [],
  };
}
