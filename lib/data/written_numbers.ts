import type { PriceFormat } from "../market/mod.ts";
import { POWERS_OF_TEN } from "./decimal.ts";

/** Sign between whole part and decimals. */
export type DecimalSign = "point" | "comma";

/** What a number was written with besides digits; each use is counted. */
export const CONVERSIONS = {
  currency: "with a currency sign",
  grouped: "with thousands separators",
  comma: "with a decimal comma",
  suffix: "with K, M or B for thousands, millions or billions",
  thirtySeconds: "in 32nds (109'315 is 109 + 31.5/32)",
  eighths: "in eighths (475'2 is 475 + 2/8)",
} as const;

/** Name of a conversion. */
export type Conversion = keyof typeof CONVERSIONS;

/** Reads numbers as people and vendors write them, and counts what it did to each. */
export interface NumberConverter {
  /**
   * NaN when the text is no number in the file's style.
   *
   * @param isPrice whether 109'160 is a price in 32nds; else an apostrophe parts thousands
   */
  convert(text: string, isPrice?: boolean): number;
  /** Cells by conversion. */
  readonly counts: Readonly<Partial<Record<Conversion, number>>>;
}

/** Last digit of a price in 32nds, as parts of a 32nd (CME's notation for note futures). */
const PARTS: Readonly<Record<string, number>> = {
  "0": 0,
  "1": 0.125,
  "2": 0.25,
  "3": 0.375,
  "5": 0.5,
  "6": 0.625,
  "7": 0.75,
  "8": 0.875,
  "+": 0.5,
};

const EIGHTHS = /^(\d+)['-]([0-7])$/;
const THIRTY_SECONDS = /^(\d+)['-]([0-2]\d|3[01])([0-35-8+]?)$/;
const GROUPED = {
  point: /^[-+]?\d{1,3}(?:([,' ])\d{3})(?:\1\d{3})*(?:\.\d+)?$/,
  comma: /^[-+]?\d{1,3}(?:([.' ])\d{3})(?:\1\d{3})*(?:,\d+)?$/,
} as const;
const PLAIN = {
  point: /^[-+]?(?:\d+\.?\d*|\.\d+)$/,
  comma: /^[-+]?(?:\d+,?\d*|,\d+)$/,
} as const;
const SUFFIX_DIGITS: Readonly<Record<string, number>> = { K: 3, M: 6, B: 9 };
const MOST_DECIMALS = POWERS_OF_TEN.length - 1;

/**
 * Makes a reader for numbers that are not plain decimals: `$185.06`, `4,799.75`, `4.799,75`,
 * `1.23M`, `109'315`. A number has one meaning or none: what does not fit the file's decimal sign
 * is refused.
 *
 * @param format how the market writes prices, where that is known: `475'2` is in eighths only there
 * @example
 * ```ts
 * import { createNumberConverter } from "./written_numbers.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * const converter = createNumberConverter("point");
 * assertEquals(converter.convert("$4,799.75"), 4799.75);
 * assertEquals(converter.convert("109'315"), 109.984375);
 * assertEquals(converter.convert("3,5"), NaN);
 * assertEquals(converter.counts, { currency: 1, grouped: 1, thirtySeconds: 1 });
 * ```
 */
export function createNumberConverter(
  sign: DecimalSign,
  format: PriceFormat = "decimal",
): NumberConverter {
  const counts: Partial<Record<Conversion, number>> = {};
  const count = (kind: Conversion): void => {
    counts[kind] = (counts[kind] ?? 0) + 1;
  };
  const decimal = (text: string): number => {
    if (sign === "point" && PLAIN.point.test(text)) return Number(text);
    if (sign === "comma" && PLAIN.comma.test(text)) {
      if (text.includes(",")) count("comma");
      return Number(text.replace(",", "."));
    }
    if (!GROUPED[sign].test(text)) return NaN;
    count("grouped");
    const plain = sign === "point" ? text.replace(/[,' ]/g, "") : text.replace(/[.' ]/g, "");
    if (sign === "comma" && plain.includes(",")) count("comma");
    return Number(plain.replace(",", "."));
  };
  return {
    counts,
    convert(cell, isPrice = true) {
      const text = cell.replace(/[\u00a0\u202f\u2009]/g, " ").trim();
      const eighths = isPrice && format === "8ths" ? EIGHTHS.exec(text) : null;
      if (eighths !== null) {
        count("eighths");
        return Number(eighths[1]) + Number(eighths[2]) / 8;
      }
      const parts = isPrice && format !== "8ths" ? THIRTY_SECONDS.exec(text) : null;
      if (parts !== null) {
        count("thirtySeconds");
        return Number(parts[1]) + (Number(parts[2]) + (PARTS[parts[3]!] ?? 0)) / 32;
      }
      // One apostrophe and no decimals: neither parts of a point nor surely thousands.
      if (isPrice && /^[^'.]*'[^'.]*$/.test(text)) return NaN;
      const bare = text.replace(/^([-+]?)\s*(?:[$€£¥]|USD|EUR)\s*|\s*(?:[$€£¥]|USD|EUR)$/g, "$1");
      const last = bare.at(-1)?.toUpperCase() ?? "";
      const digits = SUFFIX_DIGITS[last];
      const value = digits === undefined ? decimal(bare) : scaled(bare.slice(0, -1), digits);
      if (Number.isNaN(value)) return NaN;
      if (bare !== text) count("currency");
      if (digits !== undefined) count("suffix");
      return value;
    },
  };

  /** `1.23M` as the double nearest to 1230000. */
  function scaled(text: string, digits: number): number {
    const value = decimal(text.trim());
    const decimals = /[.,](\d+)$/.exec(text)?.[1]?.length ?? 0;
    if (Number.isNaN(value) || decimals > MOST_DECIMALS) return NaN;
    return Math.round(value * POWERS_OF_TEN[decimals]!) * POWERS_OF_TEN[digits]! /
      POWERS_OF_TEN[decimals]!;
  }
}

/** What the cells of price columns say about the decimal sign. */
export type DecimalEvidence = DecimalSign | "either";

/**
 * Tells the decimal sign from some price cells: a sign that is not followed by exactly three
 * digits, or that stands behind another one, parts the decimals.
 *
 * @returns `either` when commas are all followed by three digits and no cell decides
 */
export function decimalSign(cells: Iterable<string>): DecimalEvidence {
  let point = false, perhapsPoint = false, comma = false, open = false;
  for (const cell of cells) {
    const text = cell.replace(/[^\d.,]/g, "");
    const lastPoint = text.lastIndexOf("."), lastComma = text.lastIndexOf(",");
    if (lastPoint < 0 && lastComma < 0) continue;
    const decimals = text.length - 1 - Math.max(lastPoint, lastComma);
    const both = lastPoint >= 0 && lastComma >= 0;
    if (lastPoint > lastComma) {
      if (both || (decimals !== 3 && text.indexOf(".") === lastPoint)) point = true;
      else perhapsPoint = true;
    } else if (both || decimals !== 3) comma = true;
    else if (text.indexOf(",") !== lastComma) point = true;
    else open = true;
  }
  if (point) return "point";
  if (comma) return "comma";
  return open && !perhapsPoint ? "either" : "point";
}
