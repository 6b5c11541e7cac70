import {
  type Category,
  CorruptArtifactError,
  type Distribution,
  type FloatDistribution,
  type IntDistribution,
} from "../../core/mod.ts";
import { formatPythonJson, parsePythonJson } from "./python_json.ts";

/** Attributes of any of Optuna's distributions, its old ones included. */
interface Attributes {
  readonly low: number;
  readonly high: number;
  readonly log?: boolean;
  readonly step?: number | null;
  /** The step of DiscreteUniformDistribution. */
  readonly q: number;
  readonly choices: readonly Category[];
}

/** Reads each of Optuna's classes, the five of before 3.0 included. */
const CLASSES: Readonly<Record<string, (attributes: Attributes) => Distribution>> = {
  FloatDistribution: ({ low, high, log, step }) => real(low, high, log, step),
  UniformDistribution: ({ low, high }) => real(low, high),
  LogUniformDistribution: ({ low, high }) => real(low, high, true),
  DiscreteUniformDistribution: ({ low, high, q }) => real(low, high, false, q),
  IntDistribution: ({ low, high, log, step }) => whole(low, high, log, step),
  IntUniformDistribution: ({ low, high, step }) => whole(low, high, false, step),
  IntLogUniformDistribution: ({ low, high }) => whole(low, high, true),
  CategoricalDistribution: ({ choices }) => ({ type: "categorical", choices }),
};

/** Studies have few distributions and many rows of them: each text is parsed once. */
const PARSED = new Map<string, Distribution>();

/** So many texts are kept; beyond that the ranges change with every trial. */
const MAXIMUM_PARSED = 10_000;

/**
 * Reads a distribution as Optuna stores it.
 *
 * @throws {CorruptArtifactError} when the text is none
 */
export function parseDistribution(text: string): Distribution {
  const known = PARSED.get(text);
  if (known !== undefined) return known;
  const distribution = parse(text);
  if (PARSED.size >= MAXIMUM_PARSED) PARSED.clear();
  PARSED.set(text, distribution);
  return distribution;
}

/** Writes a distribution as Optuna stores it. */
export function formatDistribution(distribution: Distribution): string {
  switch (distribution.type) {
    case "float": {
      const { low, high, log, step } = distribution;
      return formatPythonJson({ name: "FloatDistribution", attributes: { step, low, high, log } });
    }
    case "int": {
      const { low, high, log, step } = distribution;
      return formatPythonJson({ name: "IntDistribution", attributes: { log, step, low, high } });
    }
    case "categorical":
      return formatPythonJson({
        name: "CategoricalDistribution",
        attributes: { choices: distribution.choices },
      });
  }
}

function parse(text: string): Distribution {
  try {
    const { name, attributes } = parsePythonJson(text) as unknown as {
      readonly name: string;
      readonly attributes: Attributes;
    };
    return CLASSES[name]!(attributes);
  } catch (error) {
    const line = text.replaceAll(/\s+/g, " ").slice(0, 200);
    throw new CorruptArtifactError(`Cannot read as a distribution of Optuna: ${line}`, {
      cause: error,
    });
  }
}

function real(
  low: number,
  high: number,
  log = false,
  step: number | null = null,
): FloatDistribution {
  return { type: "float", low, high, log, step };
}

/** What was stored is taken as it is: Optuna has checked it. */
function whole(low: number, high: number, log = false, step: number | null = 1): IntDistribution {
  return { type: "int", low, high, log, step: step ?? 1 };
}
