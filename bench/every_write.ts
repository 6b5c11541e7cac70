/** So many faults say the same again and again. */
const MOST_FAULTS = 50;

/** Which writes, and how fast. */
export interface KilledWrites {
  /** Each so many-th. */
  readonly every: number;
  /** So many programs run at a time. */
  readonly atOnce: number;
}

/** What came of killing one program at its writes. */
export interface KilledAtWrites {
  readonly kills: number;
  /** What was not as it has to be, in words. */
  readonly faults: readonly string[];
}

/**
 * Kills at one write after the other, until a program ends before so many.
 *
 * @param kill what was wrong after a kill at a write, or null where there was no such write
 */
export async function atEveryWrite(
  name: string,
  { atOnce, every }: KilledWrites,
  kill: (killAt: number) => Promise<readonly string[] | null>,
): Promise<KilledAtWrites> {
  const faults: string[] = [];
  let kills = 0, next = 0, isOver = false;
  await Promise.all(Array.from({ length: atOnce }, async () => {
    while (!isOver && faults.length < MOST_FAULTS) {
      const killAt = next;
      next += every;
      const found = await kill(killAt).catch((error: Error) => [error.message]);
      if (found === null) {
        isOver = true;
        return;
      }
      kills++;
      faults.push(...found.map((fault) => `${name}-${killAt}: ${fault}`));
      if (!Deno.args.includes("--json")) console.error(`${name} ${killAt}`);
    }
  }));
  return { kills, faults };
}
