import { main } from "../cli/main.ts";
import { sandboxAuditText } from "../cli/sandbox_audit.ts";
import { VirtualClock } from "../lib/core/virtual_clock.ts";
import { type Frame, openFrameRecorder } from "../lib/feeds/mod.ts";
import { auditSandbox, explainRecordings, rehearsePlain } from "../tasks/sandbox_audit.ts";
import { rehearse } from "../tasks/sandbox_audit/rehearse.ts";
import type { RehearsedVenue } from "../tasks/sandbox_audit/rehearsed_venue.ts";
import { REHEARSED_VENUES } from "../tasks/sandbox_audit/rehearsed_venues.ts";
import { assert, assertEquals } from "./assert.ts";

const { projectx: PROJECTX, tradovate: TRADOVATE } = REHEARSED_VENUES;

/** As the doubles are when nothing is switched. */
const PLAIN = {
  tradovate: await rehearsePlain(TRADOVATE),
  projectx: await rehearsePlain(PROJECTX),
};

/** A venue of which only some guesses are tried: each costs a rehearsal. */
function trying(venue: RehearsedVenue, guesses: readonly string[]): RehearsedVenue {
  const alternatives = Object.fromEntries(
    guesses.map((guess) => [guess, venue.alternatives[guess]!]),
  );
  return { ...venue, alternatives, faults: [] };
}

/** As the real venue would be, were it the double with other guesses; on another market. */
function realVenue(venue: RehearsedVenue, guesses: readonly string[]): Promise<readonly Frame[]> {
  return rehearse(venue, { guesses, faults: [] }, 11);
}

/** What differs, by the guesses that explain it. */
async function explained(venue: RehearsedVenue, frames: readonly Frame[]) {
  const { differences } = await explainRecordings(venue, [frames], PLAIN[venue.request.kind]);
  return {
    differences,
    guesses: [...new Set(differences.flatMap(({ guesses }) => guesses))].toSorted(),
    open: differences.filter(({ guesses }) => guesses.length === 0),
  };
}

Deno.test("a venue that is as its double says shows nothing strange", async () => {
  for (const venue of [TRADOVATE, PROJECTX]) {
    const { differences } = await explained(trying(venue, []), await realVenue(venue, []));
    assertEquals(differences, []);
  }
});

Deno.test("what Tradovate does otherwise than the double is named, with the guess that it concerns, and nothing else", async () => {
  const tried = trying(TRADOVATE, ["stamps", "successReason", "fillOrder", "frames", "eventOrder"]);
  const switched = ["fillOrder=fill-report-position", "stamps=shortest", "successReason=said"];
  const { differences, guesses, open } = await explained(
    tried,
    await realVenue(TRADOVATE, switched),
  );
  assertEquals([guesses, open], [switched, []]);
  const of = (guess: string) => differences.filter(({ guesses }) => guesses.includes(guess));
  assertEquals(
    of(switched[2]!).map(({ field, kind, message, example }) => [
      ...[kind, message, field, example],
    ]),
    [["field", "answer order/placeorder", ".body.failureReason", '"Success"']],
  );
  assert(
    of(switched[0]!).some(({ field, kind, message }) =>
      kind === "order" && message === "fill" && field === "executionReport Trade"
    ),
  );
  assert(of(switched[1]!).every(({ kind, value }) => kind === "type" && /^moment/.test(value!)));
});

Deno.test("what ProjectX does otherwise than the double is named, with the guess that it concerns, and nothing else", async () => {
  const tried = trying(PROJECTX, ["eventForm", "quotes", "envelope"]);
  const switched = ["eventForm=list", "quotes=whole"];
  const { differences, guesses, open } = await explained(
    tried,
    await realVenue(PROJECTX, switched),
  );
  assertEquals([guesses, open], [switched, []]);
  const lists = differences.filter(({ guesses }) => guesses.includes(switched[0]!));
  assertEquals(lists.map(({ kind, message, value }) => [kind, message, value]).toSorted(), [
    ["type", "event GatewayUserAccount", "list"],
    ["type", "event GatewayUserOrder", "list"],
    ["type", "event GatewayUserPosition", "list"],
    ["type", "event GatewayUserTrade", "list"],
  ]);
});

