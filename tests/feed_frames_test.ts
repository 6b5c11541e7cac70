import fc from "fast-check";
import { join } from "node:path";
import { createRandom } from "../lib/core/random.ts";
import { InputError } from "../lib/core/errors.ts";
import { VirtualClock } from "../lib/core/virtual_clock.ts";
import type { Frame } from "../lib/feeds/frames/frame.ts";
import {
  frameFiles,
  type FrameRecorder,
  type FrameRecorderOptions,
  openFrameRecorder,
} from "../lib/feeds/frames/frame_recorder.ts";
import { openFrameReplay } from "../lib/feeds/frames/frame_replay.ts";
import { readFrames } from "../lib/feeds/frames/read_frames.ts";
import { recordTransport } from "../lib/feeds/frames/recording_transport.ts";
import { assert, assertEquals } from "./assert.ts";
import type { Misbehaviour } from "./fixtures/crypto_venue.ts";
import { assertRejects, inFolder } from "./fixtures/temporary_folder.ts";
import { at, cameUntil, follow, openFollowing, trouble } from "./fixtures/venue_fixture.ts";

const PLENTY = (): Promise<number> => Promise.resolve(1e15);
const KINDS: readonly Misbehaviour[] = [
  ...["silent", "half-open", "drop", "restart", "out-of-order", "corrections", "missing"] as const,
  ...["leaky", "strangers", "garbage", "busy", "broken", "early"] as const,
];

Deno.test("recorded frames give the same bars, marks and news once more, whatever the venue did", async () => {
  await inFolder(async (root) => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 1e6 }), async (seed) => {
        const folder = join(root, `${seed}-${crypto.randomUUID()}`), random = createRandom(seed);
        const troubles = Array.from({ length: random.integer(5) }, () => {
          const from = random.integer(9 * 60) / 60;
          const until = from + 0.1 + random.integer(3 * 60) / 60;
          return trouble(KINDS[random.integer(KINDS.length)]!, from, until);
        });
        const clock = new VirtualClock(at(0, 17));
        const recorder = await openFrameRecorder(folder, {
          ...{ clock, feed: "binance:BTCUSDT", freeBytes: PLENTY, fileBytes: 20_000 },
        });
        const followed = follow({
          ...{ troubles, venue: { seed } },
          wrap: (transport, clock) => recordTransport(transport, recorder, clock),
        });
        const came = await cameUntil(followed, at(14, 30));
        recorder.close();
        assert(frameFiles(folder).length > 1, "files were rotated");
        const replay = await openFrameReplay(readFrames(folder));
        assertEquals(replay.feed, "binance:BTCUSDT");
        const cancel = new AbortController();
        const again = openFollowing(replay.transport, replay.clock, { signal: cancel.signal });
        const taken: typeof came = [];
        const replaying = (async () => {
          for (let row = await again.feed.next(); row !== null; row = await again.feed.next()) {
            const { bars, marks } = again.feed;
            const [time, open, high, low, close, volume] = [
              ...[bars.time, bars.open, bars.high, bars.low, bars.close, bars.volume],
            ].map((column) => column[row!]!) as [number, number, number, number, number, number];
            taken.push({
              ...{ bar: { time, open, high, low, close, volume }, marks },
              at: replay.clock.now(),
            });
          }
        })();
        await replay.play();
        cancel.abort();
        await replaying;
        assertEquals(taken, came, JSON.stringify(troubles));
        const told = JSON.stringify(followed.news);
        assertEquals(JSON.stringify(again.news.slice(0, followed.news.length)), told);
      }),
      { numRuns: 25 },
    );
  });
});

async function recordInto(
  folder: string,
  options: Partial<FrameRecorderOptions>,
  test: (recorder: FrameRecorder, clock: VirtualClock) => Promise<void> | void,
): Promise<void> {
  const clock = new VirtualClock(1_000);
  const recorder = await openFrameRecorder(folder, {
    ...{ clock, feed: "test", freeBytes: PLENTY },
    ...options,
  });
  try {
    await test(recorder, clock);
  } finally {
    recorder.close();
  }
}

function message(at: number, text = "x".repeat(100)): Frame {
  return { kind: "received", at, line: 1, text };
}

