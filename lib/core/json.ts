import { z } from "zod";

/** A value that JSON can hold. */
export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

/** Checks any JSON value. */
export const jsonSchema: z.ZodType<JsonValue> = z.custom<JsonValue>(isJson, "it is no JSON");

/** By hand: a union of schemas takes twenty times as long, on a path that every bar takes. */
function isJson(value: unknown): boolean {
  switch (typeof value) {
    case "string":
    case "boolean":
      return true;
    case "number":
      return Number.isFinite(value);
    case "object":
      return value === null || (Array.isArray(value) ? isJsonList(value) : isJsonRecord(value));
    default:
      return false;
  }
}

function isJsonList(value: readonly unknown[]): boolean {
  // By number: a hole is no JSON either.
  for (let i = 0; i < value.length; i++) if (!isJson(value[i])) return false;
  return true;
}

function isJsonRecord(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return false;
  for (const key of Object.keys(value)) {
    if (!isJson((value as Readonly<Record<string, unknown>>)[key])) return false;
  }
  return true;
}
