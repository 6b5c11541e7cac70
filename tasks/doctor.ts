import { availableParallelism } from "node:os";
import { openRegistry, requireWritable } from "../lib/registry/mod.ts";
import { type Clock, InputError } from "../lib/core/mod.ts";
import {
  DATA_FOLDER,
  hardware,
  MODELS_FOLDER,
  REPORTS_FOLDER,
  VERSION,
} from "../lib/core/program.ts";
import { createSession, type OnnxEngine } from "../lib/onnx/mod.ts";
import { exportClassifier } from "../lib/models/training.ts";
import { loadPlotly } from "../lib/report/mod.ts";

/** One thing that was looked at. */
export interface Check {
  readonly name: string;
  readonly ok: boolean;
  /** What was found. */
  readonly found: string;
  /** What to do about it; null when nothing is wrong. */
  readonly remedy: string | null;
}

/** What `doctor --json` prints. */
export interface DoctorDocument {
  readonly ok: boolean;
  readonly checks: readonly Check[];
}

/** The Deno release the toolkit is tested with. */
const TESTED_DENO = "2.9";

/** Runs every check by doing the thing, not by asking whether it might work. */
export async function diagnose(clock: Clock): Promise<DoctorDocument> {
  const checks: Check[] = [
    denoVersion(),
    {
      name: "machine",
      ok: true,
      found: `${hardware()}, ${availableParallelism()} threads`,
      remedy: null,
    },
    await attempt("ONNX Runtime, WebAssembly", () => infer("wasm"), "run `deno install`"),
    await attempt(
      "ONNX Runtime, native",
      () => infer("native"),
      "run `deno install`; without it every task still works on WebAssembly, about 3 times slower",
    ),
    await attempt("time zones", timeZones, "install a Deno build with full ICU data"),
    await attempt(
      "Plotly",
      async () => `${(await loadPlotly()).length} bytes`,
      "run `deno install`",
    ),
  ];
  for (const folder of [MODELS_FOLDER, REPORTS_FOLDER, DATA_FOLDER]) {
    checks.push(
      await attempt(
        `write to ${folder}`,
        () => {
          requireWritable(folder);
          return "yes";
        },
        "make the folder writable",
      ),
    );
  }
  checks.push(
    await attempt("model registry", () => registry(clock), "run `deno task models verify`"),
  );
  return { ok: checks.every((check) => check.ok), checks };
}

function denoVersion(): Check {
  const ok = Deno.version.deno.startsWith(`${TESTED_DENO}.`);
  return {
    name: "Deno",
    ok,
    found: `${Deno.version.deno} (toolkit ${VERSION}, tested with ${TESTED_DENO})`,
    remedy: ok ? null : `use Deno ${TESTED_DENO}, for example \`npx -y deno@2.9.6 task …\``,
  };
}

async function attempt(
  name: string,
  look: () => string | Promise<string>,
  remedy: string,
): Promise<Check> {
  try {
    return { name, ok: true, found: await look(), remedy: null };
  } catch (error) {
    return { name, ok: false, found: (error as Error).message, remedy };
  }
}

/** Exports a two-feature model and runs it: the whole path that every model takes. */
async function infer(engine: OnnxEngine): Promise<string> {
  const onnx = exportClassifier({
    model: {
      kind: "logistic",
      features: 2,
      classes: 3,
      weights: Float32Array.of(1, 0, -1, 0, 0, 0),
      intercepts: new Float32Array(3),
    },
    scaler: null,
    calibration: { method: "none" },
    metadata: {},
  });
  const session = await createSession(onnx, { engine });
  try {
    const [down = NaN, flat = NaN, up = NaN] = await session.run(Float32Array.of(0, 0), 1);
    if (Math.abs(down - 1 / 3) > 1e-6 || Math.abs(flat - up) > 1e-6) {
      throw new Error(`the answer is wrong: ${down}, ${flat}, ${up}`);
    }
    return "a model was exported, loaded and gave the right answer";
  } finally {
    await session.dispose();
  }
}

function timeZones(): string {
  const chicago = Temporal.Instant.from("2024-07-01T21:00:00Z").toZonedDateTimeISO(
    "America/Chicago",
  );
  if (chicago.hour !== 16) throw new Error(`21:00 UTC in July is ${chicago.hour}:00 in Chicago`);
  return "America/Chicago has its summer time";
}

function registry(clock: Clock): string {
  try {
    using registry = openRegistry({ folder: MODELS_FOLDER, clock, readOnly: true });
    const lost = registry.unreadable().length;
    return `${registry.list().length} versions` + (lost === 0 ? "" : `, ${lost} unreadable`);
  } catch (error) {
    if (error instanceof InputError) return "empty";
    throw error;
  }
}
