import { auditSession } from "../lib/evaluation/audit/audit_session.ts";
import { readStory } from "../lib/evaluation/audit/read_story.ts";
import { rebuildBooks } from "../lib/journal/mod.ts";
import { assert, assertEquals } from "./assert.ts";
import { projectXVenue } from "./fixtures/projectx_session.ts";
import { PROGRAM, SHARED_SLOT, SharedAccount } from "./fixtures/shared_account.ts";
import { tradovateVenue } from "./fixtures/tradovate_session.ts";

const VENUES = { Tradovate: tradovateVenue, ProjectX: projectXVenue };

/** A session that holds two lots of its own, at each double. */
function testShared(name: string, holds: (account: SharedAccount) => Promise<void>): void {
  for (const [venue, open] of Object.entries(VENUES)) {
    Deno.test(`a session at ${venue} ${name}`, async () => {
      const account = new SharedAccount(open());
      try {
        await account.begin();
        await account.minutes(1);
        assertEquals([account.held, ...account.known], [2, 2, 0]);
        assertEquals(await account.exits(), [-2, -2]);
        await holds(account);
      } finally {
        await account.close();
      }
    });
  }
}

/** What the journal says alone, and that its audit leaves nothing over and names a person. */
async function audit({ journal }: SharedAccount): Promise<readonly [number, number]> {
  const found = await auditSession(await readStory(journal.entries()), {
    systems: { slotOf: () => SHARED_SLOT, start: (_, __, saved) => SHARED_SLOT.start(saved) },
    ...{ reference: null, program: PROGRAM },
  });
  assertEquals(found.residualMicros, 0);
  assert(found.causes.some(({ name }) => name === "manual"), JSON.stringify(found.causes));
  const [slot] = (await rebuildBooks(journal.entries())).slots;
  return [slot!.positionLots, slot!.strangerLots ?? 0];
}

/** What it has said that it leaves, each once. */
function leftAlone(account: SharedAccount): readonly (readonly [lots: number, own: number])[] {
  return account.entries("left-alone").map(({ lots, ownLots }) => [lots, ownLots]);
}

testShared("flattens its own lots and leaves those that a person has bought", async (account) => {
  await account.person(3);
  await account.minutes(1);
  assertEquals([account.held, ...account.known], [5, 2, 3]);
  assert(account.view.halted !== null, "it halts");
  assertEquals(await account.exits(), [-2, -2]);
  await account.tell("flatten");
  await account.minutes(1);
  assertEquals([account.held, ...account.known], [3, 0, 3]);
  assertEquals([await account.exits(), leftAlone(account)], [[], [[3, 2]]]);
  const { positions, slots } = await account.stop();
  assertEquals([positions, slots[0]!.strangerLots, account.held], ["flat", 3, 3]);
  assertEquals(leftAlone(account), [[3, 2], [3, 0]]);
  assertEquals(await audit(account), [0, 3]);
});

testShared("never closes more than a person has left of its lots", async (account) => {
  await account.person(-1);
  await account.minutes(1);
  assertEquals([account.held, ...account.known], [1, 1, 0]);
  assertEquals(await account.exits(), [-1, -1]);
  await account.tell("flatten");
  await account.minutes(1);
  assertEquals([account.held, await account.exits(), leftAlone(account)], [0, [], []]);
  await account.stop();
  assertEquals(await audit(account), [0, 0]);
});

testShared("closes nothing once a person has turned its position", async (account) => {
  await account.person(-5);
  await account.minutes(1);
  assertEquals([account.held, ...account.known], [-3, 0, -3]);
  assertEquals(await account.exits(), []);
  await account.tell("flatten");
  await account.minutes(2);
  assertEquals([account.held, leftAlone(account)], [-3, [[-3, 0]]]);
  await account.stop();
  assertEquals(await audit(account), [0, -3]);
});

testShared("does not take for its own what a person buys after he closed all", async (account) => {
  await account.person(-2);
  assertEquals([account.held, await account.exits()], [0, []]);
  await account.person(2);
  await account.minutes(1);
  assertEquals([account.held, ...account.known, await account.exits()], [2, 0, 2, []]);
  await account.tell("flatten");
  await account.minutes(1);
  assertEquals(account.held, 2);
  await account.stop();
  assertEquals(await audit(account), [0, 2]);
});

testShared("enters nothing beside lots of a person, and goes on without them", async (account) => {
  await account.person(1);
  await account.tell("flatten");
  await account.tell("resume");
  await account.minutes(2);
  assertEquals([account.held, ...account.known, account.view.halted], [1, 0, 1, null]);
  assertEquals(
    account.view.slots[0]!.stop,
    "1 lots of MES are somebody else's: nothing is entered there",
  );
  await account.person(-1);
  await account.tell("resume");
  await account.minutes(2);
  assertEquals([account.held, ...account.known], [2, 2, 0]);
  await account.stop();
  assertEquals(await audit(account), [2, 0]);
});

testShared("knows after a kill, by its journal, which lots are whose", async (account) => {
  await account.person(3);
  await account.kill();
  // He sells four while nobody is there: his three, and one of the session's.
  await account.person(-4);
  await account.begin();
  await account.minutes(1);
  assertEquals([account.held, ...account.known], [1, 1, 0]);
  await account.person(2);
  await account.kill();
  await account.begin();
  await account.minutes(1);
  assertEquals([account.held, ...account.known, await account.exits()], [3, 1, 2, [-1, -1]]);
  const compared = account.entries("reconciled");
  assertEquals(compared.map(({ strangerLots }) => strangerLots), [{}, { MES: 2 }]);
  assertEquals(compared.map(({ unexplainedLots }) => unexplainedLots), [{}, {}]);
  await account.tell("flatten");
  await account.minutes(1);
  assertEquals([account.held, leftAlone(account)], [2, [[2, 1]]]);
  await account.stop();
  assertEquals(await audit(account), [0, 2]);
});
