import type { FileSummary, RollbackConflict } from "../lib/codegen/mod.ts";
import type { PlanDocument } from "../tasks/generate_changes.ts";
import { table } from "./console.ts";
import { paint, type Style } from "./paint.ts";

const HASH_DIGITS = 12;

/** A unified diff in colour. Characters that could move the cursor or hide text are spelt out. */
export function diffText(patch: string): string {
  let inHunk = false;
  return patch.replace(/\n$/, "").split("\n").map((line) => {
    if (line.startsWith("diff --git ")) inHunk = false;
    if (line.startsWith("@@ ")) inHunk = true;
    const style = inHunk ? hunkStyle(line) : "bold";
    return style === null ? spelt(line) : paint(style, spelt(line));
  }).join("\n");
}

/** A plan for a person: diff, files with hashes, permissions apart, risks, sums. */
export function planText(plan: PlanDocument): string {
  if (plan.files.length === 0) return "nothing to change: the tree has it all already";
  const parts = [diffText(plan.patch), filesTable(plan.files)];
  if (plan.permissionChanges.length > 0) parts.push(permissionText(plan));
  if (plan.codeChanges.length > 0) parts.push(codeText(plan));
  if (plan.risks.length > 0) {
    const rows = plan.risks.map(({ kind, path, detail }) =>
      `  ${kind}: ${spelt(path)} (${detail})`
    );
    parts.push([paint("yellow", "worth a second look"), ...rows].join("\n"));
  }
  parts.push(sumLine(plan));
  return parts.join("\n\n");
}

/** What stands in the way of a rollback, and how to get past it. */
export function conflictText(conflicts: readonly RollbackConflict[], id: string): string {
  const parts = conflicts.map(({ path, since, merge }) => {
    const head = paint("red", `${spelt(path)}: ${since} since`);
    if (merge === null) return `${head}\n  there is nothing to join: undo it by hand`;
    if (merge.conflicts === 0) return `${head}\n  both changes can be joined`;
    return `${head}\n  ${merge.conflicts} places must be decided by hand:\n${
      markedLines(merge.text)
    }`;
  });
  const joinable = conflicts.every(({ merge }) => merge?.conflicts === 0);
  parts.push(
    joinable
      ? `nothing was changed; to undo ${id} and keep what came after, add --merge`
      : `nothing was changed; the backups are in .changes/${id}`,
  );
  return parts.join("\n\n");
}

function hunkStyle(line: string): Style | null {
  if (line.startsWith("@@")) return "cyan";
  if (line.startsWith("+")) return "green";
  return line.startsWith("-") ? "red" : null;
}

function filesTable(files: readonly FileSummary[]): string {
  return table(
    ["file", "action", "+", "-", "sha256 before", "sha256 after"],
    files.map((file) => [
      spelt(file.from === undefined ? file.path : `${file.from} → ${file.path}`),
      file.action,
      String(file.addedLines),
      String(file.removedLines),
      file.before?.slice(0, HASH_DIGITS) ?? "none",
      file.after?.slice(0, HASH_DIGITS) ?? "none",
    ]),
  );
}

function permissionText({ permissionChanges }: PlanDocument): string {
  const rows = permissionChanges.flatMap(({ path, setting, before, after }) => [
    `  ${spelt(path)} ${spelt(setting)}`,
    paint("red", `    - ${spelt(before ?? "not set")}`),
    paint("green", `    + ${spelt(after ?? "not set")}`),
  ]);
  const title = "permissions change: apply needs --allow-permission-changes";
  return [paint(["bold", "red"], title), ...rows].join("\n");
}

function codeText({ codeChanges, sha256 }: PlanDocument): string {
  const title = `what runs changes: apply needs --allow-code ${sha256}`;
  return [paint(["bold", "red"], title), ...codeChanges.map((path) => `  ${spelt(path)}`)]
    .join("\n");
}

function sumLine({ files, risks, sha256 }: PlanDocument): string {
  const sum = (count: (file: FileSummary) => number): number =>
    files.reduce((total, file) => total + count(file), 0);
  return `${files.length} files, +${sum((file) => file.addedLines)} ` +
    `-${sum((file) => file.removedLines)} lines, risks: ${risks.length}; plan ${sha256}`;
}

/** The conflicts of a joined text with a little around them. */
function markedLines(text: string): string {
  const lines = text.split("\n");
  const near = new Set<number>();
  let inside = false;
  for (const [index, line] of lines.entries()) {
    if (line.startsWith("<<<<<<< ")) inside = true;
    if (inside) { for (let other = index - 2; other <= index + 2; other++) near.add(other); }
    if (line.startsWith(">>>>>>> ")) inside = false;
  }
  return lines.flatMap((line, index) => near.has(index) ? [`    ${spelt(line)}`] : []).join("\n");
}

/** Text with nothing in it that a terminal would obey or hide. */
function spelt(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (character) =>
      character === "\t"
        ? character
        : character === "\r"
        ? "␍"
        : `\\u{${character.codePointAt(0)!.toString(16)}}`,
  );
}
