import { join } from "node:path";
import { InputError } from "../core/mod.ts";
import type { SystemRecipe } from "../evaluation/mod.ts";
import { defaultRecipe } from "../models/training.ts";
import type { ClassifierManifest } from "../records/mod.ts";
import { defaultTraining } from "../training/mod.ts";
import { assertRejects, inFolder } from "../../tests/fixtures/temporary_folder.ts";
import {
  runSearch,
  SMALL_RECIPE,
  smallMarket,
  smallSearch,
} from "../../tests/fixtures/tune_fixture.ts";
import { searchRecipe } from "./search_recipe.ts";

Deno.test("a study of the night's name that somebody else began is refused in a line that can be followed", () =>
  inFolder(async (folder) => {
    const opened = await smallMarket();
    const storage = join(folder, "tuning.db"), study = "night-1";
    const begun = smallSearch(storage, { study, trials: 1 });
    await runSearch(opened, begun);
    const { features, labels } = SMALL_RECIPE;
    const training = defaultTraining(defaultRecipe("logistic"));
    const { calibration, edgeThreshold, recipe } = training;
    const part = {
      ...{ name: "MES-logistic", kind: recipe.kind, edgeThreshold },
      ...{ featureSpec: features, labelSpec: labels, training: { calibration, recipe } },
    } as unknown as ClassifierManifest;
    const search = (place: string) =>
      searchRecipe(part, { market: begun.market } as unknown as SystemRecipe, opened, {
        ...{ study, storage: place, trials: 1, holdout: begun.holdout, folds: begun.folds + 1 },
        ...{ cashUsd: begun.market.cashUsd, seed: 1, workers: 1, warm: [] },
      }, { clock: { now: () => 0 } });
    await assertRejects(
      search(storage),
      InputError,
      `${storage}, study night-1: Cannot search in a study of this name that was begun otherwise ` +
        "(name another --storage)",
    );
    await search(join(folder, "other.db"));
  }));
