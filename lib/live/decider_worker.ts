/// <reference lib="deno.worker" />
import type { Decider } from "./decider.ts";
import type { DeciderAnswer, DeciderRequest } from "./decider_messages.ts";
import { createSystemDecider } from "./system_decider.ts";

/** Null until the system is there. */
let decider: Decider | null = null;

self.onmessage = ({ data }: MessageEvent<DeciderRequest>): void => {
  switch (data.kind) {
    case "open":
      return answer(data.id, async () => {
        decider = await createSystemDecider(data.deciding, data.saved, "wasm");
        return null;
      });
    case "take":
      return decider!.take(data.bar);
    case "decide":
      return answer(data.id, () => decider!.decide(data.held));
    case "save":
      return answer(data.id, () => decider!.save());
  }
};

function answer(id: number, work: () => Promise<unknown>): void {
  const send = (message: DeciderAnswer): void => self.postMessage(message);
  work().then(
    (value) => send({ id, value }),
    (error: Error) => send({ id, error: { name: error.name, message: error.message } }),
  );
}
