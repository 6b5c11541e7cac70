import { join } from "node:path";
import { assert, assertEquals } from "./assert.ts";
import { PROJECT } from "./fixtures/run_command.ts";

function sourcesOf(folder: string): string[] {
  return [...Deno.readDirSync(join(PROJECT, folder))].flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory) return sourcesOf(path);
    return /\.(ts|md|template)$/.test(entry.name) ? [path] : [];
  });
}

/** What a heading of a page is called in links. */
function anchorsOf(page: string): ReadonlySet<string> {
  const text = Deno.readTextFileSync(join(PROJECT, page));
  const anchors = [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) =>
    heading.toLowerCase().replace(/[^\p{L}\d -]/gu, "").trim().replaceAll(" ", "-")
  );
  return new Set(anchors);
}

Deno.test("every section of a page that code, tests or pages name exists", () => {
  const pages = new Map<string, ReadonlySet<string>>();
  const missing: string[] = [];
  let named = 0;
  for (const path of ["lib", "cli", "tasks", "tests", "bench", "docs"].flatMap(sourcesOf)) {
    const text = Deno.readTextFileSync(join(PROJECT, path));
    const references = text.matchAll(/(docs\/[\w/.-]+\.md)((?:(?:,| and| to)?[\s*]*#[\w-]+)+)/g);
    for (const [, page = "", sections = ""] of references) {
      const anchors = pages.get(page) ?? anchorsOf(page);
      pages.set(page, anchors);
      for (const [section] of sections.matchAll(/(?<=#)[\w-]+/g)) {
        named++;
        if (!anchors.has(section)) missing.push(`${path}: ${page}#${section}`);
      }
    }
  }
  assertEquals(missing, []);
  assert(named > 80, `only ${named} references were found`);
});
