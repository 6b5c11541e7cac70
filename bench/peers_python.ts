import type { Case } from "./peers_cases.ts";

/** Peers that a `peers_<name>.py` of this folder runs. */
export const PEERS = ["backtesting", "backtrader", "nautilus"] as const;

/** What a Python script of this folder prints. */
export interface PeerAnswer {
  readonly peer: string;
  readonly version: string;
  readonly python: string;
  readonly runs: Readonly<
    Partial<
      Record<Case, {
        /** Bar, side and price in ticks of each fill of one lot. */
        readonly fills: readonly (readonly [number, number, number])[];
        readonly equity: number;
        readonly seconds: number;
      }>
    >
  >;
}

/** Null, after a line that says why, where the peer cannot run. */
export async function askPeer(
  peer: typeof PEERS[number],
  path: string,
): Promise<PeerAnswer | null> {
  const script = new URL(`./peers_${peer}.py`, import.meta.url).pathname;
  try {
    const output = await new Deno.Command("python3", { args: ["-B", script, path] }).output();
    if (output.success) return JSON.parse(new TextDecoder().decode(output.stdout)) as PeerAnswer;
    const error = new TextDecoder().decode(output.stderr).trim().split("\n").at(-1);
    console.error(`${peer} left out: ${error}`);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    console.error(`${peer} left out: no python3 in the PATH`);
  }
  return null;
}
