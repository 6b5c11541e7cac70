/**
 * The thread behind `sendHeartbeats()`. What goes wrong here is not told: the worker itself will
 * meet a storage that is gone, and one that is away for a moment gets the next heartbeat.
 */
import type { HeartbeatMessage } from "./heartbeat_sender.ts";
import { insertHeartbeat } from "./heartbeats.ts";
import { openSqlDatabase, type SqlDatabase } from "../../db/mod.ts";

/** What a thread has and the main thread has not. */
declare const self: { onmessage: (event: MessageEvent<HeartbeatMessage>) => void };

const running = new Set<number>();
let database: Promise<SqlDatabase | null> = Promise.resolve(null);

self.onmessage = ({ data }: MessageEvent<HeartbeatMessage>): void => {
  switch (data.type) {
    case "open":
      database = openSqlDatabase(data.url).catch(() => null);
      setInterval(beat, data.intervalMs);
      break;
    case "begin":
      running.add(data.trialId);
      break;
    case "end":
      running.delete(data.trialId);
      break;
  }
};

async function beat(): Promise<void> {
  const opened = await database;
  for (const trialId of opened === null ? [] : running) {
    await insertHeartbeat(opened!, trialId).catch(() => undefined);
  }
}
