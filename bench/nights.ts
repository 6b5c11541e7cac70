/**
 * Nights that are killed: one before each of its writes to a file or a database in turn, and then run
 * again (docs/decisions/0132). Each has to come to the decision and the versions of one that was left
 * alone, with nothing doubled.
 *
 * Run: `deno task bench nights [--every=1]`; with another number only every such write.
 */
import { join } from "node:path";
import { hardware } from "../lib/core/hardware.ts";
import { versions } from "../lib/core/versions.ts";
import { canonicalJson } from "../lib/core/canonical_json.ts";
import type { JsonValue } from "../lib/core/json.ts";
import { openRegistry } from "../lib/registry/mod.ts";
import {
  copyFolder,
  decidedBy,
  inNightWorkshop,
  type NightWorkshop,
} from "../tests/fixtures/night_workshop.ts";
import { countFlag } from "./flags.ts";

const EVERY = countFlag("every", 1);
const SHELL = ["sh", "-c", 'exec "$0" "$@"', Deno.execPath()];

/** What a store holds after a night. */
function heldBy(store: string): readonly number[] {
  using registry = openRegistry({ folder: store, clock: { now: () => 0 }, readOnly: true });
  return [
    registry.list("MES-logistic").length,
    registry.listSystems("one").length,
    registry.history("one", "champion").length,
    registry.resolveSystem("one").version,
  ];
}

async function killEach({ bars, done, folder, kill, store }: NightWorkshop) {
  const kept = join(folder, "kept"), data = bars(1);
  await copyFolder(store, kept);
  const whole = await done(data);
  const expected = canonicalJson(
    [decidedBy(whole.night), heldBy(store)] as unknown as JsonValue,
  );
  const differing: number[] = [];
  let killed = 0;
  for (let at = 0;; at += EVERY) {
    await Deno.remove(store, { recursive: true });
    await copyFolder(kept, store);
    const { signal } = await kill(data, at);
    if (signal === null) break;
    killed++;
    const { night } = await done(data);
    const found = canonicalJson([decidedBy(night), heldBy(store)] as unknown as JsonValue);
    if (found !== expected) differing.push(at);
    console.error(`killed before write ${at}: ${differing.length} differ`);
  }
  return { killed, differing, moves: whole.night.moves.length };
}

let result: Awaited<ReturnType<typeof killEach>> | null = null;
await inNightWorkshop(async (workshop) => {
  result = await killEach(workshop);
}, SHELL);
console.log(JSON.stringify(
  { bench: "nights", hardware: hardware(), versions: versions(), every: EVERY, ...result! },
  null,
  2,
));
