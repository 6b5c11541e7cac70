import type { Change } from "../change_set.ts";
import { fillTemplate, namedExport, newFile, partName, type ScaffoldRequest } from "./scaffold.ts";
import sampler from "./templates/sampler.template" with { type: "text" };
import samplerTest from "./templates/sampler_test.template" with { type: "text" };

/**
 * A sampler of hyperparameters with its test, exported from `mod.ts` and known to `tune --sampler`.
 * It starts as a search around the best trial so far.
 */
export function samplerScaffold({ name }: ScaffoldRequest): readonly Change[] {
  const part = partName(name);
  const folder = "lib/tuning/samplers";
  const path = `${folder}/${part.snake}_sampler`;
  const list = `${folder}/samplers.ts`;
  const firstImport = `import { GRID_SAMPLER } from "./grid_sampler.ts";\n`;
  const lastLine = "  GRID_SAMPLER,\n";
  const names = [`${part.camel}Sampler`, `type ${part.pascal}SamplerOptions`];
  const section = "// Registry\n";
  return [
    newFile(`${path}.ts`, fillTemplate(sampler, part)),
    newFile(`${path}_test.ts`, fillTemplate(samplerTest, part)),
    {
      kind: "edit",
      path: "mod.ts",
      search: section,
      replace: `${namedExport(names, `./${path}.ts`)}\n${section}`,
    },
    {
      kind: "edit",
      path: list,
      search: firstImport,
      replace:
        `${firstImport}import { ${part.upper}_SAMPLER } from "./${part.snake}_sampler.ts";\n`,
    },
    {
      kind: "edit",
      path: list,
      search: lastLine,
      replace: `${lastLine}  ${part.upper}_SAMPLER,\n`,
    },
  ];
}
