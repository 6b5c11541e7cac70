import { InputError, type Random } from "../core/mod.ts";

/** Names of the simulated worlds. */
export const WORLD_KINDS = ["gbm", "ar1", "ou", "regime", "sinusoid", "jump", "garch"] as const;

/** Name of a simulated world. */
export type WorldKind = typeof WORLD_KINDS[number];

/**
 * A return process whose best policy is known (docs/methods.md#worlds-with-a-known-optimum).
 * Parameters left out take the defaults of `createWorld`. Returns are in units of their own
 * standard deviation, except `ou` (of its innovations) and `regime` (of the noise around the
 * drift).
 */
export type World =
  /** Random walk with drift: r = drift + e. */
  | { readonly kind: "gbm"; readonly drift?: number }
  /** Autoregressive returns: r' = phi r + √(1 − phi²) e. */
  | { readonly kind: "ar1"; readonly phi?: number }
  /** Mean-reverting price: X' = (1 − kappa) X + e, r = X' − X. */
  | { readonly kind: "ou"; readonly kappa?: number }
  /** Drift of ±`drift` that keeps its sign with probability `stay`: r = ±drift + e. */
  | { readonly kind: "regime"; readonly drift?: number; readonly stay?: number }
  /** Log price `amplitude` · sin(2πt/`period`) plus a random walk of `noise` per bar. */
  | {
    readonly kind: "sinusoid";
    readonly amplitude?: number;
    readonly period?: number;
    readonly noise?: number;
  }
  /** Random walk with jumps of standard deviation `size` on a share `rate` of the bars. */
  | {
    readonly kind: "jump";
    readonly drift?: number;
    readonly rate?: number;
    readonly size?: number;
  }
  /** Volatility clusters without drift: h' = 1 − alpha − beta + alpha r² + beta h, r = √h e. */
  | { readonly kind: "garch"; readonly alpha?: number; readonly beta?: number };

/** A world with every parameter set. */
export type CompleteWorld = Required<World>;

/** One parameter: its default and the open interval it must lie in. */
interface Parameter {
  readonly value: number;
  readonly above: number;
  readonly below: number;
}

function parameter(value: number, above: number, below: number): Parameter {
  return { value, above, below };
}

const PARAMETERS: Readonly<Record<WorldKind, Readonly<Record<string, Parameter>>>> = {
  gbm: { drift: parameter(0.05, -1, 1) },
  ar1: { phi: parameter(0.2, -1, 1) },
  ou: { kappa: parameter(0.1, 0, 1) },
  regime: { drift: parameter(0.3, 0, 1), stay: parameter(0.95, 0.5, 1) },
  sinusoid: {
    amplitude: parameter(0.05, 0, 1),
    period: parameter(50, 3, 1e6),
    noise: parameter(0.005, -Number.MIN_VALUE, 1),
  },
  jump: {
    drift: parameter(0, -1, 1),
    rate: parameter(0.01, 0, 1),
    size: parameter(5, 0, 100),
  },
  garch: { alpha: parameter(0.08, 0, 1), beta: parameter(0.9, 0, 1) },
};

/**
 * Makes a world from its name and some of its parameters; the others take their defaults: gbm
 * drift 0.05; ar1 phi 0.2; ou kappa 0.1; regime drift 0.3, stay 0.95; sinusoid amplitude 0.05,
 * period 50, noise 0.005; jump drift 0, rate 0.01, size 5; garch alpha 0.08, beta 0.9.
 *
 * @throws {InputError} when the world or a parameter is unknown, or a value outside its range
 * @example
 * ```ts
 * import { createWorld } from "./world.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * const world = createWorld("regime", { stay: 0.99 });
 * assertEquals(world, { kind: "regime", drift: 0.3, stay: 0.99 });
 * ```
 */
export function createWorld(
  kind: WorldKind,
  parameters: Readonly<Record<string, number>> = {},
): CompleteWorld {
  const known = PARAMETERS[kind];
  if (known === undefined) {
    throw new InputError(`Cannot simulate the world '${kind}'`, {
      remedy: `choose one of ${WORLD_KINDS.join(", ")}`,
    });
  }
  for (const [name, value] of Object.entries(parameters)) checkParameter(kind, name, value);
  const defaults = Object.entries(known).map(([name, { value }]) => [name, value]);
  // Every parameter of the kind is set and checked by now.
  const world = { kind, ...Object.fromEntries(defaults), ...parameters } as CompleteWorld;
  checkTogether(world);
  return world;
}

/** The same world with every parameter set; see `createWorld`. */
export function completeWorld(world: World): CompleteWorld {
  const { kind, ...parameters } = world;
  return createWorld(kind, parameters);
}

