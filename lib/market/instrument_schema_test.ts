import { z } from "zod";
import { assertEquals } from "../../tests/assert.ts";
import { instrumentSchemas } from "./instrument_schema.ts";

const PUBLISHED = new URL("../../docs/instruments.schema.json", import.meta.url);

Deno.test("docs/instruments.schema.json is the schema that files of instruments are checked by", () => {
  const schema = z.toJSONSchema(instrumentSchemas().file, { io: "input" });
  const published = JSON.parse(Deno.readTextFileSync(PUBLISHED));
  assertEquals(published, JSON.parse(JSON.stringify(schema)));
});
