import { z } from "zod";
import { InputError, type Params, type Suggester } from "../core/mod.ts";
import type { Bars } from "../market/mod.ts";
import type { LabelExit, LabelPath } from "./label_path.ts";

/** How a row is labelled: the name of a kind and its settings. Plain JSON. */
export interface LabelSpec {
  /** Kind of a `LabelKind`. */
  readonly kind: string;
  /** What that kind's `parse` reads. */
  readonly [setting: string]: string | number | boolean;
}

/** Says where the position entered after a row ends; null while that is not known. */
export type ExitRule = (row: number) => LabelExit | null;

/**
 * One way of labelling rows: when a position that is decided at a row's close ends. One object in
 * its own file, and one line in `LABEL_KINDS`.
 */
export interface LabelKind<Spec extends LabelSpec = LabelSpec> {
  /** Name in specs and flags. */
  readonly kind: string;
  /** A spec that is sensible at any bar length. */
  readonly defaults: Spec;
  /**
   * Checks a spec of unknown origin.
   *
   * @throws {InputError} naming the field
   */
  parse(json: unknown): Spec;
  /** Bars after the entry that a label looks at, at most. */
  horizonOf(spec: Spec): number;
  /** The spec with labels that look so many bars ahead. */
  withHorizon(spec: Spec, horizonBars: number): Spec;
  /** Exits over some bars; that of a row never changes once it is known. */
  exits(bars: Bars, path: LabelPath, spec: Spec): ExitRule;
  /** What a search varies beside the kind and the horizon. */
  readonly search: {
    /** The values that stand for a spec. */
    defaults(spec: Spec): Params;
    /** Asks for values and gives the spec that they make. */
    choose(suggester: Suggester, horizonBars: number): Promise<Spec>;
  };
}

const LONGEST_BARS = 10_000;

/** Checks a number of bars. */
export function barCount(least: number): z.ZodInt {
  return z.int().min(least).max(LONGEST_BARS);
}

/**
 * Reads a spec by its schema.
 *
 * @param defaults shown to whoever wrote a wrong one
 * @throws {InputError} naming the field
 */
export function readLabelSpec<Spec extends LabelSpec>(
  schema: z.ZodType<Spec>,
  json: unknown,
  defaults: Spec,
): Spec {
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  throw new InputError(`Cannot read it: ${issue.message}`, {
    where: ["label spec", ...issue.path].join(", "),
    remedy: `write it like ${JSON.stringify(defaults)}`,
  });
}