/** The same recording as a venue would have made it that nobody has guessed. */
function changed(frames: readonly Frame[]): readonly Frame[] {
  const clean = (text: string): string =>
    text.replaceAll('"ordStatus":"Working"', '"ordStatus":"Resting"')
      .replaceAll('"finallyPaired":', '"pairedLots":').replaceAll('"netPos":', '"net":');
  return frames.map((frame) => {
    if (frame.kind === "received") return { ...frame, text: clean(frame.text) };
    if (frame.kind !== "answered" || frame.status !== 200) return frame;
    const isPlaced = frame.body.startsWith('{"orderId"');
    return { ...frame, status: isPlaced ? 201 : 200, body: clean(frame.body) };
  });
}

Deno.test("what no guess and no fault explains is named as that: fields, values and statuses", async () => {
  const { differences, open } = await explained(
    trying(TRADOVATE, ["stamps"]),
    changed(await realVenue(TRADOVATE, [])),
  );
  assertEquals(open.length, differences.length);
  const said = open.map(({ field, kind, message, shownBy, value }) =>
    [shownBy, kind, message, field, value].join(" ")
  );
  for (
    const line of [
      "venue value answer order/placeorder .http 201",
      "double value answer order/placeorder .http 200",
      "venue field answer position/list .body[].net ",
      "double field answer position/list .body[].netPos ",
      "venue value event order Updated .entity.ordStatus Resting",
      "double value event order Updated .entity.ordStatus Working",
      "venue field event fill Created .entity.pairedLots ",
      "double field event fill Created .entity.finallyPaired ",
    ]
  ) assert(said.includes(line), `${line} in ${said.join("\n")}`);
  // Only what was changed: four things, wherever they stand.
  const strange = said.filter((line) =>
    !/\.http|\.net(Pos)? $|(pairedLots|finallyPaired) $|ordStatus (Resting|Working)/.test(line)
  );
  assertEquals(strange, []);
});

Deno.test("a fault of the double that shows the same is named where no guess does", async () => {
  const frames = await rehearse(TRADOVATE, {
    guesses: [],
    faults: [{ name: "unknown-entity", times: 3 }],
  }, 11);
  const venue = { ...trying(TRADOVATE, ["stamps"]), faults: ["overfill", "unknown-entity"] };
  const { differences } = await explainRecordings(venue, [frames], PLAIN.tradovate);
  const of = (name: string) => differences.filter(({ faults }) => faults.includes(name));
  assert(of("unknown-entity").length > 0, JSON.stringify(differences));
  assertEquals(of("overfill"), []);
});

Deno.test("a recording of a folder becomes a text and a document; what is none is one line", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const clock = new VirtualClock(), freeBytes = () => Promise.resolve(1e12);
    const recorder = await openFrameRecorder(folder, { clock, feed: "projectx-demo", freeBytes });
    const frames = await realVenue(PROJECTX, []);
    for (const frame of frames.slice(1)) recorder.write(frame);
    recorder.close();
    const document = await auditSandbox(folder);
    assertEquals(
      [document.broker, document.recordings, document.frames, document.differences],
      ["projectx", 1, frames.length, []],
    );
    const text = sandboxAuditText(document);
    assert(text.includes("nothing that the venue showed is strange to the double"), text);
    assert(
      document.waits.some(({ message, venue }) =>
        message === "answer Order/place" && venue.medianMs === 60
      ),
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
  const said = console.error, lines: string[] = [];
  console.error = (line: string) => lines.push(line);
  try {
    assertEquals(await main(["sandbox-audit", "no-such-recording"]), 2);
    assertEquals(await main(["sandbox-audit", "../keys"]), 2);
    assertEquals(await main(["doctor", "--record", "x"]), 2);
  } finally {
    console.error = said;
  }
  assertEquals(lines.length, 3);
  assert(lines[0]!.includes("Cannot find a recording"), lines[0]);
  assert(lines[1]!.includes("Cannot name a recording"), lines[1]);
  assert(lines[2]!.includes("no venue is reached"), lines[2]);
});
