import type { Change } from "../change_set.ts";
import { fillTemplate, newFile, partName, type ScaffoldRequest } from "./scaffold.ts";
import learner from "./templates/learner.template" with { type: "text" };
import learnerTest from "./templates/learner_test.template" with { type: "text" };

const FOLDER = "lib/rl/learners";

/**
 * A learner of policies with its test, known to `rl --algorithm`. It starts as the exact gradient
 * of the net result less a penalty on losses.
 */
export function learnerScaffold({ name }: ScaffoldRequest): readonly Change[] {
  const part = partName(name);
  const list = `${FOLDER}/learners.ts`;
  const firstImport = `import { DIFFERENTIABLE_SHARPE } from "./differentiable_sharpe.ts";\n`;
  const lastLine = "  PROXIMAL_POLICY,\n";
  return [
    newFile(`${FOLDER}/${part.snake}.ts`, fillTemplate(learner, part)),
    newFile(`${FOLDER}/${part.snake}_test.ts`, fillTemplate(learnerTest, part)),
    {
      kind: "edit",
      path: list,
      search: firstImport,
      replace: `${firstImport}import { ${part.upper}_LEARNER } from "./${part.snake}.ts";\n`,
    },
    {
      kind: "edit",
      path: list,
      search: lastLine,
      replace: `${lastLine}  ${part.upper}_LEARNER,\n`,
    },
  ];
}
