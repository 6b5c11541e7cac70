import { assert, assertEquals } from "../../../tests/assert.ts";
import { assertRejects, assertThrows, inFolder } from "../../../tests/fixtures/temporary_folder.ts";
import { InputError } from "../../core/errors.ts";
import { VirtualClock } from "../../core/virtual_clock.ts";
import { createNetworkTransport } from "../../network/mod.ts";
import type { Transport } from "../../trading/mod.ts";
import { logOf, openLog } from "../log/log.ts";
import { Secrets } from "../log/secrets.ts";
import type { Alert } from "./alert.ts";
import { ALERT_CHANNELS, openChannels } from "./alert_channels.ts";
import { type AlertOutbox, openOutbox } from "./alert_outbox.ts";
import { sendAlerts, type SendEvent } from "./send_alerts.ts";

const HERE = { port: 0, hostname: "127.0.0.1", onListen() {} } as const;
const PATH = "/hooks/very-secret-path", TOKEN = "tk_very-secret-token", TOPIC = "very-secret-topic";

function alert(n: number, changes: Partial<Alert> = {}): Alert {
  return {
    ...{ id: `paper-1/${n}`, at: n, severity: "warning", source: "paper-1" },
    ...{ title: `Alert ${n}`, text: "It happened.", ...changes },
  };
}

/** What a server was asked. */
interface Asked {
  readonly path: string;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

/** An outbox that is being sent to a local server, on a clock that a test moves. */
class Sending implements AsyncDisposable {
  readonly clock = new VirtualClock(1_000_000);
  readonly asked: Asked[] = [];
  readonly events: SendEvent[] = [];
  readonly secrets = new Secrets();
  readonly outbox: AlertOutbox;
  readonly port: number;
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  readonly #controller = new AbortController();
  readonly #underway: Promise<unknown>;
  #onTheirWay = 0;

  constructor(
    folder: string,
    answer: (asked: Asked, count: number) => Response | Promise<Response>,
    { channel = "webhook", timeoutMs = 5_000 } = {},
  ) {
    this.#server = Deno.serve(HERE, async (request) => {
      const asked = {
        path: new URL(request.url).pathname,
        headers: request.headers,
        body: await request.json(),
      };
      this.asked.push(asked);
      return await answer(asked, this.asked.length);
    });
    this.port = this.#server.addr.port;
    const origin = `http://127.0.0.1:${this.port}`;
    const environment: Record<string, string> = channel === "webhook"
      ? { ALERT_WEBHOOK_URL: `${origin}${PATH}`, ALERT_WEBHOOK_TOKEN: TOKEN }
      : { ALERT_NTFY_TOPIC: TOPIC, ALERT_NTFY_TOKEN: TOKEN, ALERT_NTFY_SERVER: origin };
    this.outbox = openOutbox({ folder, clock: this.clock });
    this.#underway = sendAlerts({
      ...{ outbox: this.outbox, clock: this.clock, secrets: this.secrets, timeoutMs },
      channels: openChannels((name) => environment[name], this.secrets),
      transport: this.#counted(),
      signal: this.#controller.signal,
      onAttempt: (event) => this.events.push(event),
    });
  }

  /** Lets time pass and the network do what it has begun. */
  async pass(milliseconds: number): Promise<void> {
    for (let left = milliseconds; left > 0; left -= 1_000) {
      await this.clock.advance(Math.min(left, 1_000));
      await this.#idle();
    }
  }

  /** Nothing is on its way, and what came of it has been dealt with. */
  async #idle(): Promise<void> {
    do await new Promise((resolve) => setTimeout(resolve, 1)); while (this.#onTheirWay > 0);
  }

  /** The network, counting what is on its way. */
  #counted(): Transport {
    const network = createNetworkTransport();
    return {
      ...network,
      request: async (request) => {
        this.#onTheirWay++;
        try {
          return await network.request(request);
        } finally {
          this.#onTheirWay--;
        }
      },
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#controller.abort();
    await this.#underway;
    this.outbox[Symbol.dispose]();
    await this.#server.shutdown();
  }
}

