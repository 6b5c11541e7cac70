import { InputError } from "../../core/mod.ts";
import { MINUTE_MS } from "../../market/mod.ts";
import { type AccountFigure, figure } from "./account_figure.ts";
import type { AccountRequest, NewsEvent } from "./account_request.ts";
import type { NewsTerms } from "./account_terms.ts";
import { rootOf } from "./contract_count.ts";
import type { MissingTerm, ResolvedPart } from "./resolved_part.ts";

/** News that an account keeps away from, as dated by its user. */
export function newsTerms({ set, stated }: AccountRequest): ResolvedPart {
  const { policy = "unclear", secondsAfter, secondsBefore } = set.news ?? {};
  const { newsEvents = [] } = stated;
  const name = "news";
  if (policy === "allowed" || policy === "no-straddle") {
    if (newsEvents.length > 0) {
      throw new InputError(
        `Cannot keep away from news as the account rules '${set.id}' say: they allow trading then`,
        { remedy: "move newsEvents to newsWindows of the risk file" },
      );
    }
    const value = policy === "allowed" ? "may be traded" : "no orders on both sides of it";
    return { terms: {}, missing: [], figures: [figure(set, name, value, "news.policy")] };
  }
  const mustBeFlat = policy !== "no-execution-window";
  const field = set.news === undefined ? "assumed" : "news.policy";
  const rule = mustBeFlat ? "no position around it" : "no execution around it";
  if (newsEvents.length === 0) {
    const value = `${rule}; no dated news is stated, so NOTHING KEEPS AWAY FROM IT`;
    return { terms: {}, missing: [], figures: [figure(set, name, value, field)] };
  }
  const missing: MissingTerm[] = [];
  const windows = newsEvents.map((event) => windowOf(event, secondsBefore, secondsAfter));
  if (windows.some(({ from, until }) => Number.isNaN(from + until))) {
    const setting = "minutesBefore and minutesAfter of each of newsEvents";
    missing.push({ field: "news", what: "how long around news", setting });
  }
  requireApart(windows);
  const value = `${rule}; ${windows.length} dated ${windows.length === 1 ? "window" : "windows"}`;
  return {
    terms: { news: { mustBeFlat, windows } },
    missing,
    figures: [figure(set, name, value, field)],
  };
}

type Window = NewsTerms["windows"][number];

function windowOf(
  { event, instruments, minutesAfter, minutesBefore, time }: NewsEvent,
  secondsBefore = NaN,
  secondsAfter = NaN,
): Window {
  return {
    event,
    from: time - (minutesBefore ?? secondsBefore / 60) * MINUTE_MS,
    until: time + (minutesAfter ?? secondsAfter / 60) * MINUTE_MS,
    ...(instruments === undefined ? {} : { instruments }),
  };
}

/** Two windows of one instrument at one time are a slip of the pen, such as a wrong date. */
function requireApart(windows: readonly Window[]): void {
  const inOrder = windows.toSorted((a, b) => a.from - b.from);
  for (const [i, later] of inOrder.entries()) {
    const earlier = inOrder.slice(0, i).find(({ instruments, until }) =>
      until > later.from && (instruments === undefined || later.instruments === undefined ||
        instruments.some((root) => later.instruments!.includes(root)))
    );
    if (earlier === undefined) continue;
    throw new InputError(
      `Cannot use windows of news that overlap: current value is ${earlier.event} until ${
        new Date(earlier.until).toISOString()
      } and ${later.event} from ${new Date(later.from).toISOString()}`,
      { remedy: "mend a date, or make them one event" },
    );
  }
}

/** What may not be traded, and how. */
export function conductTerms({ set, stated }: AccountRequest): ResolvedPart {
  const { blockedInstruments: ownBlocked = [], stopOrder } = set.conduct ?? {};
  const figures: AccountFigure[] = [];
  const blocked = [...new Set([...ownBlocked.map(rootOf), ...stated.blockedInstruments ?? []])];
  if (blocked.length > 0) {
    const field = ownBlocked.length > 0 ? "conduct.blockedInstruments" : "stated";
    figures.push(figure(set, "blocked", blocked.join(", "), field));
  }
  const bracketRequired = stated.bracketRequired ?? stopOrder === "bracket-required";
  if (bracketRequired) {
    const field = stated.bracketRequired === undefined ? "conduct.stopOrder" : "stated";
    figures.push(figure(set, "brackets", "each entry needs a stop and a target", field));
  } else if (stopOrder === "pending-or-mental") {
    const value = "a stop is asked for, pending or in mind; it is not enforced here";
    figures.push(figure(set, "stops", value, "conduct.stopOrder"));
  }
  return {
    terms: {
      ...(blocked.length > 0 ? { blockedInstruments: blocked } : {}),
      ...(bracketRequired ? { bracketRequired } : {}),
    },
    figures,
    missing: [],
  };
}
