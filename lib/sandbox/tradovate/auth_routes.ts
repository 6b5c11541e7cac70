import type { CallCounts } from "./call_counts.ts";
import type { TokenDesk, UserSession } from "./token_desk.ts";
import type { VenueCore } from "./venue_core.ts";
import { done, type VenueAnswer, type VenueCall, type VenueRoute } from "./venue_call.ts";

/** A login: every success opens one more session. */
export function login(
  core: VenueCore,
  tokens: TokenDesk,
  limits: CallCounts,
  { body, host }: VenueCall,
): VenueAnswer {
  if (core.strikes("captcha-ticket") || limits.isLoginShut) return done(limits.issue(19, true));
  const user = core.users.find(({ name, password }) =>
    name === body.name && password === body.password
  );
  if (user === undefined) {
    limits.failedLogin();
    return done({ errorText: "Incorrect username or password. Please try again." });
  }
  if (user.appId !== body.appId || String(user.cid) !== String(body.cid) || user.sec !== body.sec) {
    limits.failedLogin();
    return done({ errorText: "The app is not registered" });
  }
  return done(tokenAnswer(core, tokens.login(user, host, body.deviceId)));
}

/** Endpoints of tokens. */
export function authRoutes(
  core: VenueCore,
  tokens: TokenDesk,
): Readonly<Record<string, VenueRoute>> {
  return {
    "auth/renewaccesstoken": (_, session) => {
      if (core.strikes("renewal-fails")) return { status: 500, body: "Internal server error" };
      tokens.renew(session);
      return done(tokenAnswer(core, session));
    },
    "auth/me": (_, { user }) =>
      done({
        ...{ userId: user.id, name: user.name, fullName: user.name },
        ...{ email: `${user.name}@sandbox.test`, emailVerified: true, isTrial: false },
      }),
  };
}

function tokenAnswer(core: VenueCore, { expiresAt, token, user }: UserSession): unknown {
  return {
    ...{ accessToken: token, mdAccessToken: token },
    expirationTime: new Date(expiresAt).toISOString(),
    passwordExpirationTime: new Date(core.clock.now() + 365 * 86_400_000).toISOString(),
    ...{ userStatus: "Active", userId: user.id, name: user.name },
    hasLive: user.accounts.some(({ host }) => host === "live"),
    hasMarketData: user.hasMarketData ?? true,
  };
}
