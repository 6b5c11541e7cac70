import { usdToMicros } from "../../trading/mod.ts";
import { type AccountFigure, figure } from "./account_figure.ts";
import type { AccountRequest } from "./account_request.ts";
import { moneyText } from "./money_text.ts";
import type { MissingTerm, ResolvedPart } from "./resolved_part.ts";
import { provenanceOf } from "./rule_sets.ts";

/** The floor under an account. */
export function lossLimitTerms({ set, stated }: AccountRequest): ResolvedPart {
  const own = set.lossLimit ?? {};
  const field = "lossLimit.amountUsd";
  if (stated.lossLimitUsd === "none") {
    return { terms: {}, missing: [], figures: [figure(set, "loss limit", "none", "stated")] };
  }
  const share = own.fractionOfSize === undefined || set.accountSizeUsd === undefined
    ? undefined
    : own.fractionOfSize * set.accountSizeUsd;
  const amountUsd = stated.lossLimitUsd ?? own.amountUsd ?? share;
  const trail = stated.trail ?? own.trail;
  const stopsAtUsd = stopOf(set, stated, trail, amountUsd);
  const missing: MissingTerm[] = [];
  if (amountUsd === undefined) {
    missing.push({ field, what: "the loss limit", setting: '"lossLimitUsd": dollars or "none"' });
  }
  if (trail === undefined || trail === "none") {
    const setting = '"trail": "intraday", "end-of-day" or "static"';
    missing.push({ field: "lossLimit.trail", what: "what its floor follows", setting });
  }
  if (stopsAtUsd === undefined && trail !== "static") {
    const setting = '"stopsAtUsd": dollars above the start, or null for never';
    missing.push({ field: "lossLimit.stop", what: "where its floor stops", setting });
  }
  if (missing.length > 0) return { terms: {}, figures: [], missing };

  const amountMicros = usdToMicros(amountUsd!);
  const stopsAtMicros = stopsAtUsd === null ? null : usdToMicros(stopsAtUsd!);
  const basis = trail === "intraday" ? "intraday" : "end-of-day";
  const follows = {
    intraday: "the highest equity, open profit included",
    "end-of-day": "the highest closing balance",
    static: "the start",
    none: "",
  }[trail!];
  const stops = stopsAtMicros === null
    ? "never"
    : stopsAtMicros === 0
    ? "at the start"
    : `at ${moneyText(stopsAtMicros)} above the start`;
  const figures: AccountFigure[] = [
    figure(
      set,
      "loss limit",
      moneyText(amountMicros),
      stated.lossLimitUsd === undefined ? field : "stated",
    ),
    figure(
      set,
      "its floor",
      `follows ${follows}`,
      stated.trail === undefined ? "lossLimit.trail" : "stated",
    ),
  ];
  if (trail !== "static") {
    const stopField = stated.stopsAtUsd === undefined ? "lossLimit.stop" : "stated";
    figures.push(figure(set, "its floor stops", stops, stopField));
  }
  const isClose = own.watched === "close-only";
  if (own.watched === undefined || own.watched === "unclear") {
    figures.push(figure(set, "its floor", "tested at every moment", "assumed"));
  }
  // The stricter reading unless the firm itself says the other.
  const saysBelow = own.breachTest === "below" &&
    (provenanceOf(set, "lossLimit.breachTest")?.confidence ?? "firm-page") === "firm-page";
  if (!saysBelow && own.breachTest !== "touch-or-below") {
    figures.push(figure(set, "its floor", "reached when equity touches it", "assumed"));
  }
  return {
    terms: {
      lossLimit: {
        drawdown: { basis, amountMicros, stopsAtMicros },
        watched: isClose ? "close" : "live",
        breach: saysBelow ? "below" : "touch",
        ...(own.afterFirstPayout?.floorMovesTo === "start-balance"
          ? { payoutMovesFloorToStart: true }
          : {}),
      },
    },
    figures,
    missing,
  };
}

/** Dollars above the start at which the floor stops; null for never, undefined for unknown. */
function stopOf(
  { lossLimit: own = {} }: AccountRequest["set"],
  { stopsAtUsd }: AccountRequest["stated"],
  trail: string | undefined,
  amountUsd: number | undefined,
): number | null | undefined {
  if (trail === "static") return amountUsd === undefined ? undefined : -amountUsd;
  if (stopsAtUsd !== undefined) return stopsAtUsd;
  return own.stop?.kind === "never" ? null : own.stop?.offsetUsd;
}
