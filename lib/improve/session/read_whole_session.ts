import { CorruptArtifactError, InputError } from "../../core/mod.ts";
import { readStory, type SessionStory } from "../../evaluation/mod.ts";
import { type JournalCheck, openJournalReader } from "../../journal/mod.ts";

/**
 * What a session did, from a journal that is as it was written: every entry is hashed again.
 *
 * @throws {InputError} when there is none, or it has not traded
 * @throws {CorruptArtifactError} when it is another one now
 */
export async function readWholeSession(
  sessions: string,
  name: string,
): Promise<{ readonly journal: JournalCheck; readonly story: SessionStory }> {
  using reader = openJournalReader(sessions, name);
  const journal = reader.check();
  if (journal.fault !== null) {
    throw new CorruptArtifactError(
      `${name}: Cannot audit a journal that is not what was written: ${journal.fault.text} ` +
        "(restore it from a backup)",
    );
  }
  const story = await readStory(reader.entries());
  if (story.bars.some((bars) => bars.length === 0)) {
    throw new InputError(`Cannot audit ${name} as it has not traded a bar yet`, {
      where: sessions,
      remedy: "let it trade first: see `deno task sessions show`",
    });
  }
  return { journal, story };
}
