import { throws as assertThrows } from "node:assert/strict";
import { assertEquals } from "../../../tests/assert.ts";
import { DEFAULT_NETWORK, parseNetworkParameters } from "./parameters.ts";

Deno.test("parseNetworkParameters() fills in defaults and says what is wrong, where", () => {
  assertEquals(parseNetworkParameters({}), DEFAULT_NETWORK);
  assertEquals(parseNetworkParameters({ schedule: "plateau" }).schedule, "plateau");
  const wrong: readonly (readonly [unknown, RegExp])[] = [
    [{ window: 0 }, /^window: Cannot read the network parameters: .*\(the parameters are window, /],
    [{ units: [8, 0] }, /^units\.1: /],
    [{ units: [] }, /^units: /],
    [{ dropout: 0.95 }, /^dropout: /],
    [{ schedule: "linear" }, /^schedule: /],
    [{ depth: 3 }, /^Cannot read .*depth/],
    [null, /^Cannot read/],
  ];
  for (const [json, message] of wrong) {
    assertThrows(() => parseNetworkParameters(json), { name: "InputError", message });
  }
});
