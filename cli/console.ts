import { paint } from "./paint.ts";
import { inStartedForm } from "./started_as.ts";

/** Where a command speaks: one JSON document or text on stdout, everything else on stderr. */
export interface Console {
  /** Prints the result: as JSON when `--json` was given, else as text. */
  result(document: unknown, text: () => string): void;
  /** A line for the person watching. */
  note(line: string): void;
  /**
   * Draws or moves the progress bar of the whole command, with the time that is left; where stderr
   * is no terminal, a line now and then.
   */
  progress(stage: string, fraction: number): void;
  /** Removes the progress bar. */
  done(): void;
}

const BAR_WIDTH = 24;
/** A bar that would be gone at once is not worth drawing. */
const QUIET_MS = 2_000;
/** Between two lines of progress in a log. */
const LOG_EVERY_MS = 30_000;

/** Makes the console of one command. */
export function createConsole(json: boolean, now: () => number): Console {
  const terminal = Deno.stderr.isTerminal();
  const encoder = new TextEncoder();
  const started = now();
  let drawn = false;
  let logged = started;
  const write = (text: string): void => {
    Deno.stderr.writeSync(encoder.encode(text));
  };
  const clear = (): void => {
    if (drawn) write("\r\x1b[K");
    drawn = false;
  };
  return {
    result(document, text) {
      clear();
      console.log(json ? JSON.stringify(document, null, 2) : inStartedForm(text()));
    },
    note(line) {
      clear();
      console.error(inStartedForm(line));
    },
    progress(stage, fraction) {
      if (!terminal) {
        if (now() - logged < LOG_EVERY_MS) return;
        logged = now();
        const left = timeLeft(logged - started, fraction);
        return console.error(`${Math.round(fraction * 100)} % ${stage}${left}`);
      }
      if (now() - started < QUIET_MS) return;
      const full = Math.round(Math.min(1, Math.max(0, fraction)) * BAR_WIDTH);
      const bar = "█".repeat(full) + "░".repeat(BAR_WIDTH - full);
      write(
        `\r\x1b[K${paint("cyan", bar, Deno.stderr)} ${Math.round(fraction * 100)} % ${stage}` +
          timeLeft(now() - started, fraction),
      );
      drawn = true;
    },
    done: clear,
  };
}

/** At the speed so far; nothing where that says too little. */
function timeLeft(elapsedMs: number, fraction: number): string {
  if (fraction < 0.02 || fraction >= 1) return "";
  const seconds = Math.ceil(elapsedMs / 1_000 * (1 - fraction) / fraction);
  return seconds < 90 ? `, ${seconds} s left` : `, ${Math.ceil(seconds / 60)} min left`;
}

/** Width of a terminal that nobody has widened. */
const MOST_COLUMNS = 80;
const GAP = 2;

/**
 * Lays rows out in columns: numbers and dashes to the right, words to the left. Where a row would be
 * wider than a terminal its longest texts go on below, but for those of the first column, which name
 * it.
 */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const numeric = header.map((_, column) =>
    rows.length > 0 &&
    rows.every((row) => /^([-+$0-9.,%\s]|n\/a|…|\[|\])*$/.test(row[column] ?? ""))
  );
  const widths = header.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => (row[column] ?? "").length))
  );
  const least = header.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => longestWord(row[column] ?? "")))
  );
  const excess = (): number =>
    widths.reduce((sum, width) => sum + width + GAP, -GAP) - MOST_COLUMNS;
  while (excess() > 0) {
    const wordy = widths.map((width, column) =>
      column === 0 || numeric[column] || width <= least[column]! ? 0 : width
    );
    const widest = wordy.indexOf(Math.max(...wordy));
    if (wordy[widest] === 0) break;
    widths[widest]!--;
  }
  const line = (cells: readonly string[]): string =>
    cells.map((cell, column) =>
      numeric[column] ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!)
    ).join(" ".repeat(GAP)).trimEnd();
  // What is too long goes on below: a word that is cut off may be the one that matters.
  const lines = (cells: readonly string[]): string[] => {
    const parts = header.map((_, column) => wrapped(cells[column] ?? "", widths[column]!));
    const height = Math.max(...parts.map(({ length }) => length));
    return Array.from({ length: height }, (_, row) => line(parts.map((part) => part[row] ?? "")));
  };
  return [paint("bold", line(header)), ...rows.flatMap(lines)].join("\n");
}

/** Longer words may be broken. */
const MOST_LETTERS = 20;

function longestWord(text: string): number {
  const words = text.match(/[^ \-/_]+[-/_]?/g) ?? [];
  return Math.min(MOST_LETTERS, Math.max(0, ...words.map(({ length }) => length)));
}

/** A text in lines of at most so many columns, broken between words where that is possible. */
function wrapped(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let rest = text;
  while (rest.length > width) {
    const space = rest.lastIndexOf(" ", width);
    // A name is broken behind one of its marks.
    const mark = Math.max(...["-", "/", "_"].map((each) => rest.lastIndexOf(each, width - 1)));
    const end = space > 0 ? space : mark > 0 ? mark + 1 : width;
    lines.push(rest.slice(0, end).trimEnd());
    rest = rest.slice(end).trimStart();
  }
  return [...lines, rest];
}

/** Micro-dollars as people write money, for example `-$1,234.50`. */
export function dollarsAndCents(micros: number): string {
  return (micros / 1e6).toLocaleString("en-US", { style: "currency", currency: "USD" });
}