Deno.test("a webhook gets an alert once, as JSON, with what lets it tell a second one", () =>
  inFolder(async (folder) => {
    await using sending = new Sending(folder, () => new Response(null, { status: 204 }));
    sending.outbox.add(alert(1, { at: Date.UTC(2026, 10, 30), severity: "critical" }));
    sending.clock.advance(Date.UTC(2026, 10, 30));
    await sending.pass(5_000);
    const [{ body, headers, path }] = sending.asked as [Asked];
    assertEquals(sending.asked.length, 1);
    assertEquals(path, PATH);
    assertEquals(body, {
      ...{ id: "paper-1/1", at: "2026-11-30T00:00:00.000Z", severity: "critical" },
      ...{ source: "paper-1", title: "Alert 1", text: "It happened." },
    });
    assertEquals(headers.get("idempotency-key"), "paper-1/1");
    assertEquals(headers.get("authorization"), `Bearer ${TOKEN}`);
    assertEquals(sending.events.map(({ problem }) => problem), [null]);
    assertEquals(sending.outbox.list(1)[0]?.deliveries[0]?.state, "sent");
  }));

Deno.test("ntfy gets topic, priority and a text that it does not cut", () =>
  inFolder(async (folder) => {
    await using sending = new Sending(folder, () => new Response("{}"), { channel: "ntfy" });
    sending.outbox.add(alert(1, { severity: "critical", text: "€".repeat(3_000) }));
    sending.outbox.add(alert(2, { severity: "info", text: "" }));
    await sending.pass(2_000);
    const [first, second] = sending.asked.map(({ body }) => body);
    assertEquals([first!["topic"], first!["priority"], first!["title"]], [
      ...[TOPIC, 5, "paper-1: Alert 1"],
    ]);
    const message = first!["message"] as string;
    assert(new TextEncoder().encode(message).length <= 4_096 && message.endsWith("€…"), message);
    assertEquals([second!["priority"], second!["message"]], [2, "Alert 2"]);
    assertEquals(sending.asked[0]!.path, "/");
  }));

Deno.test("a server that fails is asked again with growing patience, and then gets everything, in order", () =>
  inFolder(async (folder) => {
    await using sending = new Sending(
      folder,
      (_, count) => new Response("very-secret", { status: count <= 4 ? 503 : 200 }),
    );
    for (let n = 1; n <= 3; n++) sending.outbox.add(alert(n));
    await sending.pass(30_000);
    const { events } = sending;
    assertEquals(events.map(({ againInMs }) => againInMs), [
      ...[1_000, 2_000, 4_000, 8_000, null, null, null],
    ]);
    assertEquals(events[0]?.problem, `127.0.0.1:${sending.port} answered 503`);
    assertEquals(sending.asked.map(({ body }) => body["title"]), [
      ...["Alert 1", "Alert 1", "Alert 1", "Alert 1", "Alert 1", "Alert 2", "Alert 3"],
    ]);
  }));

Deno.test("a server that says when it wants to be asked again is left alone until then", () =>
  inFolder(async (folder) => {
    await using sending: Sending = new Sending(folder, (_, count): Response => {
      const retryAfter = count === 1 ? "30" : new Date(sending.clock.now() + 60_000).toUTCString();
      return count <= 2
        ? new Response(null, { status: 429, headers: { "Retry-After": retryAfter } })
        : new Response();
    });
    for (let n = 1; n <= 2; n++) sending.outbox.add(alert(n));
    await sending.pass(29_000);
    assertEquals(sending.asked.length, 1);
    await sending.pass(2_000);
    assertEquals(sending.asked.length, 2);
    // A date has whole seconds.
    await sending.pass(57_000);
    assertEquals(sending.asked.length, 2);
    await sending.pass(4_000);
    assertEquals(sending.events.map(({ problem }) => problem?.slice(-8)), [
      ...["too many", "too many", undefined, undefined],
    ]);
  }));

Deno.test("a server that does not answer is given up and asked again: at least once is the promise", () =>
  inFolder(async (folder) => {
    const held = Promise.withResolvers<Response>();
    await using sending = new Sending(
      folder,
      (_, count) => count === 1 ? held.promise : new Response(),
      { timeoutMs: 150 },
    );
    sending.outbox.add(alert(1));
    await sending.pass(1_000);
    assertEquals(sending.events.map(({ problem }) => problem), [
      `127.0.0.1:${sending.port} gave no answer in 150 ms`,
    ]);
    held.resolve(new Response());
    await sending.pass(3_000);
    assertEquals(sending.asked.map(({ headers }) => headers.get("idempotency-key")), [
      ...["paper-1/1", "paper-1/1"],
    ]);
    assertEquals(sending.outbox.list(1)[0]?.deliveries[0]?.attempts, 2);
  }));

