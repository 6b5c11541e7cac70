import { z } from "zod";
import { InputError, sha256Hex } from "../core/mod.ts";
import { SCAFFOLD_KINDS, type ScaffoldKind } from "./scaffolds/scaffold_kind.ts";

/** Anything that JSON can hold. */
export type SettingValue =
  | null
  | boolean
  | number
  | string
  | readonly SettingValue[]
  | { readonly [key: string]: SettingValue };

/** One value of a JSON or JSONC file; without `value` the setting is removed. */
export interface Setting {
  /** Keys and indices from the outermost in, for example `["tasks", "demo", "command"]`. */
  readonly at: readonly (string | number)[];
  /** New value. */
  readonly value?: SettingValue;
}

/** One thing to do to the tree. Paths are relative to it, with forward slashes. */
export type Change =
  /** A whole file, in place of the old one if there is one; with `isNew` there must be none. */
  | {
    readonly kind: "file";
    readonly path: string;
    readonly content: string;
    readonly executable?: boolean;
    readonly isNew?: boolean;
  }
  /**
   * Exact text replaced everywhere; it must occur `count` times (1 when not given), and a text
   * `absent` must not be there yet.
   */
  | {
    readonly kind: "edit";
    readonly path: string;
    readonly search: string;
    readonly replace: string;
    readonly count?: number;
    readonly absent?: string;
  }
  /** Values in a JSON or JSONC file; comments and order stay. */
  | { readonly kind: "settings"; readonly path: string; readonly set: readonly Setting[] }
  /** A unified diff as `git diff` or `diff -u` writes it, of any number of files. */
  | { readonly kind: "diff"; readonly diff: string }
  /** A file removed. */
  | { readonly kind: "delete"; readonly path: string }
  /** A file moved, its content kept. */
  | { readonly kind: "rename"; readonly path: string; readonly to: string }
  /** A part of the toolkit written from a scaffold and registered. */
  | {
    readonly kind: "scaffold";
    readonly scaffold: ScaffoldKind;
    readonly name: string;
  };

/** Changes that are made together or not at all. Plain JSON. */
export interface ChangeSet {
  /** Reason in words, kept in the log. */
  readonly why: string;
  /** Who or what asks for it, kept in the log, for example `tune study 12`. */
  readonly origin: string;
  /** What to do; at least one. */
  readonly changes: readonly Change[];
}

const LONGEST_LINE = 500;
const MOST_CHANGES = 1_000;

const line = z.string().min(1).max(LONGEST_LINE).refine(
  (text) => !/[\p{Cc}\p{Cf}]/u.test(text),
  "must be one visible line",
);
const path = z.string();
const text = z.string().refine((value) => value.isWellFormed(), "holds half a character");
const changeSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("file"),
    path,
    content: text,
    executable: z.boolean().optional(),
    isNew: z.boolean().optional(),
  }),
  z.strictObject({
    kind: z.literal("edit"),
    path,
    search: text.min(1),
    replace: text,
    count: z.int().min(1).optional(),
    absent: text.min(1).optional(),
  }),
  z.strictObject({
    kind: z.literal("settings"),
    path,
    set: z.array(z.strictObject({
      at: z.array(z.union([z.string(), z.int().min(0)])).min(1),
      value: z.json().optional(),
    })).min(1),
  }),
  z.strictObject({ kind: z.literal("diff"), diff: text.min(1) }),
  z.strictObject({ kind: z.literal("delete"), path }),
  z.strictObject({ kind: z.literal("rename"), path, to: path }),
  z.strictObject({
    kind: z.literal("scaffold"),
    scaffold: z.enum(SCAFFOLD_KINDS),
    name: z.string(),
  }),
]);
const changeSetSchema = z.strictObject({
  why: line,
  origin: line.default("by hand"),
  changes: z.array(changeSchema).min(1).max(MOST_CHANGES),
});

/**
 * Checks a change set read from JSON.
 *
 * @throws {InputError} naming the change and the key that is wrong
 * @example
 * ```ts
 * import { parseChangeSet } from "./change_set.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * const set = parseChangeSet({
 *   why: "longer warm-up",
 *   changes: [{ kind: "edit", path: "settings.ts", search: "BARS = 20", replace: "BARS = 50" }],
 * });
 * assertEquals(set.origin, "by hand");
 * ```
 */
export function parseChangeSet(json: unknown): ChangeSet {
  const parsed = changeSetSchema.safeParse(json);
  // What was checked is what zod hands out, but for optional keys, which it types as undefined.
  if (parsed.success) return JSON.parse(JSON.stringify(parsed.data));
  const issue = parsed.error.issues[0]!;
  throw new InputError(`Cannot read the change set: ${issue.message}`, {
    where: ["change set", ...issue.path].join("."),
    remedy:
      `write it like {"why": "…", "changes": [{"kind": "file", "path": "…", "content": "…"}]}`,
  });
}

/** SHA-256 that two change sets share when they do the same, whatever the reason given. */
export function changeSetSha256({ changes }: ChangeSet): Promise<string> {
  return sha256Hex(new TextEncoder().encode(JSON.stringify(changes)));
}
