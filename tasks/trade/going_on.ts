import { type KeptEntry, microsToUsd } from "../../lib/trading/mod.ts";

/** What of a start counts only where a session begins. */
export interface AskedStart {
  /** As the feed was asked for. */
  readonly feed: string;
  /** As the systems were. */
  readonly systems: readonly string[];
  /** Cash of a new account, dollars. */
  readonly cashUsd: number;
}

/** How a session was begun before. */
export type BegunBefore = KeptEntry & { readonly kind: "session-started" };

/** Cash that the books of a session began with, dollars. */
export function begunCashUsd(begun: BegunBefore | null, asked: number): number {
  return begun === null ? asked : microsToUsd(begun.cashMicros);
}

/** What a person should know who starts a session otherwise than it was started before; a line each. */
export function restartRemarks(begun: BegunBefore | null, asked: AskedStart): readonly string[] {
  if (begun === null) return [];
  const settings = begun.settings as {
    readonly systems?: readonly string[];
    readonly feed?: { readonly name?: string };
  } | null;
  const cashUsd = microsToUsd(begun.cashMicros);
  const feed = settings?.feed?.name ?? asked.feed;
  const systems = (settings?.systems ?? asked.systems).join(" ");
  const wanted = asked.systems.join(" ");
  return [
    ...(cashUsd === asked.cashUsd ? [] : [
      `it goes on with its books, which began with $${cashUsd}: --cash ${asked.cashUsd} is not used`,
    ]),
    ...(feed === asked.feed ? [] : [`it was fed by ${feed} before, and is by ${asked.feed} now`]),
    ...(systems === wanted
      ? []
      : [`it was started with --system ${systems} before: ${wanted} is taken up at a bar`]),
  ];
}
