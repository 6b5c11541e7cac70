import { assert, assertClose } from "./assert.ts";

Deno.test("createSession() runs a model in a thread as in the main one", async () => {
  const thread = new Worker(new URL("fixtures/session_thread.ts", import.meta.url), {
    type: "module",
  });
  try {
    const answer = await new Promise<readonly number[] | string>((resolve) => {
      thread.onmessage = (event: MessageEvent<readonly number[] | string>) => resolve(event.data);
    });
    assert(typeof answer !== "string", `${answer}`);
    assertClose(answer[1]!, 1 / (1 + Math.exp(-2)), 1e-6);
    assertClose(answer[3]!, 1 / (1 + Math.exp(-3)), 1e-6);
  } finally {
    thread.terminate();
  }
});
