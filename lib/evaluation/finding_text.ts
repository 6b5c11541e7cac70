import type { Finding, Severity } from "../records/tear_sheet.ts";

/** A finding from its parts. */
export function finding(severity: Severity, text: string, value: number | null): Finding {
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
