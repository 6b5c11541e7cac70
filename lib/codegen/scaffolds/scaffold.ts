import { InputError } from "../../core/mod.ts";
import type { Change } from "../change_set.ts";

/** What a scaffold is made from. */
export interface ScaffoldRequest {
  /** Name of the part as given. */
  readonly name: string;
}

/** The spellings of a part's name. */
export interface PartName {
  /** `range-position`, in specs and messages. */
  readonly kebab: string;
  /** `range_position`, of files. */
  readonly snake: string;
  /** `rangePosition`, of functions. */
  readonly camel: string;
  /** `RangePosition`, of types and in names of functions. */
  readonly pascal: string;
  /** `RANGE_POSITION`, of constants. */
  readonly upper: string;
}

/** Lines of the scaffolds stay within the format's width up to here. */
const LONGEST_NAME = 30;

/**
 * The spellings of a name such as `range-position`.
 *
 * @throws {InputError} when it is no such name
 * @example
 * ```ts
 * import { partName } from "./scaffold.ts";
 * import { assertEquals } from "../../../tests/assert.ts";
 *
 * assertEquals(partName("range-position").pascal, "RangePosition");
 * ```
 */
export function partName(name: string): PartName {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name) || name.length > LONGEST_NAME) {
    throw new InputError(`Cannot use the name '${name}' for a part of the toolkit`, {
      remedy: `give up to ${LONGEST_NAME} small letters and digits, as in range-position`,
    });
  }
  const pascal = name.split("-").map((word) => word[0]!.toUpperCase() + word.slice(1)).join("");
  return {
    kebab: name,
    snake: name.replaceAll("-", "_"),
    camel: pascal[0]!.toLowerCase() + pascal.slice(1),
    pascal,
    upper: name.replaceAll("-", "_").toUpperCase(),
  };
}

/** A file that must not exist yet. */
export function newFile(path: string, content: string): Change {
  return { kind: "file", path, content, isNew: true };
}

/** A template with the spellings of the name put in for `{{kebab}}`, `{{snake}}` and so on. */
export function fillTemplate(template: string, part: PartName): string {
  return Object.entries(part).reduce(
    (text, [spelling, name]) => text.replaceAll(`{{${spelling}}}`, name),
    template,
  );
}

/** Width at which the format breaks a line. */
const LINE_WIDTH = 100;

/** An export of names from a file as the format writes it: on one line where it fits. */
export function namedExport(names: readonly string[], path: string): string {
  const line = `export { ${names.join(", ")} } from "${path}";`;
  if (line.length <= LINE_WIDTH) return `${line}\n`;
  return `export {\n${names.map((name) => `  ${name},\n`).join("")}} from "${path}";\n`;
}
