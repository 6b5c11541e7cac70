import { usdToMicros } from "../../trading/mod.ts";
import { type AccountFigure, figure } from "./account_figure.ts";
import type { AccountRequest } from "./account_request.ts";
import type { ContractCounting } from "./contract_count.ts";
import type { ResolvedPart } from "./resolved_part.ts";

/** As the exchanges made them; a set that says otherwise is followed. */
const MICROS_PER_MINI = 10;

const COUNTINGS: Readonly<Record<string, ContractCounting>> = {
  weighted: "weighted",
  "micro-counts-as-mini": "as-minis",
  separate: "separate",
  "one-kind-only": "one-kind",
};

/** The contracts that an account may hold. */
export function contractTerms({ set, stated }: AccountRequest): ResolvedPart {
  const own = set.sizeLimit ?? {};
  const name = "contracts";
  const isStated = stated.minis !== undefined;
  if (stated.minis === "none" || (!isStated && own.counting === "margin-based")) {
    const value = stated.minis === "none" ? "no limit" : "as many as the margin allows";
    const field = isStated ? "stated" : "sizeLimit.counting";
    return { terms: {}, missing: [], figures: [figure(set, name, value, field)] };
  }
  const steps = isStated ? undefined : own.steps;
  const minis = stated.minis ?? own.minis ?? steps?.at(-1)?.minis;
  if (minis === undefined) {
    const setting = '"minis": lots or "none" (with "micros" and "counting" where you know them)';
    const what = "the number of contracts";
    return { terms: {}, figures: [], missing: [{ field: "sizeLimit", what, setting }] };
  }
  const micros = stated.micros ?? (isStated ? undefined : own.micros);
  const known = stated.counting ?? COUNTINGS[own.counting ?? ""];
  // Two limits without a word on how to mix them agree with weights at both ends.
  const isRatio = micros !== undefined && minis > 0 && micros % minis === 0 && micros >= minis;
  const counting = known ?? (own.counting === undefined && isRatio ? "weighted" : "as-minis");
  const microsPerMini = own.microsPerMini ?? (isRatio ? micros / minis : MICROS_PER_MINI);
  const words = {
    weighted: `${microsPerMini} micros count as one mini`,
    "as-minis": "a micro counts as a mini",
    separate: "micros have a limit of their own",
    "one-kind": "minis or micros, not both",
  }[counting];
  const stepWords = steps === undefined
    ? ""
    : `, ${
      steps.map((step) => `${step.minis} from ${step.profitFromUsd} dollars of profit`).join(", ")
    }`;
  const most = micros === undefined ? `${minis} minis` : `${minis} minis, ${micros} micros`;
  const figures: AccountFigure[] = [
    figure(
      set,
      name,
      `at most ${most}${stepWords}; ${words}`,
      isStated ? "stated" : steps === undefined ? "sizeLimit.minis" : "sizeLimit.steps",
    ),
  ];
  if (known === undefined) figures.push(figure(set, name, words, "assumed"));
  return {
    terms: {
      contracts: {
        ...{ minis, microsPerMini, counting },
        ...(micros === undefined ? {} : { micros }),
        ...(steps === undefined ? {} : {
          steps: steps.map((step) => ({
            profitFromMicros: usdToMicros(step.profitFromUsd),
            minis: step.minis,
          })),
          stepsAt: own.stepsEvaluated === "live-equity" ? "live" : "close",
        }),
        ...(own.halfUntilFloorLocked === true ? { halfUntilFloorStops: true } : {}),
      },
    },
    figures,
    missing: [],
  };
}
