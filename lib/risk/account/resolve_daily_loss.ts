import { usdToMicros } from "../../trading/mod.ts";
import { type AccountFigure, figure } from "./account_figure.ts";
import type { AccountRequest } from "./account_request.ts";
import type { DailyLossBasis, DailyLossTerms } from "./account_terms.ts";
import { moneyText } from "./money_text.ts";
import type { ResolvedPart } from "./resolved_part.ts";

const BASES: Readonly<Record<string, DailyLossBasis>> = {
  "day-start-balance": "day-start",
  "fixed-from-initial": "initial",
  "day-peak-equity": "day-high",
};

/** The loss that an account may make in a day. */
export function dailyLossTerms({ set, stated }: AccountRequest): ResolvedPart {
  const own = set.dailyLoss ?? {};
  const name = "daily loss";
  const isStated = stated.dailyLossUsd !== undefined;
  if (stated.dailyLossUsd === "none" || (!isStated && own.kind === "none")) {
    const field = isStated ? "stated" : "dailyLoss.kind";
    return { terms: {}, missing: [], figures: [figure(set, name, "none", field)] };
  }
  const isOpen = own.kind === undefined || own.kind === "unclear" ||
    own.kind === "optional-by-trader";
  const share = own.fractionOfSize === undefined || set.accountSizeUsd === undefined
    ? undefined
    : own.fractionOfSize * set.accountSizeUsd;
  const amountUsd = stated.dailyLossUsd ?? (isOpen ? undefined : own.amountUsd ?? share);
  if (amountUsd === undefined) {
    const setting = '"dailyLossUsd": dollars or "none"';
    const what = "the daily loss";
    return { terms: {}, figures: [], missing: [{ field: "dailyLoss.amountUsd", what, setting }] };
  }
  const amountMicros = usdToMicros(amountUsd);
  const ends = stated.dailyLossEnds ??
    (own.kind === "hard" || own.effect === "account-failed" ? "account" : "day");
  const known = BASES[own.basis ?? ""];
  const basis = stated.dailyLossBasis ?? known ?? "day-start";
  const from = {
    "day-start": "the equity at the start of the day",
    initial: "the start of the account",
    "day-high": "the highest equity of the day",
  }[basis];
  const what = ends === "day" ? "flat until the next day" : "the account is lost";
  const figures: AccountFigure[] = [
    figure(
      set,
      name,
      `${moneyText(amountMicros)} below ${from}: ${what}`,
      isStated ? "stated" : "dailyLoss.amountUsd",
    ),
  ];
  if (stated.dailyLossBasis === undefined && known === undefined) {
    figures.push(figure(set, name, `measured from ${from}`, "assumed"));
  }
  const saysBelow = own.breachTest === "below";
  if (!saysBelow && own.breachTest !== "touch-or-below") {
    figures.push(figure(set, name, "reached when equity touches it", "assumed"));
  }
  if (own.reset === undefined) {
    figures.push(figure(set, name, "counted anew when the trade day ends", "assumed"));
  }
  const steps = isStated ? undefined : stepsOf(set);
  return {
    terms: {
      dailyLoss: {
        ...{ amountMicros, basis, ends, breach: saysBelow ? "below" : "touch" },
        ...(own.reset === undefined ? {} : { reset: own.reset }),
        ...(steps === undefined ? {} : { steps }),
      },
    },
    figures,
    missing: [],
  };
}

/** Amounts that grow with the closing balance, counted from the start. */
function stepsOf({ dailyLoss, startBalanceUsd }: AccountRequest["set"]): DailyLossTerms["steps"] {
  if (dailyLoss?.steps === undefined || startBalanceUsd === undefined) return undefined;
  return dailyLoss.steps.map(({ amountUsd, closingBalanceAtLeastUsd }) => ({
    closingProfitFromMicros: usdToMicros(closingBalanceAtLeastUsd - startBalanceUsd),
    amountMicros: usdToMicros(amountUsd),
  }));
}
