import type { JsonValue } from "../core/mod.ts";
import type { JournaledBar } from "../trading/mod.ts";
import type { Held } from "./decider.ts";
import type { DecidingSystem } from "./system_decider.ts";

/** What the worker of a decider is told. */
export type DeciderRequest =
  | {
    readonly kind: "open";
    readonly id: number;
    readonly deciding: DecidingSystem;
    readonly saved: JsonValue;
  }
  | { readonly kind: "take"; readonly bar: JournaledBar }
  | { readonly kind: "decide"; readonly id: number; readonly held: Held }
  | { readonly kind: "save"; readonly id: number };

/** What it answers. */
export type DeciderAnswer =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: { readonly name: string; readonly message: string } };
