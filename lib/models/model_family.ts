import type { Checkpoint, Grid, Params, Suggester } from "../core/mod.ts";
import type { FeatureFrame, FeatureRows } from "../features/mod.ts";
import type { Labels } from "../labels/mod.ts";
import type { GraphBuilder, Value } from "../onnx/mod.ts";
import type { Comparison, LearningCurve, Scores } from "../records/mod.ts";
import type { Classifier, FitControl, Scaler } from "./classifier.ts";
import type { ParameterFlag } from "./parameter_flag.ts";

/** Which model to fit, with its parameters. Plain JSON. */
export interface ModelRecipe<Parameters extends object = object> {
  /** Kind of a family. */
  readonly kind: string;
  /** What that family's `parseParameters` reads. */
  readonly parameters: Parameters;
}

/** A model before its calibration. */
export interface FittedClassifier<Model extends Classifier = Classifier> {
  /** Reads scaled rows. */
  readonly model: Model;
  /** Applied to the features first; null for none, or where the model holds its own. */
  readonly scaler: Scaler | null;
  /** Losses epoch by epoch; empty for a model without epochs. */
  readonly curves: readonly LearningCurve[];
  /** What a reader should know of the fit, in words. */
  readonly remarks: readonly string[];
}

/** What one model is fitted on, and how it is watched. */
export interface FitRequest<Parameters extends object = object> extends FitControl {
  /** Of the recipe. */
  readonly parameters: Parameters;
  /** Unscaled. */
  readonly frame: FeatureFrame;
  /** Of every row of the frame. */
  readonly labels: Labels;
  /** One per row of the frame. */
  readonly weights: Float64Array;
  /** Labelled rows to learn from, ascending; nothing else may be learnt from. */
  readonly rows: Int32Array;
  /** Rows left out after a tested block, where a fit splits its rows again. */
  readonly embargoBars: number;
  /** Of every random choice. */
  readonly seed: number;
  /** Threads; the result does not depend on it. */
  readonly workers: number;
  /** Keeps the state of a long fit, or of one named part of it; absent to keep nothing. */
  readonly checkpoint?: (part?: string) => Checkpoint;
}

/** How the parameters of a family are searched. */
export interface ParameterSearch<Parameters extends object = object> {
  /** What is searched, in a few words. */
  readonly summary: string;
  /**
   * Values of the grid sampler; a parameter that is not listed keeps its default. It may name
   * `edge` too, the predicted edge to trade from, which every model has.
   */
  readonly grid: Grid;
  /** The values that stand for the parameters one starts from, for models of so many columns. */
  defaults(base: Parameters, columns: number): Params;
  /** Asks for values and gives the parameters that they make of `base`. */
  choose(suggester: Suggester, base: Parameters, columns: number): Promise<Parameters>;
}

/**
 * A family of models: everything that one kind of model needs to be trained, searched, checked and
 * exported. One object in its own folder, and one line in `MODEL_FAMILIES`; code that is heavy to
 * load is imported by `fit` and `predict` themselves.
 */
export interface ModelFamily<
  Parameters extends object = object,
  Model extends Classifier = Classifier,
> {
  /** Name in recipes, manifests and flags, and the `kind` of its fitted models. */
  readonly kind: string;
  /** The parameters of a recipe that names none. */
  readonly defaults: Parameters;
  /** Parameters that `train` takes as flags; the others come from a recipe file. */
  readonly flags: readonly ParameterFlag<Parameters>[];
  /** How its parameters are searched. */
  readonly search: ParameterSearch<Parameters>;
  /** Whether it computes in TensorFlow.js, on whose backend the last bits depend. */
  readonly usesTensorflow: boolean;
  /** How far the exported graph may be from `predict`. */
  readonly parity: {
    /** Largest difference of a probability. */
    readonly tolerance: number;
    /** Share of the probabilities that may differ by more. */
    readonly exemptShare: number;
  };
  /**
   * Checks parameters of unknown origin; what is absent is taken from the defaults.
   *
   * @throws {InputError} when a parameter is unknown or out of range
   */
  parseParameters(json: unknown): Parameters;
  /** Feature rows that one prediction reads, its own included. */
  windowOf(parameters: Parameters): number;
  /**
   * Fits a model on the rows of a request; the same request gives the same bytes.
   *
   * @throws {InputError} when the rows do not suffice
   * @throws the reason of the request's signal when it is aborted
   */
  fit(request: FitRequest<Parameters>): Promise<FittedClassifier<Model>>;
  /**
   * Class probabilities by our own arithmetic, which the exported graph is compared with.
   *
   * @param frame unscaled
   * @param rows each with the model's window of rows up to it inside the frame
   * @returns row-major `[rows.length, model.classes]`, each row summing to 1
   */
  predict(
    model: Model,
    scaler: Scaler | null,
    frame: FeatureRows,
    rows: Int32Array,
  ): Promise<Float32Array>;
  /**
   * Adds a fitted model with its scaler to a graph.
   *
   * @param features float32 `[rows or steps, model.features]`, unscaled
   * @returns float32 `[rows, model.classes]`
   * @throws {RangeError} when its parts do not fit each other
   */
  addToGraph(graph: GraphBuilder, features: Value, model: Model, scaler: Scaler | null): Value;
  /**
   * Looks whether the rows of a fit are enough, before anything is fitted; all are when absent.
   *
   * @throws {InputError} with what would be
   */
  requireRows?(
    parameters: Parameters,
    fit: { readonly rows: Int32Array; readonly labels: Labels; readonly embargoBars: number },
  ): void;
  /** Share of each column in what the model learnt, summing to 1; absent where it has none. */
  importances?(model: Model): Float64Array;
  /** Its parts that can predict alone, by name: scored beside it on the same folds. */
  fittedParts?(
    model: Model,
  ): Readonly<Record<string, Pick<FittedClassifier, "model" | "scaler">>>;
  /** Recipes of its parts, by name, in place of baselines of the same name. */
  partRecipes?(parameters: Parameters): Readonly<Record<string, ModelRecipe>>;
  /** A remark on its scores beside those of others on the same folds; null for none. */
  remarkOn?(
    scores: Scores,
    comparisons: readonly Pick<Comparison, "name" | "metrics">[],
  ): string | null;
}
