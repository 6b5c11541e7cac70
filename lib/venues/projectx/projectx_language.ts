import type { JsonValue } from "../../core/mod.ts";
import type { Frame } from "../../feeds/mod.ts";
import { fieldsOf, itemsOf, type JsonFields, numberIn, textIn } from "../json_fields.ts";
import { AskedRequests, type RecordedAnswer } from "../recording/asked_requests.ts";
import {
  documentOf,
  type RecordedMessage,
  type VenueLanguage,
} from "../recording/recorded_message.ts";

/** How recordings of a gateway of ProjectX are read. */
export const PROJECTX_LANGUAGE: VenueLanguage = {
  messages(frames) {
    const reader = new RecordedRecords();
    return frames.flatMap((frame) => reader.take(frame));
  },
  enumerations: [
    ...["http", "status", "errorCode", "type", "side", "action", "activeContract", "simulated"],
    ...["voided", "success", "allowReconnect"],
  ],
  states: ["status"],
  trades: ["GatewayUserTrade"],
};

const ORDER = "gatewayuserorder", TRADE = "gatewayusertrade";
/** Without the number of an order: they stand with the trade that they follow from. */
const OF_TRADES = ["gatewayuserposition", "gatewayuseraccount"];

class RecordedRecords {
  readonly #requests = new AskedRequests();
  readonly #asked = new Map<string, { readonly target: string; readonly at: number }>();
  readonly #heardAt = new Map<number, number>();

  take(frame: Frame): readonly RecordedMessage[] {
    const answer = this.#requests.take(frame);
    if (answer !== null) return [gatewayAnswer(answer)];
    if (frame.kind === "begun") {
      this.#asked.clear();
      this.#heardAt.clear();
    }
    if (frame.kind !== "sent" && frame.kind !== "received") return [];
    const records = frame.text.split("\x1e").filter((text) => text !== "").map(documentOf);
    return records.flatMap((record) =>
      frame.kind === "sent" ? this.#sent(frame, record) : this.#received(frame, record)
    );
  }

  #sent({ at, line }: { readonly at: number; readonly line: number }, record: JsonValue): [] {
    const fields = fieldsOf(record) ?? {};
    const id = textIn(fields, "invocationId"), target = textIn(fields, "target");
    if (id !== null && target !== null) this.#asked.set(`${line} ${id}`, { target, at });
    return [];
  }

  #received(
    { at, line }: { readonly at: number; readonly line: number },
    record: JsonValue,
  ): readonly RecordedMessage[] {
    const before = this.#heardAt.get(line);
    this.#heardAt.set(line, at);
    const plain = { at, waitedMs: null, order: null, step: null };
    const fields = fieldsOf(record);
    if (fields === null) return [{ ...plain, name: "record that is none", document: record }];
    const { type = null, ...document } = fields;
    switch (type) {
      case null:
        return [{ ...plain, name: "record handshake", document }];
      case 1:
        return [hubEvent(fields, at)];
      case 3: {
        const asked = this.#asked.get(`${line} ${textIn(fields, "invocationId")}`);
        const { invocationId: _id, ...said } = document;
        return [{
          ...{ ...plain, name: `reply ${asked?.target ?? "to nothing"}`, document: said },
          waitedMs: asked === undefined ? null : at - asked.at,
        }];
      }
      case 6: {
        const waitedMs = before === undefined ? null : at - before;
        return [{ ...plain, name: "record ping", document, waitedMs }];
      }
      default:
        return [{ ...plain, name: `record of type ${type}`, document }];
    }
  }
}

function gatewayAnswer({ asked, at, document, path, waitedMs }: RecordedAnswer): RecordedMessage {
  const name = path.replace(/^\/api\//, "");
  const said = fieldsOf(document.body) ?? {}, question = fieldsOf(asked) ?? {};
  const isOfOrder = /^Order\/(place|modify|cancel)$/i.test(name);
  const order = numberIn(said, "orderId") ?? numberIn(question, "orderId");
  return {
    ...{ at, waitedMs, document, name: `answer ${name}` },
    ...{ order: isOfOrder ? order : null, step: isOfOrder ? `answer ${name}` : null },
  };
}

function hubEvent(fields: JsonFields, at: number): RecordedMessage {
  const target = textIn(fields, "target") ?? "?", name = target.toLowerCase();
  const [first = null] = itemsOf(fields.arguments);
  const told = fieldsOf(itemsOf(first)[0]) ?? fieldsOf(first) ?? {};
  const entity = fieldsOf(told.data) ?? fieldsOf(itemsOf(told.data)[0]) ?? told;
  const order = name === ORDER
    ? numberIn(entity, "id")
    : name === TRADE
    ? numberIn(entity, "orderId")
    : null;
  const isOfOrder = order !== null || OF_TRADES.includes(name);
  const state = name === ORDER ? ` status ${numberIn(entity, "status") ?? "?"}` : "";
  return {
    ...{ at, waitedMs: null, name: `event ${target}`, order },
    document: { arguments: fields.arguments ?? null },
    step: isOfOrder ? `${target}${state}` : null,
  };
}
