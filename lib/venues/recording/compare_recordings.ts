import type { Frame } from "../../feeds/mod.ts";
import {
  fieldName,
  type FieldShape,
  type MessageShape,
  messageShapes,
  parentPath,
  type Seen,
} from "./message_shapes.ts";
import { type StepOrders, stepOrders } from "./step_orders.ts";
import type { VenueLanguage } from "./recorded_message.ts";

/** Something that one side has shown and the other one never. */
export interface RecordingDifference {
  /**
   * A message, a field of it, that it lacks a field, a kind of value, one of few values, or what came
   * before what.
   */
  readonly kind: "message" | "field" | "absence" | "type" | "value" | "order";
  /** Who has shown it. */
  readonly shownBy: "venue" | "double";
  /** Name of the message; of an order of two things the first of them. */
  readonly message: string;
  /** Where in it; of an order of two things the second of them; null for the whole message. */
  readonly field: string | null;
  /** Kind of value or value; null for none. */
  readonly value: string | null;
  /** How often it was shown. */
  readonly times: number;
  /** How often the other side could have shown it. */
  readonly chances: number;
  /** As it looked the first time; null where nothing stands for it. */
  readonly example: string | null;
}

/** How long something took, milliseconds. */
export interface WaitedTimes {
  readonly times: number;
  readonly medianMs: number;
  readonly longestMs: number;
}

/** Two recordings beside one another. */
export interface RecordingComparison {
  readonly differences: readonly RecordingDifference[];
  /** What one side alone was asked for, so that nothing follows from it. */
  readonly askedOnce: { readonly venue: readonly string[]; readonly double: readonly string[] };
  /** How long answers took, and the time between two signs of life. */
  readonly waits: readonly {
    readonly message: string;
    readonly venue: WaitedTimes;
    readonly double: WaitedTimes;
  }[];
}

/** What recordings come to, for comparing them with others. */
export interface DescribedRecording {
  /** Values of fields that orders go through, wherever they stood: `ordStatus Filled`. */
  readonly states: ReadonlySet<string>;
  readonly shapes: ReadonlyMap<string, MessageShape>;
  readonly orders: StepOrders;
}

/** What is said in recordings, each from its beginning, and in which order. */
export function describeRecordings(
  recordings: readonly (readonly Frame[])[],
  language: VenueLanguage,
): DescribedRecording {
  const all = recordings.map((frames) => language.messages(frames));
  const shapes = messageShapes(all.flat(), language);
  return {
    shapes,
    states: new Set(
      shapes.values().flatMap(({ fields }) =>
        fields.entries().flatMap(([path, { values }]) => {
          const name = fieldName(path);
          return language.states.includes(name)
            ? values.keys().map((value) => `${name} ${value}`)
            : [];
        })
      ),
    ),
    orders: stepOrders(all, language),
  };
}

/**
 * What comes about now and then at the double alone is told where so many times of it would have been
 * expected of the venue: with three, 1 of 20 is missing by chance.
 */
const LEAST_EXPECTED = 3;

/** What a venue has shown that its double never shows, and the other way round. */
export function compareRecordings(
  venue: DescribedRecording,
  double: DescribedRecording,
): RecordingComparison {
  const isAsked = (name: string): boolean => /^(answer|reply) /.test(name);
  const only = (here: DescribedRecording, there: DescribedRecording): readonly string[] =>
    [...here.shapes.keys()].filter((name) => !there.shapes.has(name)).toSorted();
  const venueOnly = only(venue, double), doubleOnly = only(double, venue);
  const shared = [...venue.shapes.keys()].filter((name) => double.shapes.has(name)).toSorted();
  return {
    differences: [
      ...venueOnly.filter((name) => !isAsked(name))
        .map((name) => ofMessage(name, "venue", venue.shapes.get(name)!)),
      ...shared.flatMap((name) =>
        differencesOf(name, venue.shapes.get(name)!, double.shapes.get(name)!)
      ).filter((difference) =>
        !isShownElsewhere(difference, difference.shownBy === "venue" ? double : venue)
      ),
      ...orderDifferences(venue.orders, double.orders),
      ...doubleOnly.filter((name) => !isAsked(name))
        .map((name) => ofMessage(name, "double", double.shapes.get(name)!))
        .filter(({ times }) => times * said(venue) / said(double) >= LEAST_EXPECTED),
    ],
    askedOnce: { venue: venueOnly.filter(isAsked), double: doubleOnly.filter(isAsked) },
    waits: shared.flatMap((message) => {
      const waits = [venue, double].map(({ shapes }) => waitedTimes(shapes.get(message)!.waits));
      const [ofVenue, ofDouble] = waits;
      return ofVenue == null || ofDouble == null
        ? []
        : [{ message, venue: ofVenue, double: ofDouble }];
    }),
  };
}

/**
 * Whether recordings show what differs between two others.
 *
 * @returns null where it could not have come about in them
 */
export function showsDifference(
  recording: DescribedRecording,
  difference: RecordingDifference,
): boolean | null {
  const { orders, shapes } = recording;
  const { field, kind, message, value } = difference;
  if (kind === "order") {
    if ((orders.get(message)?.get(field!) ?? 0) > 0) return true;
    return (orders.get(field!)?.get(message) ?? 0) > 0 ? false : null;
  }
  const shape = shapes.get(message);
  if (kind === "message") return shape !== undefined;
  const place = shape?.fields.get(field!);
  if (shape === undefined) return null;
  if (kind === "absence") {
    return place === undefined ? null : place.times < parentsOf(field!, shape);
  }
  if (kind === "field") {
    return place !== undefined ? true : parentsOf(field!, shape) > 0 ? false : null;
  }
  if (place === undefined) return null;
  const isHere = kind === "value" ? place.values.has(value!) : place.types.has(value!);
  return isHere || isShownElsewhere(difference, recording);
}

