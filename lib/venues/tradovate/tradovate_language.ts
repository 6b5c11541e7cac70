import type { Frame } from "../../feeds/mod.ts";
import { fieldsOf, itemsOf, type JsonFields, numberIn, textIn } from "../json_fields.ts";
import { AskedRequests, type RecordedAnswer } from "../recording/asked_requests.ts";
import {
  documentOf,
  type RecordedMessage,
  type VenueLanguage,
} from "../recording/recorded_message.ts";
import { readFrame } from "./socket_frames.ts";

/** How recordings of Tradovate are read. */
export const TRADOVATE_LANGUAGE: VenueLanguage = {
  messages(frames) {
    const reader = new RecordedFrames();
    return frames.flatMap((frame) => reader.take(frame));
  },
  enumerations: [
    ...["http", "messages", "action", "ordStatus", "orderType", "timeInForce", "commandType"],
    ...["commandStatus", "execType", "failureReason", "rejectReason", "reasonCode", "mode"],
    ...["userStatus", "accountType", "marginAccountType", "legalStatus", "adminAction"],
    ...["productType", "priceFormatType", "currencyId", "errorCode", "p-captcha"],
  ],
  states: ["ordStatus", "commandStatus", "execType"],
  trades: ["executionReport Trade", "fill"],
};

/** Fields that say how an order stands, by the entity that they are of. */
const STATES: Readonly<Record<string, readonly string[]>> = {
  order: ["ordStatus"],
  command: ["commandType", "commandStatus"],
  commandReport: ["commandStatus"],
  executionReport: ["execType"],
};

/** What is told of an order without its number stands with the trade that it follows from. */
const OF_TRADES = ["position", "fillPair", "fillFee", "cashBalance", "marginSnapshot"];

class RecordedFrames {
  readonly #requests = new AskedRequests();
  readonly #asked = new Map<string, { readonly path: string; readonly at: number }>();
  /** When each line was heard last. */
  readonly #heardAt = new Map<number, number>();
  readonly #orderOfCommand = new Map<number, number>();

  take(frame: Frame): readonly RecordedMessage[] {
    const answer = this.#requests.take(frame);
    if (answer !== null) return [this.#answer(answer)];
    if (frame.kind === "begun") {
      this.#asked.clear();
      this.#heardAt.clear();
    } else if (frame.kind === "sent") this.#sent(frame);
    return frame.kind === "received" ? this.#received(frame) : [];
  }

  #answer({ asked, at, document, path, waitedMs }: RecordedAnswer): RecordedMessage {
    const name = path.replace(/^\/v1\//, "").toLowerCase();
    const said = fieldsOf(document.body) ?? {}, question = fieldsOf(asked) ?? {};
    const order = numberIn(said, "orderId") ?? numberIn(question, "orderId");
    const commandId = numberIn(said, "commandId");
    if (order !== null && commandId !== null) this.#orderOfCommand.set(commandId, order);
    const isOfOrder = /^order\/(place|modify|cancel)/.test(name);
    return {
      ...{ at, waitedMs, document, name: `answer ${name}`, order },
      step: isOfOrder ? `answer ${name}` : null,
    };
  }

  #sent({ at, line, text }: Extract<Frame, { kind: "sent" }>): void {
    const [path = "", id = ""] = text.split("\n");
    if (id !== "") this.#asked.set(`${line} ${id}`, { path, at });
  }

  #received({ at, line, text }: Extract<Frame, { kind: "received" }>): readonly RecordedMessage[] {
    const before = this.#heardAt.get(line);
    this.#heardAt.set(line, at);
    const plain = { at, order: null, step: null, waitedMs: null };
    const frame = readFrame(text);
    if (frame.kind === "heartbeat") {
      const waitedMs = before === undefined ? null : at - before;
      return [{ ...plain, name: "frame h", document: null, waitedMs }];
    }
    if (frame.kind !== "messages") {
      return [{ ...plain, name: `frame ${frame.kind}`, document: documentOf(text.slice(1)) }];
    }
    const messages = itemsOf(documentOf(text.slice(1))).flatMap((message) => {
      const fields = fieldsOf(message);
      return fields === null ? [] : [this.#message(fields, line, at)];
    });
    const events = messages.filter(({ name }) => name.startsWith("event"));
    if (events.length === 0) return messages;
    const document = { messages: events.length > 1 ? "several" : "one" };
    return [{ ...plain, name: "frame of events", document }, ...messages];
  }

  #message(fields: JsonFields, line: number, at: number): RecordedMessage {
    const event = textIn(fields, "e"), plain = { at, waitedMs: null, order: null, step: null };
    if (event === "props") return this.#change(fieldsOf(fields.d) ?? {}, at);
    if (event !== null) {
      return { ...plain, name: `event ${event}`, document: { d: fields.d ?? null } };
    }
    const asked = this.#asked.get(`${line} ${numberIn(fields, "i")}`);
    const { i: _number, ...document } = fields;
    return {
      ...plain,
      name: `reply ${asked?.path.toLowerCase() ?? "to nothing"}`,
      document: { http: document.s ?? null, ...("d" in document ? { d: document.d! } : {}) },
      waitedMs: asked === undefined ? null : at - asked.at,
    };
  }

  #change(change: JsonFields, at: number): RecordedMessage {
    const type = textIn(change, "entityType") ?? "?", kind = textIn(change, "eventType") ?? "?";
    const entity = fieldsOf(change.entity) ?? fieldsOf(itemsOf(change.entity)[0]) ?? {};
    const words = (STATES[type] ?? []).map((field) => textIn(entity, field) ?? "?");
    const order = this.#orderOf(type, entity);
    const { entityType: _type, eventType: _kind, ...document } = change;
    return {
      ...{ at, waitedMs: null, name: `event ${type} ${kind}`, document, order },
      step: order === null && !OF_TRADES.includes(type)
        ? null
        : [type, ...(words.length > 0 ? words : [])].join(" "),
    };
  }

  #orderOf(type: string, entity: JsonFields): number | null {
    if (type === "order") return numberIn(entity, "id");
    const order = numberIn(entity, "orderId");
    const command = numberIn(entity, type === "command" ? "id" : "commandId");
    if (order !== null && command !== null) this.#orderOfCommand.set(command, order);
    return order ?? (command === null ? null : this.#orderOfCommand.get(command) ?? null);
  }
}
