import { type Markup, markup } from "./html.ts";
import { formatPlain } from "./number_format.ts";

/** A table in a box that scrolls sideways by itself, so that the page never does. */
export function tableMarkup(
  className: string,
  heads: readonly Markup[],
  rows: readonly Markup[],
): Markup {
  return markup`<div class="scroll"><table class="${className}">
<thead><tr>${heads}</tr></thead>
<tbody>${rows}</tbody>
</table></div>`;
}

/** A column's heading; columns of text are aligned to the left, numbers to the right. */
export function headCell(label: string | Markup, kind: "text" | "number" = "number"): Markup {
  return markup`<th scope="col" class="${kind}">${label}</th>`;
}

/** A cell with text. */
export function textCell(text: string): Markup {
  return markup`<td class="text">${text}</td>`;
}

/** A cell with a number. */
export function numberCell(value: number | null): Markup {
  return markup`<td>${value === null ? "n/a" : formatPlain(value)}</td>`;
}