Deno.test("an alert that its server does not want holds up no other", () =>
  inFolder(async (folder) => {
    await using sending = new Sending(
      folder,
      ({ body }) => new Response(null, { status: body["title"] === "Alert 1" ? 413 : 200 }),
    );
    for (let n = 1; n <= 3; n++) sending.outbox.add(alert(n));
    await sending.pass(8_000);
    const states = sending.outbox.list(3).map(({ deliveries, id }) => [id, deliveries[0]?.state]);
    assertEquals(states, [["paper-1/3", "sent"], ["paper-1/2", "sent"], ["paper-1/1", "waiting"]]);
    const own = sending.events.filter(({ problem }) => problem !== null);
    assertEquals(own.map(({ againInMs }) => againInMs), [1_000, 2_000, 4_000, 8_000]);
  }));

Deno.test("an answer that leads elsewhere is not followed, and is no success", () =>
  inFolder(async (folder) => {
    await using sending = new Sending(
      folder,
      () => new Response(null, { status: 302, headers: { location: "/elsewhere" } }),
    );
    sending.outbox.add(alert(1));
    await sending.pass(1_000);
    assertEquals(sending.asked.map(({ path }) => path), [PATH]);
    assertEquals(sending.events[0]?.problem?.endsWith("answered 302: it is elsewhere"), true);
  }));

Deno.test("no secret of a channel is in the outbox, in an event, in a log or in an error", () =>
  inFolder(async (folder) => {
    const lines: string[] = [];
    {
      await using sending = new Sending(
        folder,
        ({ body }) => new Response(JSON.stringify({ echo: body, PATH, TOKEN }), { status: 500 }),
      );
      using _log = openLog({
        ...{ folder, name: "alerts", clock: sending.clock, secrets: sending.secrets },
        ...{ onLine: (line: string) => lines.push(line), freeBytes: () => null },
      });
      sending.outbox.add(alert(1));
      await sending.pass(3_000);
      for (const event of sending.events) logOf("alerts").warning("Not sent", { event, PATH });
      logOf("alerts").error(`POST http://127.0.0.1:${sending.port}${PATH}`, { header: TOKEN });
      const said = JSON.stringify([sending.events, sending.outbox.list(5)]);
      assert(!said.includes("very-secret"), said);
    }
    assert(lines.length > 2);
    for (const { name } of Deno.readDirSync(folder)) {
      const text = new TextDecoder().decode(Deno.readFileSync(`${folder}/${name}`));
      assert(!text.includes("very-secret-token"), name);
      assert(!text.includes(`127.0.0.1${PATH}`) && !/:\d+\/hooks/.test(text), `${name}: ${text}`);
    }
  }));

Deno.test("variables that cannot be used are named, never repeated", () => {
  const open = (environment: Record<string, string>) =>
    openChannels((name) => environment[name], new Secrets());
  assertEquals(open({}), []);
  assertEquals(open({ ALERT_WEBHOOK_URL: " " }), []);
  assertEquals(open({ ALERT_NTFY_TOPIC: TOPIC }).map(({ host, name }) => [name, host]), [
    ["ntfy", "ntfy.sh"],
  ]);
  for (
    const [environment, says] of [
      [{ ALERT_WEBHOOK_URL: "no address secret" }, "ALERT_WEBHOOK_URL: Cannot read as an address"],
      [{ ALERT_WEBHOOK_URL: "http://secret.example/x" }, "over an open line"],
      [{ ALERT_WEBHOOK_URL: "https://me:secret@host.example/" }, "a name and a password"],
      [{ ALERT_NTFY_TOPIC: "abc" }, "ALERT_NTFY_TOPIC: Cannot keep a secret of fewer"],
      [{ ALERT_NTFY_TOPIC: TOPIC, ALERT_NTFY_SERVER: "secret" }, "ALERT_NTFY_SERVER"],
    ] as const
  ) {
    assertThrows(() => open(environment), InputError, says);
    try {
      open(environment);
    } catch (error) {
      assert(!(error as Error).message.includes("secret."), (error as Error).message);
      assert(!(error as Error).message.includes("secret@"), (error as Error).message);
    }
  }
  const names = ALERT_CHANNELS.flatMap(({ variables }) => variables.map(({ name }) => name));
  assertEquals(new Set(names).size, names.length);
});

Deno.test("a second sender is refused", () =>
  inFolder(async (folder) => {
    await using sending = new Sending(folder, () => new Response());
    const { clock, outbox, secrets } = sending;
    const settings = { channels: [], clock, outbox, secrets, transport: createNetworkTransport() };
    const { signal } = new AbortController();
    await assertRejects(
      sendAlerts({ ...settings, signal, once: true }),
      InputError,
      "Cannot send alerts as a task",
    );
  }));
