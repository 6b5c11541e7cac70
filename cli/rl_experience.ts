import type { Command } from "commander";
import { InputError } from "../lib/core/mod.ts";
import type { OffPolicyEvaluation } from "../lib/rl/mod.ts";
import type { RlSettings } from "../tasks/rl.ts";
import {
  DEFAULT_POLICY_SETTINGS as DEFAULTS,
  evaluateLog,
  learnLog,
} from "../lib/evaluation/mod.ts";
import { table } from "./console.ts";
import { EXIT, ExitWith } from "./exit.ts";
import { number, userPath } from "./options.ts";
import { paint } from "./paint.ts";
import { experienceParameters, type PolicyFlags } from "./policy_options.ts";
import type { CommandContext } from "./run.ts";

/** Flags of logged decisions. */
export interface ExperienceFlags {
  readonly record?: string;
  readonly explore?: number;
  readonly experience?: string;
  readonly evaluate?: string;
}

/** What else of the command's flags counts for logged decisions. */
type LogFlags = ExperienceFlags & PolicyFlags & {
  readonly experience: string;
  readonly data?: string;
  readonly world?: string;
  readonly name?: string;
  readonly models: string;
  readonly seed: number;
};

/** Share of the decisions that are tried at random while logging. */
const EXPLORATION = 0.2;
/** Decisions followed from each logged point. */
const HORIZON = 3;

/** Adds the flags of logged decisions. */
export function addExperienceOptions(command: Command): Command {
  return command
    .option("--record <file>", "trade the held-out bars exploring, and log decisions", userPath)
    .option(
      "--explore <share>",
      `--record: share drawn from all positions (default: ${EXPLORATION})`,
      number(0.001, 1),
    )
    .option("--experience <file>", "logged decisions: learn from them by iql", userPath)
    .option("--evaluate <model>", "--experience: what this policy would have earned instead");
}

/** The part of the settings that says whether and how to log. */
export function recordRequest(
  { evaluate, explore, record }: ExperienceFlags,
): Pick<RlSettings, "record"> {
  if (evaluate !== undefined) {
    throw new InputError("Cannot evaluate a policy without logged decisions", {
      where: "--evaluate",
      remedy: "give a log with --experience",
    });
  }
  if (record !== undefined) {
    return { record: { path: record, exploration: explore ?? EXPLORATION } };
  }
  if (explore === undefined) return {};
  throw new InputError("Cannot explore without a log", {
    where: "--explore",
    remedy: "name a file with --record",
  });
}

/** Learns from logged decisions, or tells from them what a registered policy is worth. */
export async function runOnExperience(flags: LogFlags, context: CommandContext): Promise<void> {
  const {
    data,
    evaluate,
    evidence = DEFAULTS.evidenceShare,
    experience: path,
    models,
    name,
    record,
    seed,
    validation = DEFAULTS.validationShare,
  } = flags;
  if (data !== undefined || flags.world !== undefined || record !== undefined) {
    throw new InputError("Cannot use bars beside logged decisions", {
      where: "--experience",
      remedy: "leave out --data, --world and --record",
    });
  }
  const horizon = flags.horizon ?? HORIZON;
  if (evaluate !== undefined) {
    const document = await evaluateLog({ path, model: evaluate, horizon, seed }, models, context);
    context.result(document, () =>
      [
        ...evaluationLines(document.verdict, document.evaluation),
        ...document.notes.map((note) => `- ${note}`),
      ].join("\n"));
    if (document.refused) throw new ExitWith(EXIT.refused);
    return;
  }
  const document = await learnLog(
    {
      ...{ path, horizon, seed, validationShare: validation, evidenceShare: evidence },
      ...(name === undefined ? {} : { name }),
      parameters: experienceParameters(flags),
    },
    models,
    { clock: context, signal: context.signal, onProgress: context.progress },
  );
  context.result(document, () =>
    [
      ...evaluationLines(document.verdict, document.evaluation),
      ...document.notes.map((note) => `- ${note}`),
      "",
      `registered as ${document.name}@${document.version}, ` +
      (document.stance === "trade" ? "to be followed" : "standing aside"),
      document.path,
    ].join("\n"));
}

function evaluationLines(verdict: string, evaluation: OffPolicyEvaluation): string[] {
  const { behaviour, decisions, effectiveSampleSize, estimates, horizon, windows } = evaluation;
  const figure = (value: number | undefined | null): string => value?.toFixed(4) ?? "n/a";
  const refusals = new Set(estimates.flatMap(({ refusal }) => refusal === null ? [] : [refusal]));
  return [
    paint("bold", verdict),
    "",
    `${decisions.toLocaleString("en")} decisions, ${windows.toLocaleString("en")} stretches of ` +
    `${horizon}, worth ${effectiveSampleSize.toFixed(0)} of the policy's own`,
    `what was done: ${figure(behaviour?.value)} ± ${figure(behaviour?.standardError)} a decision`,
    "",
    table(
      ["estimate", "a decision", "95 % interval", "more than done", "at least (95 %)"],
      estimates.map(({ improvement, interval, method, value }) => [
        method,
        figure(value),
        interval === null ? "n/a" : interval.map(figure).join(" … "),
        figure(improvement?.value),
        figure(improvement?.lowerBound),
      ]),
    ),
    ...[...refusals].map((refusal) => `- ${refusal}`),
  ];
}
