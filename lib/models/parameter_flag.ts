/** What a flag may be given. */
export type FlagRule =
  | { readonly type: "integer"; readonly low: number }
  | { readonly type: "number"; readonly low: number; readonly high: number }
  /** Whole numbers with commas between them. */
  | {
    readonly type: "integers";
    readonly low: number;
    readonly high: number;
    readonly most: number;
  }
  /** Given or not. */
  | { readonly type: "switch" };

/** A value that a rule allows; true for a switch that is given. */
export type FlagValue = number | readonly number[] | true;

/**
 * A parameter that the command line can set. Families may share a flag: it then sets the parameter
 * of whichever is trained.
 */
export interface ParameterFlag<Parameters extends object = object> {
  /** Without the dashes in front, `min-leaf`. */
  readonly name: string;
  /** What is given, in one word; null for a switch. */
  readonly placeholder: string | null;
  /** What it sets, in a few words. */
  readonly text: string;
  /** What may be given. */
  readonly rule: FlagRule;
  /** The parameter as it stands; null for no limit. */
  read(parameters: Parameters): unknown;
  /** The parameters with a value that the rule allows. */
  set(parameters: Parameters, value: FlagValue): Parameters;
}

/** A flag that sets the parameter of one name. */
export function flagOf<Parameters extends object, Name extends keyof Parameters>(
  parameter: Name,
  flag: Omit<ParameterFlag<Parameters>, "read" | "set">,
): ParameterFlag<Parameters> {
  return {
    ...flag,
    read: (parameters) => parameters[parameter],
    set: (parameters, value) => ({ ...parameters, [parameter]: value }),
  };
}

/** The flags of a part of a model, for the whole. */
export function flagsOfPart<Whole extends { readonly [Key in Name]: object }, Name extends string>(
  part: Name,
  flags: readonly ParameterFlag<Whole[Name]>[],
): ParameterFlag<Whole>[] {
  return flags.map((flag) => ({
    ...flag,
    read: (whole) => flag.read(whole[part]),
    set: (whole, value) => ({ ...whole, [part]: flag.set(whole[part], value) }),
  }));
}