Deno.test("a recorder rotates its files, keeps the newest, and goes on behind older recordings", () =>
  inFolder(async (folder) => {
    for (let session = 0; session < 2; session++) {
      await recordInto(folder, { fileBytes: 1_000, files: 5 }, (recorder) => {
        for (let i = 0; i < 20; i++) recorder.write(message(i));
      });
    }
    const names = frameFiles(folder);
    assertEquals([names.length, names.at(-1)], [5, "frames-00000006.jsonl"]);
    const frames = await Array.fromAsync(readFrames(folder));
    assertEquals(frames.filter(({ kind }) => kind === "begun").length, 1, "the first one is gone");
    assertEquals((await Array.fromAsync(readFrames(folder, 1))).length, 21);
    const all = await openFrameReplay(readFrames(folder, 1));
    assertEquals(all.feed, "test");
    await assertRejects(
      openFrameReplay((async function* () {
        yield message(1);
      })()),
      InputError,
      "the beginning of their recording is gone",
    );
  }));

Deno.test("a recorder leaves the disk its floor, tells it, and says where the hole is", () =>
  inFolder(async (folder) => {
    let free = 5e9;
    const troubles: string[] = [];
    const options = {
      ...{ floorBytes: 1e9, freeBytes: () => Promise.resolve(free) },
      onTrouble: (reason: string) => void troubles.push(reason),
    };
    await recordInto(folder, options, async (recorder, clock) => {
      recorder.write(message(1));
      free = 1e8;
      await clock.advance(40_000);
      recorder.write(message(2));
      await clock.advance(1_000);
      for (let i = 0; i < 100; i++) recorder.write(message(3));
      assertEquals(recorder.isRecording, false);
      free = 5e9;
      await clock.advance(40_000);
      recorder.write(message(4));
      await clock.advance(1_000);
      recorder.write(message(5));
      assertEquals(recorder.isRecording, true);
    });
    assertEquals(troubles, [
      "frames are not recorded: the disk has 95 MiB left, less than 953 MiB",
      "frames are recorded again",
    ]);
    const frames = await Array.fromAsync(readFrames(folder));
    assertEquals(frames.map(({ kind }) => kind), [
      ...["begun", "received", "received", "hole", "received"],
    ]);
    const replay = await openFrameReplay(readFrames(folder));
    await assertRejects(replay.play(), InputError, "as some were not recorded");
  }));

Deno.test("a recorder that cannot write stops, and the feed goes on", () =>
  inFolder(async (folder) => {
    const troubles: string[] = [];
    await recordInto(folder, {
      ...{ fileBytes: 1, onTrouble: (reason) => void troubles.push(reason) },
    }, (recorder) => {
      Deno.removeSync(folder, { recursive: true });
      recorder.write(message(1));
      recorder.write(message(2));
      assertEquals([recorder.isRecording, troubles.length], [false, 1]);
    });
    Deno.mkdirSync(folder);
  }));

Deno.test("a line that a crash has cut is passed over; one that was changed is named", () =>
  inFolder(async (folder) => {
    await recordInto(folder, {}, (recorder) => recorder.write(message(1)));
    const path = join(folder, frameFiles(folder)[0]!);
    await Deno.writeTextFile(path, '{"kind":"received","at":2,"li', { append: true });
    assertEquals((await Array.fromAsync(readFrames(folder))).length, 2);
    await Deno.writeTextFile(path, "\n", { append: true });
    await assertRejects(Array.fromAsync(readFrames(folder)), InputError, "line 3");
  }));

Deno.test("headers of requests, where keys stand, are not recorded", () =>
  inFolder(async (folder) => {
    await recordInto(folder, {}, async (recorder, clock) => {
      const headers = { "set-cookie": "s3cret", date: "now" };
      const transport = recordTransport(
        {
          request: () => Promise.resolve({ status: 200, headers, body: "fine" }),
          open: () => Promise.reject(new Error("not here")),
        },
        recorder,
        clock,
      );
      const url = "https://example.test/";
      await transport.request({ method: "GET", url, headers: { authorization: "s3cret" } });
    });
    const text = Deno.readTextFileSync(join(folder, frameFiles(folder)[0]!));
    assert(!text.includes("s3cret") && text.includes('"date":"now"'));
  }));
