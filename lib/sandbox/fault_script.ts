import { createRandom, InputError, mixSeed, type Random } from "../core/mod.ts";
import { remedyOf } from "./near_names.ts";

/** When and how often a fault strikes. */
export interface FaultPlan {
  /** Name of the fault, as the venue's catalogue has it. */
  readonly name: string;
  /** At most so many times. @default Infinity */
  readonly times?: number;
  /** Chance at each opportunity, above 0 to 1. @default 1 */
  readonly probability?: number;
  /** Not before this moment, epoch milliseconds. @default at once */
  readonly from?: number;
  /** Only where what happens has this in its name, such as `placeorder`. @default everywhere */
  readonly on?: string;
}

/** A fault that has struck. */
export interface StruckFault {
  /** Its name. */
  readonly name: string;
  /** Epoch milliseconds. */
  readonly time: number;
  /** What it struck, for example an endpoint. */
  readonly on: string;
}

interface Loaded {
  readonly plan: FaultPlan;
  readonly random: Random;
  left: number;
}

/**
 * Which fault strikes at which opportunity. Each plan has random numbers of its own, so that one more
 * plan changes nothing in when the others strike.
 *
 * @example
 * ```ts
 * import { FaultScript } from "./fault_script.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * const script = new FaultScript(["lost-answer"], 7, () => 0);
 * script.add({ name: "lost-answer", times: 1, on: "placeorder" });
 * assertEquals(script.strikes("lost-answer", "order/cancelorder"), false);
 * assertEquals(script.strikes("lost-answer", "order/placeorder"), true);
 * assertEquals(script.strikes("lost-answer", "order/placeorder"), false);
 * ```
 */
export class FaultScript {
  readonly #names: readonly string[];
  readonly #seed: number;
  readonly #now: () => number;
  #loaded: Loaded[] = [];
  #added = 0;
  readonly #struck: StruckFault[] = [];

  /**
   * Begins without faults.
   *
   * @param names all that the venue knows
   * @param seed of every chance
   * @param now epoch milliseconds
   */
  constructor(names: readonly string[], seed: number, now: () => number) {
    this.#names = names;
    this.#seed = seed;
    this.#now = now;
  }

  /** Adds a plan. @throws {InputError} when no fault has its name, or its figures make no sense */
  add(plan: FaultPlan): void {
    requireKnownFault(plan.name, this.#names);
    const { probability = 1, times = Infinity } = plan;
    if (!(probability > 0 && probability <= 1) || !(times >= 1)) {
      throw new InputError(`Cannot script the fault ${plan.name}`, {
        remedy: "it strikes at least once, with a probability above 0 and up to 1",
      });
    }
    const random = createRandom(mixSeed(this.#seed, this.#added++));
    this.#loaded.push({ plan, random, left: times });
  }

  /** Takes plans back: those of one fault, or all. */
  clear(name?: string): void {
    this.#loaded = name === undefined ? [] : this.#loaded.filter(({ plan }) => plan.name !== name);
  }

  /** Plans that can still strike. */
  get plans(): readonly FaultPlan[] {
    return this.#loaded.map(({ left, plan }) => ({ ...plan, times: left }));
  }

  /** What has struck, oldest first. */
  get struck(): readonly StruckFault[] {
    return this.#struck;
  }

  /**
   * Asks, at an opportunity for a fault, whether it strikes here.
   *
   * @param on what it would strike, for example an endpoint in lower case
   */
  strikes(name: string, on = ""): boolean {
    if (this.#loaded.length === 0) return false;
    const now = this.#now();
    for (const each of this.#loaded) {
      const { plan, random } = each;
      if (plan.name !== name || each.left <= 0 || now < (plan.from ?? -Infinity)) continue;
      if (plan.on !== undefined && !isOn(plan.on, on)) continue;
      if (plan.probability !== undefined && random.uniform() >= plan.probability) continue;
      each.left--;
      if (each.left <= 0) this.#loaded = this.#loaded.filter((other) => other !== each);
      this.#struck.push({ name, time: now, on });
      return true;
    }
    return false;
  }
}

/**
 * Reads a fault as a flag says it: `NAME`, then `:once`, `:N` times or `:P` (with a point: a
 * probability), then `@` seconds from the start or an ISO moment, then `/` and what it is to strike.
 *
 * @param start epoch milliseconds from which seconds count
 * @throws {InputError} when it is no such text or no fault has that name
 * @example
 * ```ts
 * import { parseFault } from "./fault_script.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * const names = ["lost-answer"];
 * assertEquals(parseFault("lost-answer:0.05", names, 0), { name: "lost-answer", probability: .05 });
 * assertEquals(parseFault("lost-answer:once@90/placeorder", names, 1_000), {
 *   ...{ name: "lost-answer", times: 1, from: 91_000, on: "placeorder" },
 * });
 * ```
 */
export function parseFault(text: string, names: readonly string[], start: number): FaultPlan {
  const match = /^([a-z0-9-]+)(?::(once|\d+|\d*\.\d+))?(?:@([^/]+))?(?:\/(.+))?$/.exec(text);
  if (match === null) {
    throw new InputError(`Cannot read the fault '${text}'`, {
      remedy: "write NAME, NAME:once, NAME:3 or NAME:0.05, then perhaps @SECONDS and /ENDPOINT",
    });
  }
  const [, name = "", often, at, on] = match;
  requireKnownFault(name, names);
  const isChance = often?.includes(".") ?? false;
  return {
    name,
    ...(often === undefined || isChance ? {} : { times: often === "once" ? 1 : Number(often) }),
    ...(isChance ? { probability: Number(often) } : {}),
    ...(at === undefined ? {} : { from: momentOf(at, start) }),
    ...(on === undefined ? {} : { on }),
  };
}

/** Endpoints and names of events are told apart whatever their case. */
function isOn(wanted: string, on: string): boolean {
  return on.toLowerCase().includes(wanted.toLowerCase());
}

/** What else `Date.parse` reads may be another moment on another machine. */
const ISO_MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/;

function momentOf(text: string, start: number): number {
  const moment = /^\d+(\.\d+)?$/.test(text)
    ? start + Number(text) * 1_000
    : ISO_MOMENT.test(text)
    ? Date.parse(text)
    : NaN;
  if (Number.isFinite(moment)) return moment;
  throw new InputError(`Cannot read '${text}' as a moment`, {
    remedy: "give seconds from the start, such as @90, or an ISO moment such as @2026-11-23T15:00Z",
  });
}

/** @throws {InputError} when a venue knows no fault of that name */
export function requireKnownFault(name: string, names: readonly string[]): void {
  if (names.includes(name)) return;
  throw new InputError(`Cannot find the fault '${name}'`, { remedy: remedyOf(name, names) });
}
