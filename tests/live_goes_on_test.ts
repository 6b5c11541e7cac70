import type { SessionSlot } from "../lib/live/mod.ts";
import type { JournaledDeployment, KeptEntry } from "../lib/trading/mod.ts";
import { goesOnWith } from "../tasks/trade/goes_on_with.ts";
import type { TradedSystem } from "../tasks/trade/traded_systems.ts";
import { assertEquals } from "./assert.ts";

function deployed(version: number, sizeFactor = 1): JournaledDeployment {
  return { system: `ab@${version}`, sha256: `${version}`, alias: "champion", sizeFactor };
}

/** Nothing but what is looked at here. */
function slotOf(deployment: JournaledDeployment): SessionSlot {
  return { deployment, from: 5 } as unknown as SessionSlot;
}

function systemOf(version: number): TradedSystem {
  return { name: "ab", version, sha256: `${version}` } as unknown as TradedSystem;
}

/** What is looked at where `traded` was kept last and the alias points at version 1. */
async function lookedAt(traded: readonly JournaledDeployment[] | null) {
  const state = { kind: "state", sessionTime: 9, state: { deployments: traded } };
  const opened: number[] = [];
  const { slots, systems } = await goesOnWith(
    { slots: [slotOf(deployed(1))], systems: [systemOf(1)] },
    {
      journal: { last: () => (traded === null ? null : state) as unknown as KeptEntry & never },
      deployments: {
        current: () => deployed(1),
        open: (_slot, deployment, at) => (opened.push(at), Promise.resolve(slotOf(deployment))),
      },
      load: (reference) => Promise.resolve(systemOf(Number(reference.split("@")[1]))),
    },
  );
  return {
    slots: slots.map(({ deployment }) => [deployment.system, deployment.sizeFactor]),
    systems: systems.map(({ version }) => version),
    opened,
  };
}

Deno.test("before it goes on, a session looks at the system that it goes on with, and at what it will take up", async () => {
  assertEquals(await lookedAt(null), { slots: [["ab@1", 1]], systems: [1], opened: [] });
  assertEquals(await lookedAt([deployed(1)]), {
    ...{ slots: [["ab@1", 1]], systems: [1], opened: [] },
  });
  // Switched, killed, and rolled back before it went on.
  assertEquals(await lookedAt([deployed(2)]), {
    ...{ slots: [["ab@2", 1]], systems: [2, 1], opened: [9] },
  });
  // Another size alone is the same system with other margin.
  assertEquals(await lookedAt([deployed(1, 0.5)]), {
    ...{ slots: [["ab@1", 0.5]], systems: [1], opened: [9] },
  });
});
