import { InputError } from "../../core/mod.ts";
import { VenueBusyError } from "../../feeds/mod.ts";
import type { JournaledBar } from "../../trading/mod.ts";
import type { CallPriority } from "../call_budget.ts";
import type { ProjectXClient } from "./projectx_client.ts";

/** Bars that are asked for. */
export interface ProjectXHistoryQuestion {
  /** For example `CON.F.US.MES.Z26`. */
  readonly contractId: string;
  /** Length of a bar, milliseconds. */
  readonly intervalMs: number;
  /** Opens from this moment on, epoch milliseconds. */
  readonly from: number;
  /** And before this one. */
  readonly until: number;
  readonly priority?: CallPriority;
}

/** The gateway gives so many at most, and may give fewer. */
const PAGE_BARS = 20_000;
const BUSY_MS = 5_000;
/** Seconds, minutes, hours; days and longer are not the sessions' own. */
const UNITS = [[3, 3_600_000], [2, 60_000], [1, 1_000]] as const;

/** How the gateway counts bars of a length. @throws {InputError} when it has no such bars */
export function gatewayUnit(
  intervalMs: number,
): { readonly unit: number; readonly unitNumber: number } {
  for (const [unit, milliseconds] of UNITS) {
    const unitNumber = intervalMs / milliseconds;
    if (Number.isInteger(unitNumber) && unitNumber >= 1 && intervalMs < 86_400_000) {
      return { unit, unitNumber };
    }
  }
  throw new InputError(`Cannot get bars of ${intervalMs / 1_000} s from ProjectX`, {
    where: "--interval",
    remedy: "ask for whole seconds, shorter than a day: days are not those of the session",
  });
}

/**
 * Bars of the past, oldest first, page after page backwards until there are no older ones.
 *
 * @throws {InputError} when the gateway refuses the question
 * @throws {VenueBusyError} when it does not answer now
 */
export async function fetchProjectXHistory(
  client: ProjectXClient,
  { contractId, from, intervalMs, priority = "poll", until }: ProjectXHistoryQuestion,
): Promise<readonly JournaledBar[]> {
  const found = new Map<number, JournaledBar>();
  const question = { contractId, from, ...gatewayUnit(intervalMs), limit: PAGE_BARS };
  for (let before = until; before > from;) {
    const outcome = await client.bars({ ...question, until: before }, { priority });
    if (outcome.kind === "refused" && ["failed", "missing"].includes(outcome.code)) {
      throw new InputError(`Cannot get bars of ${contractId} from ProjectX: ${outcome.reason}`, {
        ...{ where: "--symbol", remedy: "check the contract and the length of a bar" },
      });
    }
    if (outcome.kind !== "done") throw new VenueBusyError(BUSY_MS, outcome.reason);
    for (const bar of outcome.value) found.set(bar.time, bar);
    // The newest are kept where a page is cut, and any page may be cut.
    const oldest = Math.min(...outcome.value.map(({ time }) => time));
    if (outcome.value.length === 0 || oldest >= before) break;
    before = oldest;
  }
  return [...found.values()].filter(({ time }) => time >= from && time < until)
    .toSorted((a, b) => a.time - b.time);
}
