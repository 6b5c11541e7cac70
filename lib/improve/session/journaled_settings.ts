import { z } from "zod";
import { CorruptArtifactError, jsonSchema, type JsonValue } from "../../core/mod.ts";
import type { FeedRequest } from "../../feeds/mod.ts";
import type { RiskRequest } from "../../risk/mod.ts";

/** What a session was begun with, as far as a backtest of it depends on it. */
export interface JournaledSettings {
  /** Cash and margin of its account. */
  readonly account: { readonly cashUsd: number; readonly marginUsd?: number };
  /** Whether its systems had seen the bars. */
  readonly inSample: boolean;
  /** Limits beside those of the systems; null for none. */
  readonly risk: { readonly file: string; readonly request: RiskRequest } | null;
  /** Where its bars came from. */
  readonly feed: {
    readonly name: string;
    readonly data: FeedRequest["data"];
    readonly simulation: FeedRequest["simulation"];
    /** One for each instrument where there were several; `data` is that of the first. */
    readonly instruments?: readonly { readonly name: string; readonly data: FeedRequest["data"] }[];
  };
}

const settingsSchema = z.object({
  account: z.object({ cashUsd: z.number().positive(), marginUsd: z.exactOptional(z.number()) }),
  inSample: z.boolean(),
  risk: z.object({ file: z.string(), request: jsonSchema }).nullable().default(null),
  feed: z.object({
    ...{ name: z.string(), data: jsonSchema, simulation: jsonSchema.default(null) },
    instruments: z.exactOptional(z.array(z.object({ name: z.string(), data: jsonSchema }))),
  }),
});

/**
 * Reads what a session was begun with.
 *
 * @param settings of its first entry
 * @throws {CorruptArtifactError} when it does not say what is needed
 */
export function journaledSettings(settings: JsonValue, where: string): JournaledSettings {
  const read = settingsSchema.safeParse(settings);
  if (read.success) return read.data as unknown as JournaledSettings;
  const { message, path } = read.error.issues[0]!;
  throw new CorruptArtifactError(
    `${where}: Cannot audit a session that was not begun by \`trade\`: ` +
      `${path.join(".") || "its settings"}: ${message}`,
  );
}
