import type { Finding, FindingSeverity } from "../records/mod.ts";
import type { HeldBack } from "./finding_facts.ts";

/** A finding from its parts. */
export function finding(severity: FindingSeverity, text: string, value: number | null): Finding {
  return { severity, text, value };
}

/** A share as a percentage, for example `8.3 %` or `83 %`. */
export function percent(share: number): string {
  return `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;
}

/** Whole dollars. */
export function dollars(amount: number): string {
  const text = Math.abs(amount).toLocaleString("en", { maximumFractionDigits: 0 });
  return `${amount < 0 ? "-" : ""}$${text}`;
}

/**
 * Why a strategy made no trade although it wanted to; goes on after a colon.
 *
 * @param days tested
 */
export function heldBackText({ bars, by, rule }: HeldBack, days: number): string {
  const wanted = `it wanted positions at ${bars.toLocaleString("en")} bars, and`;
  switch (by) {
    case "warm-up":
      return `it was still warming up in all of the ${days.toLocaleString("en")} days tested`;
    case "sizing":
      return `${wanted} each was sized to less than one lot`;
    case "risk":
      return `${wanted} ${rule ?? "a rule of risk"} refused them`;
    case "max-lots":
      return `${wanted} the largest position allowed is none`;
    case "margin":
      return `${wanted} the account could not back one lot`;
  }
}
