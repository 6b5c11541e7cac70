import type { Line, LineListener } from "../../trading/mod.ts";
import type { Random } from "../../core/mod.ts";
import type { EntityChange } from "./entity_store.ts";
import { spoil } from "./event_faults.ts";
import {
  answerMessage,
  closeFrame,
  eventMessage,
  HEARTBEAT_FRAME,
  messageFrame,
  OPEN_FRAME,
  readBody,
  readRequest,
  type SocketRequest,
} from "./socket_frames.ts";
import type { UserSession } from "./token_desk.ts";
import { isChangeWanted, readScope, snapshot, type SyncScope } from "./user_sync.ts";
import type { VenueApi } from "./venue_api.ts";
import {
  BAD_PARAMETERS,
  DENIED,
  type HostName,
  type VenueAnswer,
  type VenueCall,
} from "./venue_call.ts";
import type { VenueCore } from "./venue_core.ts";

/** Why the venue shuts a socket. */
export type ShutdownReason = "Maintenance" | "ConnectionQuotaReached" | "IPQuotaReached";

/** Subscriptions of a socket to the market; where it has none of its own it knows no such call. */
export interface MarketSubscriptions {
  /** Handles a call; null when it is none of the market's. */
  call(call: VenueCall, session: UserSession): VenueAnswer | null;
  /** The socket has ended. */
  close(): void;
}

/** The replay of a socket, where its host has one. */
export interface SocketReplay {
  /** Handles a call; null when it is none of the replay's. */
  call(call: VenueCall, session: UserSession): VenueAnswer | null;
  /** The socket has ended. */
  close(): void;
}

/** What a socket belongs to. */
export interface SocketVenue {
  readonly core: VenueCore;
  readonly api: VenueApi;
  readonly host: HostName;
  readonly random: Random;
  /** Events of before, which a fault tells again. */
  readonly recent: () => readonly EntityChange[];
  /** Subscriptions of a new socket; null where its host has none. */
  readonly market: (send: (kind: string, payload: unknown) => void) => MarketSubscriptions | null;
}

const LATE_EVENT_MS = 2_000, SLOW_ANSWER_MS = 40_000;

const SHUTDOWNS = {
  "shutdown-maintenance": "Maintenance",
  "shutdown-connection-quota": "ConnectionQuotaReached",
  "shutdown-ip-quota": "IPQuotaReached",
} as const;

/** One socket of a client, from its opening to its end. */
export class VenueSocket implements LineListener {
  session: UserSession | null = null;
  /** The venue that hears its calls: another one once a replay has begun. */
  #venue: SocketVenue;
  /** The venue that it was opened at, whose clock it lives by. */
  readonly #core: VenueCore;
  readonly #client: Line;
  readonly #replay: SocketReplay | null;
  #market: MarketSubscriptions | null;
  readonly #openedAt: number;
  #scope: SyncScope | null = null;
  #isOpen = true;
  #isSilent = false;
  #heardAt: number;
  #saidAt = -Infinity;
  #stop: () => void = () => {};

