import { assertEquals } from "./assert.ts";
import { testBrokerContract } from "./fixtures/contract/contract_suite.ts";
import { LITTLE_TOY_BROKER, TOY_BROKER } from "./fixtures/toy_venue/toy_under_test.ts";

testBrokerContract(TOY_BROKER);
testBrokerContract(LITTLE_TOY_BROKER);

Deno.test("a venue is added from outside by what the toolkit makes public alone", async () => {
  const folder = new URL("fixtures/toy_venue/", import.meta.url);
  const imports = [];
  for await (const { name } of Deno.readDir(folder)) {
    // What opens it for the laws knows them too.
    if (name === "toy_under_test.ts") continue;
    const text = await Deno.readTextFile(new URL(name, folder));
    imports.push(...[...text.matchAll(/from "([^"]+)"/g)].map((match) => match[1]!));
  }
  const own = ["./toy_books.ts", "./toy_wire.ts"];
  assertEquals([...new Set(imports)].sort(), ["../../../mod.ts", ...own]);
});
