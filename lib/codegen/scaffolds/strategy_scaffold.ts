import type { Change } from "../change_set.ts";
import { fillTemplate, namedExport, newFile, partName, type ScaffoldRequest } from "./scaffold.ts";
import strategy from "./templates/strategy.template" with { type: "text" };
import strategyTest from "./templates/strategy_test.template" with { type: "text" };

/** A strategy with its test, exported from `mod.ts`. It starts as a breakout of the closes. */
export function strategyScaffold({ name }: ScaffoldRequest): readonly Change[] {
  const part = partName(name);
  const path = `lib/strategies/${part.snake}`;
  const section = "// Strategy and execution\n";
  return [
    newFile(`${path}.ts`, fillTemplate(strategy, part)),
    newFile(`${path}_test.ts`, fillTemplate(strategyTest, part)),
    {
      kind: "edit",
      path: "mod.ts",
      search: section,
      replace: section + namedExport([part.camel, `type ${part.pascal}Options`], `./${path}.ts`),
    },
  ];
}
