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
  const creation = `${FOLDER}/create_learner.ts`;
  const firstImport = `import { differentiableSharpe } from "./differentiable_sharpe.ts";\n`;
  const lastCase = "      return proximalPolicy({ ...DEFAULT_PROXIMAL, discount });\n";
  return [
    newFile(`${FOLDER}/${part.snake}.ts`, fillTemplate(learner, part)),
    newFile(`${FOLDER}/${part.snake}_test.ts`, fillTemplate(learnerTest, part)),
    {
      kind: "edit",
      path: `${FOLDER}/learner.ts`,
      search: `"ppo",\n`,
      replace: `"ppo",\n  "${part.kebab}",\n`,
    },
    {
      kind: "edit",
      path: creation,
      search: firstImport,
      replace: `${firstImport}import { ${part.camel} } from "./${part.snake}.ts";\n`,
    },
    {
      kind: "edit",
      path: creation,
      search: lastCase,
      replace: `${lastCase}    case "${part.kebab}":\n      return ${part.camel}();\n`,
    },
  ];
}
