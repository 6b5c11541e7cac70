import type { KnownSecret, SecretFields } from "../recording/secret_fields.ts";
import type { TradovateCredentials } from "./credentials.ts";

/** What is a secret, or personal, in what passes between a client and Tradovate. */
export const TRADOVATE_SECRET_FIELDS: SecretFields = {
  everywhere: {
    ...{ accessToken: "token", mdAccessToken: "token", refreshToken: "token" },
    ...{ password: "password", sec: "secret", cid: "key-number", appId: "key-name" },
    ...{ deviceId: "device", "p-ticket": "ticket", hibpHint: "hint" },
    ...{ accountId: "account", accountSpec: "account", accounts: "account" },
    ...{ userId: "user", users: "user", senderId: "user", initiatorId: "user" },
    ...{ userSessionId: "user-session", organizationId: "organization" },
    ...{ email: "e-mail", fullName: "person", firstName: "person", lastName: "person" },
    ...{ phone: "phone", streetAddress1: "address", streetAddress2: "address", city: "address" },
  },
  within: [
    {
      marks: ["accountType", "marginAccountType", "clearingHouseId", "riskCategoryId"],
      endpoint: /\/account\//i,
      fields: { id: "account", name: "account", nickname: "account" },
    },
    {
      marks: ["userStatus", "hasLive", "passwordExpirationTime", "password"],
      endpoint: /\/auth\//i,
      fields: { name: "user" },
    },
    {
      marks: ["email", "userType"],
      endpoint: /\/user\//i,
      fields: { id: "user", name: "user" },
    },
  ],
  patterns: [
    // A socket is authorised by the token itself, behind the third end of a line.
    { pattern: /^authorize\n\d*\n[^\n]*\n"?([^"\n]+)/, is: "token" },
  ],
};

/** What a user of Tradovate has given. */
export function tradovateSecrets(
  { appId, deviceId, name, password, sec }: TradovateCredentials,
): readonly KnownSecret[] {
  return [
    { value: password, is: "password" },
    { value: sec, is: "secret" },
    { value: name, is: "user" },
    { value: appId, is: "key-name" },
    { value: deviceId, is: "device" },
  ];
}