/**
 * Whether a recording shows what a field has in some other message. Only of two things does that say
 * enough: a state of orders, which one message may go through and another not, and how a moment is
 * written. A venue writes what has one name in one way, and how long a moment is hangs on the moment:
 * one at a full minute comes too rarely for each message.
 */
function isShownElsewhere(
  { field, kind, value }: Pick<RecordingDifference, "field" | "kind" | "value">,
  { shapes, states }: DescribedRecording,
): boolean {
  const name = fieldName(field!);
  if (kind === "value") return states.has(`${name} ${value}`);
  return kind === "type" && value!.startsWith("moment") &&
    shapes.values().some(({ fields }) =>
      fields.entries().some(([path, { types }]) => fieldName(path) === name && types.has(value!))
    );
}

/** How many messages there are in all. */
function said({ shapes }: DescribedRecording): number {
  return shapes.values().reduce((sum, { times }) => sum + times, 0);
}

function ofMessage(
  message: string,
  shownBy: "venue" | "double",
  { example, times }: MessageShape,
): RecordingDifference {
  return {
    kind: "message",
    shownBy,
    message,
    field: null,
    value: null,
    times,
    chances: 0,
    example,
  };
}

function differencesOf(
  message: string,
  venue: MessageShape,
  double: MessageShape,
): readonly RecordingDifference[] {
  const paths = [...new Set([...venue.fields.keys(), ...double.fields.keys()])].toSorted();
  return paths.flatMap((field): readonly RecordingDifference[] => {
    const here = venue.fields.get(field), there = double.fields.get(field);
    const atVenue = parentsOf(field, venue), atDouble = parentsOf(field, double);
    // Where there is no such object, what would stand in it says nothing more.
    if (atVenue === 0 || atDouble === 0) return [];
    if (here !== undefined && there !== undefined) {
      return [
        ...absences(message, field, [here.times, atVenue], [there.times, atDouble]),
        ...ofValues(message, field, here, there),
      ];
    }
    const shownBy = here === undefined ? "double" : "venue";
    const { times, types } = (here ?? there)!, [{ example }] = [...types.values()] as [Seen];
    const chances = here === undefined ? atVenue : atDouble;
    // What the double shows now and then may just not have come about at the venue.
    if (shownBy === "double" && times / atDouble * atVenue < LEAST_EXPECTED && times < atDouble) {
      return [];
    }
    return [{ kind: "field", shownBy, message, field, value: null, times, chances, example }];
  });
}

/** A field that one side lacks now and then, the other one never. */
function absences(
  message: string,
  field: string,
  [shown, atVenue]: readonly [number, number],
  [there, atDouble]: readonly [number, number],
): readonly RecordingDifference[] {
  // An empty list lacks nothing.
  if (field.endsWith("[]")) return [];
  const common = { kind: "absence" as const, message, field, value: null, example: null };
  const atVenueLacking = atVenue - shown, atDoubleLacking = atDouble - there;
  if (atVenueLacking > 0 && atDoubleLacking === 0) {
    return [{ ...common, shownBy: "venue", times: atVenueLacking, chances: atDouble }];
  }
  const isExpected = atDoubleLacking / atDouble * atVenue >= LEAST_EXPECTED;
  return atVenueLacking === 0 && isExpected
    ? [{ ...common, shownBy: "double", times: atDoubleLacking, chances: atVenue }]
    : [];
}

/** How many objects or lists of messages could have had a place. */
function parentsOf(path: string, { fields, times }: MessageShape): number {
  const parent = parentPath(path);
  if (parent === null) return times;
  const type = path.endsWith("[]") ? "list" : "object";
  return fields.get(parent)?.types.get(type)?.times ?? 0;
}

function ofValues(
  message: string,
  field: string,
  venue: FieldShape,
  double: FieldShape,
): readonly RecordingDifference[] {
  const found: RecordingDifference[] = [];
  for (const [value, { example, times }] of venue.types) {
    if (double.types.has(value)) continue;
    const chances = double.times;
    found.push({ kind: "type", shownBy: "venue", message, field, value, times, chances, example });
  }
  for (const shownBy of ["venue", "double"] as const) {
    const [own, other] = shownBy === "venue" ? [venue, double] : [double, venue];
    // A value of another type is told by its type.
    if (other.values.size === 0) continue;
    for (const [value, { example, times }] of own.values) {
      if (other.values.has(value)) continue;
      const chances = other.times;
      if (shownBy === "double" && times / own.times * chances < LEAST_EXPECTED) continue;
      found.push({ kind: "value", shownBy, message, field, value, times, chances, example });
    }
  }
  return found;
}

/** Two things that came in an order in which the other side, which has both, never shows them. */
function orderDifferences(venue: StepOrders, double: StepOrders): readonly RecordingDifference[] {
  const found: RecordingDifference[] = [];
  for (const [first, seconds] of venue) {
    for (const [second, times] of seconds) {
      const chances = double.get(second)?.get(first) ?? 0;
      // Twice may be chance, where the one does not follow from the other.
      if (chances < LEAST_EXPECTED || (double.get(first)?.get(second) ?? 0) > 0) continue;
      found.push({
        ...{ kind: "order", shownBy: "venue", message: first, field: second, value: null },
        ...{ times, chances, example: null },
      });
    }
  }
  return found;
}

function waitedTimes(waits: readonly number[]): WaitedTimes | null {
  if (waits.length === 0) return null;
  const sorted = waits.toSorted((a, b) => a - b);
  return {
    times: sorted.length,
    medianMs: sorted[Math.floor(sorted.length / 2)]!,
    longestMs: sorted.at(-1)!,
  };
}
