/**
 * What fits, exports and repeats models: the families and their recipes. TensorFlow.js is loaded
 * when a family that needs it is asked to fit or to predict; nothing that serves imports this.
 *
 * @module
 */
export {
  calibrate,
  fitCalibrated,
  type Fitted,
  predict,
  splitForCalibration,
} from "./calibrated_fit.ts";
export { type ClassifierParts, exportClassifier } from "./export_classifier.ts";
export { defaultRecipe, familyOf, MODEL_FAMILIES } from "./model_families.ts";
export { BASELINE_RECIPES, parseRecipe, recipeWindow } from "./model_recipe.ts";
export { predictRows } from "./predict_rows.ts";
