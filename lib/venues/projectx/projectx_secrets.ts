import type { KnownSecret, SecretFields } from "../recording/secret_fields.ts";
import type { ProjectXCredentials } from "./session_tokens.ts";

/** What is a secret, or personal, in what passes between a client and a gateway of ProjectX. */
export const PROJECTX_SECRET_FIELDS: SecretFields = {
  everywhere: {
    ...{ token: "token", newToken: "token", access_token: "token", accessToken: "token" },
    ...{ connectionToken: "token", connectionId: "connection", apiKey: "key" },
    ...{ userName: "user", userId: "user", accountId: "account", email: "e-mail" },
    ...{ firstName: "person", lastName: "person", fullName: "person" },
  },
  within: [
    {
      marks: ["canTrade", "balance", "isVisible"],
      endpoint: /\/account\//i,
      fields: { id: "account", name: "account" },
    },
  ],
  patterns: [{ pattern: /[?&]access_token=([^&\s"]+)/g, is: "token" }],
  recordEnd: "\x1e",
};

/** What a user of ProjectX has given. */
export function projectxSecrets(
  { apiKey, userName }: ProjectXCredentials,
): readonly KnownSecret[] {
  return [{ value: apiKey, is: "key" }, { value: userName, is: "user" }];
}
