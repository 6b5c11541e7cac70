import { createRandom, VirtualClock } from "../core/mod.ts";
import { assertEquals } from "../../tests/assert.ts";
import { createMemoryTransport } from "./memory_transport.ts";
import type { Line } from "./transport.ts";

Deno.test("messages of one line arrive in their order, however long each takes", async () => {
  const clock = new VirtualClock(), random = createRandom(1), heard: string[] = [];
  const counted = Array.from({ length: 50 }, (_, i) => String(i));
  let server: Line | null = null;
  const transport = createMemoryTransport(clock, {
    "venue.test": {
      answer: () => Promise.reject(new Error("nobody asks")),
      accept(_url, client) {
        server = client;
        client.send("hello");
        return { onMessage: (text) => void heard.push(`server ${text}`), onClose: () => {} };
      },
    },
  }, { delayMs: () => 200 * random.uniform() });
  const opening = transport.open("wss://venue.test/", {
    onMessage: (text) => void heard.push(`client ${text}`),
    onClose: (reason) => void heard.push(reason),
  }).then((line) => (heard.push("opened"), line));
  await clock.advance(1_000);
  const line = await opening;
  for (const text of counted) {
    line.send(text);
    server!.send(text);
    await clock.advance(10 * random.uniform());
  }
  server!.close();
  await clock.advance(1_000);
  const of = (who: string): string[] => heard.filter((text) => text.startsWith(who));
  assertEquals(heard.slice(0, 2), ["opened", "client hello"]);
  assertEquals(of("client").slice(1), counted.map((text) => `client ${text}`));
  assertEquals(heard.at(-1), "closed by the server");
  // What was still under way to a server that has closed is lost, and only that.
  assertEquals(of("server"), counted.slice(0, of("server").length).map((text) => `server ${text}`));
});
