import { InputError, type JsonValue } from "../core/mod.ts";
import type { Decider, Decision } from "./decider.ts";
import type { DeciderAnswer, DeciderRequest } from "./decider_messages.ts";
import type { DecidingSystem } from "./system_decider.ts";

interface Asked {
  readonly resolve: (value: unknown) => void;
  readonly reject: (reason: Error) => void;
}

/** A request that is answered, before it has its number. */
type Question = DeciderRequest extends infer Request
  ? Request extends { readonly id: number } ? Omit<Request, "id"> : never
  : never;

/**
 * A decider in a worker that may read the package of its inference engine and do nothing else: no
 * network, no environment, no file, no program.
 *
 * @param saved what `save` gave, to go on from there; null to begin
 * @throws {InputError} when the system cannot be opened there
 */
export async function startWorkerDecider(
  deciding: DecidingSystem,
  saved: JsonValue,
): Promise<Decider> {
  const worker = new Worker(new URL("./decider_worker.ts", import.meta.url), {
    type: "module",
    deno: { permissions: { read: [inferencePackage()] } },
  });
  const asked = new Map<number, Asked>();
  let count = 0;
  let broken: Error | null = null;
  const fail = (error: Error): void => {
    broken ??= error;
    for (const { reject } of asked.values()) reject(error);
    asked.clear();
  };
  worker.onmessage = ({ data }: MessageEvent<DeciderAnswer>) => {
    const waiting = asked.get(data.id);
    asked.delete(data.id);
    if ("value" in data) waiting?.resolve(data.value);
    else waiting?.reject(new InputError(data.error.message));
  };
  worker.onerror = (event) => {
    event.preventDefault();
    fail(new Error(`Cannot decide any more: ${event.message}`));
  };
  const send = (request: DeciderRequest): void => worker.postMessage(request);
  const ask = <T>(question: Question): Promise<T> =>
    new Promise<unknown>((resolve, reject) => {
      if (broken !== null) throw broken;
      const id = ++count;
      asked.set(id, { resolve, reject });
      send({ ...question, id });
    }) as Promise<T>;
  try {
    await ask({ kind: "open", deciding, saved });
  } catch (error) {
    worker.terminate();
    throw error;
  }
  return {
    take: (bar) => send({ kind: "take", bar }),
    decide: (held) => ask<Decision>({ kind: "decide", held }),
    save: () => ask<JsonValue>({ kind: "save" }),
    close() {
      fail(new Error("Cannot decide any more: the session has ended"));
      worker.terminate();
    },
  };
}

/** Folder of the engine, whose WebAssembly is read when it starts. */
function inferencePackage(): URL {
  return new URL("../", import.meta.resolve("onnxruntime-web/wasm"));
}
