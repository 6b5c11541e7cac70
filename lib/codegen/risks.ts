import type { PatchedFile } from "./format_patch.ts";
import { bytesToLatin } from "./text_format.ts";
import { type Tree, treePath } from "./tree.ts";

/** What a second look is for. */
export const RISK_KINDS = [
  "deletion",
  "dependencies",
  "automation",
  "program",
  "tests",
  "several names",
  "invisible characters",
  "mixed line endings",
] as const;

/** Why a file deserves a second look before its change is applied. */
export type RiskKind = typeof RISK_KINDS[number];

/** One file that deserves a second look. */
export interface Risk {
  /** What kind. */
  readonly kind: RiskKind;
  /** The file. */
  readonly path: string;
  /** What it means, in words. */
  readonly detail: string;
}

interface Rule {
  readonly detail: string;
  readonly applies: (file: PatchedFile, path: string, tree: Tree) => boolean;
}

/** Characters that change how a line looks but not what it does (Boucher & Anderson 2021). */
const INVISIBLE = /[\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/;

const RULES: Readonly<Record<RiskKind, Rule>> = {
  deletion: {
    detail: "the file is removed",
    applies: ({ to }) => to === null,
  },
  dependencies: {
    detail: "decides which packages are run",
    applies: (_, path) => /(^|\/)(deno\.jsonc?|deno\.lock|package(-lock)?\.json)$/i.test(path),
  },
  automation: {
    detail: "is run by other programs",
    applies: (_, path) => /(^|\/)(\.[^/]+|Makefile|Dockerfile)(\/|$)/i.test(path),
  },
  program: {
    detail: "becomes a program",
    applies: ({ before, after }) =>
      ((after?.mode ?? 0) & 0o111) !== 0 && ((before?.mode ?? 0) & 0o111) === 0,
  },
  tests: {
    detail: "lines of a test are removed",
    applies: ({ before, after }, path) =>
      /_test\.ts$/.test(path) && before !== null && (after?.bytes ?? 0) < before.bytes,
  },
  "several names": {
    detail: "the file has further hard links, which keep the old content",
    applies: ({ from }, _, tree) =>
      from !== null && (tree.files.inspect(treePath(tree, from))?.names ?? 1) > 1,
  },
  "invisible characters": {
    detail: "characters are added that cannot be seen",
    applies: ({ before, after }) => invisible(after) > invisible(before),
  },
  "mixed line endings": {
    detail: "some lines end in CRLF and some in LF",
    applies: ({ after }) => {
      const text = bytesToLatin(after?.content ?? new Uint8Array());
      return /\r\n/.test(text) && /(^|[^\r])\n/.test(text);
    },
  },
};

/** Everything in a plan that deserves a second look. */
export function findRisks(tree: Tree, files: readonly PatchedFile[]): readonly Risk[] {
  return files.flatMap((file) => {
    const path = file.to ?? file.from!;
    return RISK_KINDS.filter((kind) => RULES[kind].applies(file, path, tree))
      .map((kind) => ({ kind, path, detail: RULES[kind].detail }));
  });
}

function invisible(version: PatchedFile["after"]): number {
  if (version === null) return 0;
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(version.content);
  return text.slice(1).split(INVISIBLE).length - 1;
}