function checkParameter(kind: WorldKind, name: string, value: number): void {
  const rule = PARAMETERS[kind][name];
  if (rule === undefined) {
    throw new InputError(`Cannot set '${name}' as the world has no such parameter`, {
      where: `world ${kind}`,
      remedy: `it has ${Object.keys(PARAMETERS[kind]).join(", ")}`,
    });
  }
  if (!(value > rule.above && value < rule.below)) {
    throw new InputError(`Cannot use ${name} as it is out of range: current value is ${value}`, {
      where: `world ${kind}`,
      remedy: `give a number above ${rule.above} and below ${rule.below}`,
    });
  }
}

function checkTogether(world: CompleteWorld): void {
  const fail = (what: string): never => {
    throw new InputError(`Cannot use these parameters as ${what}`, {
      where: `world ${world.kind}`,
      remedy: "lower one of them",
    });
  };
  if (world.kind === "garch" && world.alpha + world.beta >= 1) fail("alpha + beta must be below 1");
  if (world.kind === "jump" && world.rate * world.size ** 2 >= 1) {
    fail("rate · size² must be below 1");
  }
  if (world.kind === "sinusoid" && !Number.isInteger(world.period)) fail("period must be whole");
}

/** One bar of a world. */
export interface WorldStep {
  /** The bar's return, in the world's unit. */
  readonly move: number;
  /** Standard deviation of the price inside the bar, in the world's unit. */
  readonly deviation: number;
  /** Level before the bar, in the world's unit; only where the level itself is stationary. */
  readonly start?: number;
}

/**
 * Starts a world in its stationary state.
 *
 * @returns a function that gives one bar after the other
 */
export function createProcess(world: CompleteWorld, random: Random): () => WorldStep {
  switch (world.kind) {
    case "gbm":
      return () => ({ move: world.drift + random.normal(), deviation: 1 });
    case "ar1":
      return autoregression(world.phi, random);
    case "ou":
      return meanReversion(world.kappa, random);
    case "regime":
      return regimes(world.drift, world.stay, random);
    case "sinusoid":
      return wave(world, random);
    case "jump":
      return jumps(world.drift, world.rate, world.size, random);
    case "garch":
      return volatilityClusters(world.alpha, world.beta, random);
  }
}

function autoregression(phi: number, random: Random): () => WorldStep {
  let move = random.normal();
  const innovation = Math.sqrt(1 - phi ** 2);
  return () => ({ move: move = phi * move + innovation * random.normal(), deviation: innovation });
}

function meanReversion(kappa: number, random: Random): () => WorldStep {
  let level = stationaryDeviation(kappa) * random.normal();
  return () => {
    const start = level;
    const move = -kappa * start + random.normal();
    level += move;
    return { move, deviation: 1, start };
  };
}

/** Standard deviation of the level of the `ou` world, in units of its innovations. */
export function stationaryDeviation(kappa: number): number {
  return 1 / Math.sqrt(1 - (1 - kappa) ** 2);
}

function regimes(drift: number, stay: number, random: Random): () => WorldStep {
  let sign = random.uniform() < 0.5 ? -1 : 1;
  return () => {
    if (random.uniform() >= stay) sign = -sign;
    return { move: sign * drift + random.normal(), deviation: 1 };
  };
}

/** A completed sinusoid world. */
export type Wave = Extract<CompleteWorld, { readonly kind: "sinusoid" }>;

function wave(world: Wave, random: Random): () => WorldStep {
  const { moves, unit } = waveMoves(world);
  const noise = world.noise / unit;
  let bar = 0;
  return () => {
    const move = moves[bar++ % world.period]! + noise * random.normal();
    return { move, deviation: Math.max(noise, 0.1) };
  };
}

/**
 * The moves of one period of the sinusoid, without noise.
 *
 * @returns `moves` in units of the return's standard deviation, and that `unit` as a fraction of
 * the price
 */
export function waveMoves(world: Wave): { readonly moves: Float64Array; readonly unit: number } {
  const { amplitude, noise, period } = world;
  const height = (bar: number): number => amplitude * Math.sin(2 * Math.PI * bar / period);
  const moves = Float64Array.from({ length: period }, (_, bar) => height(bar + 1) - height(bar));
  const variance = moves.reduce((total, move) => total + move ** 2, 0) / period + noise ** 2;
  const unit = Math.sqrt(variance);
  return { moves: moves.map((move) => move / unit), unit };
}

function jumps(drift: number, rate: number, size: number, random: Random): () => WorldStep {
  const deviation = Math.sqrt(1 - rate * size ** 2);
  return () => {
    const jump = random.uniform() < rate ? size * random.normal() : 0;
    return { move: drift + deviation * random.normal() + jump, deviation };
  };
}

function volatilityClusters(alpha: number, beta: number, random: Random): () => WorldStep {
  let variance = 1;
  return () => {
    const deviation = Math.sqrt(variance);
    const move = deviation * random.normal();
    variance = 1 - alpha - beta + alpha * move ** 2 + beta * variance;
    return { move, deviation };
  };
}
