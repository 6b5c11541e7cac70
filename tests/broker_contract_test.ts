import { assert, assertEquals } from "./assert.ts";
import { BROKER_LAWS, lawsFor, testBrokerContract } from "./fixtures/contract/contract_suite.ts";
import { PAPER_BROKER } from "./fixtures/contract/paper_under_test.ts";
import { SIMULATED_BROKER } from "./fixtures/contract/simulated_under_test.ts";
import { PROJECTX_BROKER, TRADOVATE_BROKER } from "./fixtures/contract/venues_under_test.ts";
import { LITTLE_TOY_BROKER, TOY_BROKER } from "./fixtures/toy_venue/toy_under_test.ts";

testBrokerContract(SIMULATED_BROKER);

Deno.test("brokers promise 120 things and more, and some broker is held to each of them", () => {
  assert(BROKER_LAWS.length >= 120);
  assertEquals(new Set(BROKER_LAWS.map(({ name }) => name)).size, BROKER_LAWS.length);
  const toys = [TOY_BROKER, LITTLE_TOY_BROKER];
  const brokers = [SIMULATED_BROKER, PAPER_BROKER, TRADOVATE_BROKER, PROJECTX_BROKER, ...toys];
  const held = new Set(brokers.flatMap(lawsFor));
  assertEquals(BROKER_LAWS.filter((law) => !held.has(law)).map(({ name }) => name), []);
});
