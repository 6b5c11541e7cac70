import type { LeakVerdict } from "../../registry/mod.ts";
import type { ChecklistLine, TradingMode } from "../../trading/mod.ts";
import { passed, red, warned } from "./checklist_line.ts";

/** A system as it is looked at before a session begins. */
export interface CheckedSystem {
  /** `name@version`. */
  readonly reference: string;
  /** Of its document, which was read again and has this hash. */
  readonly sha256: string;
  /** Of the code that fitted it. */
  readonly fittedBy: string;
  /** Newest leak check of its whole stack; null when there was none. */
  readonly leakCheck: LeakVerdict | null;
  /** What it trades. */
  readonly symbol: string;
}

/** Whether systems and their models are what was registered, and of this code. */
export function hashLines(
  systems: readonly CheckedSystem[],
  codeSha256: string,
): readonly ChecklistLine[] {
  return systems.flatMap((system) => [
    passed("hashes", `${system.reference} is what was registered (sha256 ${short(system.sha256)})`),
    codeLine(system, codeSha256),
  ]);
}

function codeLine(
  { fittedBy, leakCheck: verdict, reference, symbol }: CheckedSystem,
  codeSha256: string,
): ChecklistLine {
  const name = "code";
  if (fittedBy === codeSha256) return passed(name, `${reference} was fitted by this code`);
  const found = `${reference} was fitted by other code (sha256 ${short(fittedBy)}, now ${
    short(codeSha256)
  })`;
  return verdict?.passed === true && verdict.codeSha256 === codeSha256
    ? passed(name, `${found}, and checked with this one`)
    : warned(name, found, leakCheck(reference, symbol));
}

/** Whether it was looked at that a system's past decisions do not change with the future. */
export function leakLine(
  mode: TradingMode,
  { leakCheck: verdict, reference, symbol }: CheckedSystem,
  codeSha256: string,
): ChecklistLine {
  const name = "leak stamp", remedy = leakCheck(reference, symbol);
  if (verdict === null) return red(mode, name, `${reference} was never checked for leaks`, remedy);
  const day = verdict.at.slice(0, 10);
  if (!verdict.passed) {
    const found = `${reference} failed on ${day}: ${verdict.leak ?? "it leaks"}`;
    return red(mode, name, found, "trade another system, or fit it again without the leak");
  }
  if (verdict.codeSha256 === codeSha256) {
    return passed(name, `${reference} passed on ${day} with this code`);
  }
  return red(mode, name, `${reference} passed on ${day} with other code`, remedy);
}

function leakCheck(reference: string, symbol: string): string {
  return `run \`deno task leak-check --system ${reference} --data FILE --symbol ${symbol}\``;
}

function short(sha256: string): string {
  return sha256.slice(0, 12);
}