  /** Opens it. */
  constructor(venue: SocketVenue, client: Line, replay: SocketReplay | null = null) {
    this.#venue = venue;
    this.#core = venue.core;
    this.#replay = replay;
    this.#client = client;
    this.#openedAt = this.#heardAt = venue.core.clock.now();
    this.#market = venue.market((kind, payload) => this.say(kind, payload));
    venue.core.later(1, () => this.#write(OPEN_FRAME));
    this.#beat();
  }

  /** Whether it has not ended. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Takes a frame of the client. */
  readonly onMessage = (text: string): void => {
    if (!this.#isOpen || this.#isSilent) return;
    this.#heardAt = this.#core.clock.now();
    const request = readRequest(text);
    if (request === null) return;
    if (request === undefined) return this.#answer(0, { status: 400, body: "Malformed frame" });
    this.#serve(request);
  };

  /** The client has gone. */
  readonly onClose = (): void => this.#end();

  /** Says an event. */
  say(kind: string, payload: unknown): void {
    this.#say([eventMessage(kind, payload)]);
  }

  /** Goes on at another venue, as somebody who has logged in there. */
  move(venue: SocketVenue, session: UserSession): void {
    this.#market?.close();
    this.#venue = venue;
    this.session = session;
    this.#scope = null;
    this.#market = venue.market((kind, payload) => this.say(kind, payload));
  }

  /** Tells changes of entities, where the socket has asked for them. */
  tell(changes: readonly EntityChange[], accountId: number | null): void {
    const { core, random } = this.#venue;
    const scope = this.#scope;
    if (!this.#isOpen || scope === null) return;
    const wanted = changes.filter((change) => isChangeWanted(core, change, accountId, scope));
    if (wanted.length === 0) return;
    if (core.strikes("socket-drop")) return this.drop();
    if (core.strikes("socket-close-frame")) {
      this.#write(closeFrame(3_000, "Go away!"));
      return this.drop();
    }
    const { late, now } = spoil(core, wanted, random);
    this.#sayChanges(now);
    for (const change of late) core.later(LATE_EVENT_MS, () => this.#sayChanges([change]));
  }

  /** Says why, then ends. */
  shutDown(reasonCode: ShutdownReason): void {
    if (!this.#isOpen) return;
    this.#say([
      eventMessage("shutdown", { reasonCode, reason: `Closed by the venue: ${reasonCode}` }),
    ]);
    this.#core.later(1, () => this.drop());
  }

  /** Ends without a word. */
  drop(): void {
    if (!this.#isOpen) return;
    this.#end();
    this.#client.close();
  }

  #serve(request: SocketRequest): void {
    const { core, host } = this.#venue;
    const { id, path } = request;
    const endpoint = path.toLowerCase();
    if (endpoint === "authorize") return this.#authorize(request);
    if (this.session === null) return this.#answer(id, DENIED);
    if (core.strikes("lost-request", endpoint)) return;
    const body = readBody(request);
    if ("isRefused" in body) return this.#answer(id, body as VenueAnswer);
    const call: VenueCall = {
      ...{ host, endpoint, path, body },
      query: new URLSearchParams(request.query),
    };
    if (core.strikes("lost-answer", endpoint)) return void this.#do(call);
    const answer = this.#do(call);
    if (core.strikes("slow-answer", endpoint)) {
      return core.later(SLOW_ANSWER_MS, () => this.#answer(id, answer));
    }
    this.#answer(id, answer);
    if (endpoint === "user/syncrequest" && core.strikes("events-replayed")) {
      this.#sayChanges(this.#venue.recent());
    }
  }

  #do(call: VenueCall): VenueAnswer {
    const session = this.session!;
    const isOfMarket = call.host === "md" || call.host === "mdDemo";
    return this.#venue.api.call(session, call, () => {
      const answer = this.#replay?.call(call, session) ?? this.#market?.call(call, session) ?? null;
      if (answer !== null) return answer;
      if (isOfMarket) return { status: 404, body: `Not found: ${call.path}` };
      return call.endpoint === "user/syncrequest" ? this.#sync(call, session) : null;
    });
  }

  #sync(call: VenueCall, session: UserSession): VenueAnswer {
    const { core } = this.#venue;
    const isSecond = this.#scope !== null && core.guesses.secondSync === "refused";
    const scope = isSecond ? null : readScope(core, call, session);
    if (scope === null) return BAD_PARAMETERS;
    this.#scope = scope;
    return { status: 200, body: snapshot(core, scope) };
  }

  #authorize({ body, id }: SocketRequest): void {
    const { api, core, host } = this.#venue;
    const token = /^".*"$/.test(body) ? body.slice(1, -1) : body;
    const entered = core.strikes("authorize-fails") ? DENIED : api.enter(token, host);
    if ("status" in entered) return this.#answer(id, entered);
    this.session = entered;
    this.#answer(id, { status: 200 });
  }

  #answer(id: number, answer: VenueAnswer): void {
    this.#say([answerMessage(id, answer, this.#venue.core.guesses.errorText)]);
  }

  #sayChanges(changes: readonly EntityChange[]): void {
    const messages = changes.map((change) => eventMessage("props", change));
    if (this.#venue.core.guesses.frames === "grouped") {
      if (messages.length > 0) this.#say(messages);
    } else for (const message of messages) this.#say([message]);
  }

  #say(messages: readonly string[]): void {
    this.#saidAt = this.#core.clock.now();
    this.#write(messageFrame(messages));
  }

  #write(frame: string): void {
    if (this.#isOpen && !this.#isSilent) this.#client.send(frame);
  }

  #beat(): void {
    const core = this.#core;
    const { authorizeMs, clientSilenceMs, heartbeatMs, heartbeatWhileBusy } = core.guesses;
    this.#stop = core.clock.after(heartbeatMs, () => {
      if (!this.#isOpen) return;
      const now = core.clock.now();
      const isLate = this.session === null && now - this.#openedAt >= authorizeMs;
      const isDead = now - this.#heardAt >= clientSilenceMs && !this.#isSilent;
      if (isLate || isDead || core.strikes("heartbeat-missed")) return this.drop();
      if (core.strikes("socket-silent")) this.#isSilent = true;
      for (const [fault, reason] of Object.entries(SHUTDOWNS)) {
        if (core.strikes(fault as keyof typeof SHUTDOWNS)) return this.shutDown(reason);
      }
      const isBusy = now - this.#saidAt < heartbeatMs && heartbeatWhileBusy === "silent";
      if (!isBusy) this.#write(HEARTBEAT_FRAME);
      this.#beat();
    });
  }

  #end(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#stop();
    this.#market?.close();
    this.#replay?.close();
  }
}
