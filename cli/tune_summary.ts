import type { TuneDocument } from "../tasks/tune/document.ts";
import { ownValue, shellWord } from "../lib/core/mod.ts";
import { table } from "./console.ts";

/**
 * What a person reads after a search: the verdict first.
 *
 * @param data the flags that read the same bars again
 */
export function tuneSummary(document: TuneDocument, data: string): string {
  const { best, examination, states, development } = document;
  const command = document.target === "rl" ? "rl" : "train";
  const defaults = examination?.defaults?.params ?? {};
  const shown = (value: unknown): string =>
    typeof value === "number" ? String(Number(value.toPrecision(4))) : String(value);
  const counts = Object.entries(states).filter(([, count]) => count > 0)
    .map(([state, count]) => `${count} ${state.toLowerCase()}`);
  return [
    ...(examination === null ? [] : [examination.words[0]!, ""]),
    `study ${document.study}: ${counts.join(", ")}; ${document.seconds.toFixed(0)} s`,
    `searched on ${development.from} to ${development.to}, ${development.folds} folds; ` +
    `returns by ${development.period}`,
    "",
    table(
      ["parameter", "best", "default", "importance"],
      Object.entries(best.params).map(([name, value]) => [
        name,
        shown(value),
        Object.hasOwn(defaults, name) ? shown(defaults[name]) : "",
        ownValue(document.importances ?? {}, name)?.toFixed(2) ?? "n/a",
      ]),
    ),
    "",
    ...document.notes.filter((note) => note !== examination?.words[0]).map((note) => `- ${note}`),
    "",
    ...(document.report === null ? [] : [`report  ${document.report}`]),
    `recipe  ${document.recipe}${best.value > 0 ? "" : " (to look at, not to trade)"}`,
    ...(best.value > 0
      ? [
        `next: deno task ${command} --recipe ${shellWord(document.recipe)} ${data}`,
      ]
      : []),
  ].join("\n");
}
