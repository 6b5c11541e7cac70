import { z } from "zod";
import {
  canonicalJson,
  CorruptArtifactError,
  InputError,
  type JsonValue,
  parseJson,
} from "../core/mod.ts";
import { TRADING_MODES, type TradingMode } from "../trading/mod.ts";

/** Whose journal it is. Two accounts never share one. */
export interface JournalAccount {
  /** Name that the user gave it; also of its folder. */
  readonly name: string;
  /** Where its orders go, for example `paper` or a venue. */
  readonly broker: string;
  /** Number or name of the account there. */
  readonly number: string;
  /** What money is at stake. */
  readonly mode: TradingMode;
}

/** What an account may be called: its folder bears the name. */
export const ACCOUNT_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

const accountSchema: z.ZodType<JournalAccount> = z.strictObject({
  name: z.string().regex(ACCOUNT_NAME),
  broker: z.string().min(1),
  number: z.string().min(1),
  mode: z.enum(TRADING_MODES),
});

/**
 * The text that stands for an account, in a journal and at the root of its chain of hashes.
 *
 * @throws {InputError} when it is not of the shape that is read
 */
export function accountIdentity(account: JournalAccount): string {
  const { data, error } = accountSchema.safeParse(account);
  if (data !== undefined) return canonicalJson(data as unknown as JsonValue);
  const issue = error.issues[0]!;
  const value = account[issue.path[0] as keyof JournalAccount];
  throw new InputError(
    `Cannot keep a journal of this account: its ${String(issue.path[0])} is '${value}'`,
    {
      remedy: issue.path[0] === "name"
        ? "name it with up to 64 letters, digits, dots, hyphens or underscores"
        : `give it a ${String(issue.path[0])}`,
    },
  );
}

/**
 * Reads whose journal it is.
 *
 * @throws {CorruptArtifactError} when it does not say so
 */
export function parseAccount(identity: string | undefined, where: string): JournalAccount {
  try {
    return accountSchema.parse(parseJson(identity ?? ""));
  } catch (cause) {
    throw new CorruptArtifactError(
      `${where}: Cannot read whose journal it is (restore it from a copy)`,
      { cause },
    );
  }
}

/** An account in words. */
export function describeAccount({ broker, mode, name, number }: JournalAccount): string {
  return `${name} (${mode} account ${number} at ${broker})`;
}
