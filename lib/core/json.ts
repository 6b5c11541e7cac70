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
export const jsonSchema: z.ZodType<JsonValue> = z.json() as z.ZodType<JsonValue>;
