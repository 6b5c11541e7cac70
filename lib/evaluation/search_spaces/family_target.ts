import { InputError } from "../../core/mod.ts";
import { featureColumns } from "../../features/mod.ts";
import type { ModelFamily } from "../../models/mod.ts";
import { EDGE } from "./edge_threshold.ts";
import type { Target } from "./target.ts";
import type { TrainingSettings } from "./training_settings.ts";

/** The parameters of one family of models, and the edge from which it trades. */
export function familyTarget({ kind, search }: ModelFamily): Target<TrainingSettings> {
  return {
    summary: `${search.summary}, and the edge to trade from`,
    grid: search.grid,
    defaults: (base) => ({
      ...search.defaults(parametersOf(base, kind), featureColumns(base.features).length),
      edge: base.edgeThreshold,
    }),
    async choose(suggester, base) {
      const columns = featureColumns(base.features).length;
      const parameters = await search.choose(suggester, parametersOf(base, kind), columns);
      const { edge } = await suggester.suggest({ edge: EDGE });
      return { ...base, edgeThreshold: edge, recipe: { kind, parameters } };
    },
  };
}

function parametersOf({ recipe }: TrainingSettings, kind: string): object {
  if (recipe.kind === kind) return recipe.parameters;
  throw new InputError(`Cannot tune a ${kind} from the recipe of a ${recipe.kind}`, {
    where: "recipe file",
    remedy: `give one of kind ${kind}, or --target ${recipe.kind}`,
  });
}
