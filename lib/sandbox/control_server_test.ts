import { VirtualClock } from "../core/mod.ts";
import { findInstrument } from "../market/mod.ts";
import { simulateBars } from "../simulator/mod.ts";
import { assert, assertEquals } from "../../tests/assert.ts";
import { controlServer } from "./control_server.ts";
import { PROJECTX_FAULTS } from "./projectx/gateway_faults.ts";
import { createProjectxSandbox } from "./projectx/projectx_sandbox.ts";
import { TRADOVATE_FAULTS } from "./tradovate/fault_catalogue.ts";
import { createTradovateSandbox } from "./tradovate/tradovate_sandbox.ts";

const BARS = simulateBars({
  ...{ world: { kind: "gbm" }, instrument: findInstrument("MES"), bars: 600, seed: 1 },
  ...{ intervalMs: 60_000, start: Date.parse("2026-11-23T15:00Z") },
  ...{ startPrice: 6_000, volatilityTicks: 6 },
});

const DOUBLES = {
  tradovate: { create: createTradovateSandbox, faults: TRADOVATE_FAULTS, account: 20_000 },
  projectx: { create: createProjectxSandbox, faults: PROJECTX_FAULTS, account: 700_001 },
};

for (const [broker, { account, create, faults }] of Object.entries(DOUBLES)) {
  const open = () => {
    const clock = new VirtualClock(BARS.time[100]!);
    const sandbox = create({ clock, bars: BARS, seed: 1 });
    const control = controlServer(sandbox, faults, { clock, speed: 1, begun: "now", ends: 0 });
    const ask = async (method: "POST" | "DELETE", path: string, body?: string) => {
      const url = `http://control${path}`;
      const answer = await control.answer({ method, url, ...(body === undefined ? {} : { body }) });
      // What it leads to comes later.
      await clock.advance(5_000);
      return [answer.status, (JSON.parse(answer.body) as { error?: string }).error ?? ""] as const;
    };
    return { sandbox, ask };
  };

  Deno.test(`nothing that its control is asked ends the double of ${broker}`, async () => {
    const { ask, sandbox } = open();
    const trade = (accountId: unknown, lots: unknown) => JSON.stringify({ accountId, lots });
    const named = `accountId is one of ${account} (`;
    const cases: readonly (readonly ["POST" | "DELETE", string, string | undefined, string])[] = [
      ...[1, -1, 1.5, null, `${account}`, [account], {}].map((id) =>
        ["POST", "/trade", trade(id, 1), named] as const
      ),
      ...[0, 1.5, 1_001, -1e300, null, "1", [1]].map((lots) =>
        ["POST", "/trade", trade(account, lots), "lots are signed and whole"] as const
      ),
      ["POST", "/trade", `{"accountId":${account},"lots":NaN}`, "send one JSON object"],
      ["POST", "/trade", `{"accountId":${account},"lots":1e999}`, "lots are signed and whole"],
      ["POST", "/trade", `{"accountId":${account}}`, "lots are signed and whole"],
      ...[undefined, "", "{", "null", "5", "[]", '"x"'].flatMap((body) =>
        ["/trade", "/faults"].map((path) => ["POST", path, body, "send one JSON object"] as const)
      ),
      ...["{}", '{"fault":5}', '{"fault":null}'].map((body) =>
        ["POST", "/faults", body, "GET /faults lists them"] as const
      ),
      ["POST", "/faults", '{"fault":"nonsense"}', "Cannot find the fault 'nonsense'"],
      ["POST", "/faults", '{"fault":"toString"}', "Cannot read the fault"],
      ["POST", "/faults", '{"fault":"lost-answer:0"}', "at least once"],
      ["POST", "/faults", '{"fault":"lost-answer@-3"}', "Cannot read '-3' as a moment"],
      ["POST", "/faults", '{"fault":"lost-answer@1"}'.replace("1", "9".repeat(400)), "as a moment"],
      ["DELETE", "/faults?name=nonsense", undefined, "Cannot find the fault 'nonsense'"],
    ];
    for (const [method, path, body, part] of cases) {
      const [status, error] = await ask(method, path, body);
      assertEquals([status, error.includes(part)], [400, true], `${path} ${body}: ${error}`);
    }
    assertEquals(sandbox.truth().accounts.flatMap(({ orders }) => orders), []);
    assertEquals(await ask("POST", "/trade", trade(account, -2)), [200, ""]);
    const [first] = sandbox.truth().accounts;
    assertEquals(first!.positions.map(({ lots }) => lots), [-2]);
    sandbox.close();
  });

  Deno.test(`a trade by hand that ${broker} does not take is said`, async () => {
    const clock = new VirtualClock(BARS.time.at(-1)! + 86_400_000 * 400);
    const sandbox = create({ clock, bars: BARS, seed: 1 });
    const control = controlServer(sandbox, faults, { clock, speed: 1, begun: "now", ends: 0 });
    const { body, status } = await control.answer({
      ...{ method: "POST", url: "http://control/trade" },
      body: JSON.stringify({ accountId: account, lots: 1 }),
    });
    assertEquals(status, 409);
    assert(JSON.parse(body).error.length > 0, body);
    sandbox.close();
  });
}
