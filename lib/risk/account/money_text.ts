import { microsToUsd } from "../../trading/mod.ts";

/** Micro-dollars for people: `$49500.00`, `-$12.50`. */
export function moneyText(micros: number): string {
  const text = `$${Math.abs(microsToUsd(micros)).toFixed(2)}`;
  return micros < 0 ? `-${text}` : text;
}
