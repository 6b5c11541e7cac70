import { dirname, join } from "node:path";
import {
  type Database,
  explainStorageError,
  openDatabase,
  REGISTRY_MIGRATIONS,
} from "../db/mod.ts";
import { type Clock, CorruptArtifactError, InputError, sha256Hex } from "../core/mod.ts";
import {
  type ModelManifest,
  parseSystem,
  systemBytes,
  type TradingSystem,
} from "../records/mod.ts";
import {
  type AliasChange,
  aliasHistory,
  aliasStack,
  type Deployment,
  moveAlias,
} from "./aliases.ts";
import { artifactPath, listArtifacts, readArtifact, writeArtifact } from "./artifact_store.ts";
import { collectGarbage, type GarbageOptions, type GarbageReport } from "./collect_garbage.ts";
import {
  type CurrentDeployment,
  currentDeployment,
  currentDeployments,
  noEarlier,
  promoteSystem,
  rollbackSystem,
} from "./deployments.ts";
import {
  insertLeakVerdict,
  type LeakVerdict,
  type RegisteredKind,
  requirePromotable,
} from "./leak_verdict.ts";
import {
  aliasOf,
  isSystemName,
  nameOf,
  noModels,
  resolveReference,
  resolveSystemReference,
  systemsOf,
  versionsOf,
} from "./reference.ts";
import {
  insertSystem,
  selectSystems,
  type SystemVersion,
  toSystemVersion,
} from "./system_versions.ts";
import {
  checkManifest,
  insertVersion,
  manifestText,
  type ModelVersion,
  parseManifest,
  readVersions,
  selectVersions,
  toModelVersion,
  type UnreadableVersion,
  type VersionRow,
} from "./model_versions.ts";
import { type ArtifactCheck, verifyRegistry } from "./verify_registry.ts";

export type {
  AliasChange,
  ArtifactCheck,
  CurrentDeployment,
  Deployment,
  GarbageOptions,
  GarbageReport,
  LeakVerdict,
  ModelVersion,
  RegisteredKind,
  SystemVersion,
  UnreadableVersion,
};

/** Exceptions from the rules of promotion. */
export interface PromoteOptions {
  /** A version that was never checked for leaks may replace one that passed. @default {false} */
  readonly allowUnchecked?: boolean;
  /** What the sizes of a system are multiplied by, above 0 and at most 1. @default {1} */
  readonly sizeFactor?: number;
}

/** A version with its model, hashed again on reading. */
export interface StoredModel extends ModelVersion {
  /** The bytes of the model. */
  readonly onnx: Uint8Array;
  /** The `.onnx` file. */
  readonly path: string;
}

/** A trading system with its document, hashed again on reading. */
export interface StoredSystem extends SystemVersion {
  /** All that decides. */
  readonly system: TradingSystem;
  /** The `.json` file. */
  readonly path: string;
}

/** A trained model on its way into the registry. */
export interface NewModel {
  /** Its `onnx.sha256` has to be that of `onnx`. */
  readonly manifest: ModelManifest;
  /** The bytes of the model. */
  readonly onnx: Uint8Array;
  /** SHA-256 of the code that trained it. */
  readonly codeSha256: string;
  /** `name@version` it was refitted from, or the id of a run. */
  readonly parentRun: string | null;
  /** Further metrics to query by, beside the manifest's own. */
  readonly metrics?: Readonly<Record<string, number | null>>;
}

/** Where the registry lies. */
export interface RegistryOptions {
  /** Holds `registry.sqlite` and `artifacts/`; made when absent, unless `readOnly`. */
  readonly folder: string;
  /** Dates registrations and moves of aliases. */
  readonly clock: Clock;
  /** Reads without writing a byte; needs read access to the folder alone. @default {false} */
  readonly readOnly?: boolean;
}

/**
 * Registry of trained models and of the trading systems made of them: immutable numbered versions,
 * aliases that move with a reason and a history, artifacts named by their content. Several
 * processes may use one folder at once.
 *
 * A reference is `name`, `name@version` or `name@alias`; a plain name is its champion, or its
 * newest version while it has none. A name is either that of models or that of systems. Methods
 * throw `InputError` for what does not exist.
 */
export interface Registry extends Disposable {
  /** Adds a model under the next number of its name: wholly or, whatever happens, not at all. */
  register(model: NewModel): Promise<ModelVersion>;
  /**
   * Adds a system under the next number of its name, wholly or not at all; one that is there is
   * found again. Its parts have to be registered here.
   */
  registerSystem(system: TradingSystem): Promise<SystemVersion>;
  /** Whether a reference names a model or a system. */
  kindOf(reference: string): RegisteredKind;
  /** The model that a reference means. */
  resolve(reference: string): ModelVersion;
  /** The system that a reference means. */
  resolveSystem(reference: string): SystemVersion;
  /**
   * Reads a model's files and hashes them again.
   *
   * @throws {CorruptArtifactError} when a file is missing or is not what was registered
   */
  load(reference: string): Promise<StoredModel>;
  /**
   * Reads a system's document and hashes it again.
   *
   * @throws {CorruptArtifactError} when the file is missing or is not what was registered
   */
  loadSystem(reference: string): Promise<StoredSystem>;
  /** Models, newest registration first. */
  list(name?: string): readonly ModelVersion[];
  /** Systems, newest registration first. */
  listSystems(name?: string): readonly SystemVersion[];
  /** What `list` leaves out as its manifest is damaged or of another program, with the reason. */
  unreadable(name?: string): readonly UnreadableVersion[];
  /** Moves of the aliases of a name, oldest first. */
  history(name: string, alias?: string): readonly AliasChange[];
  /** Where each alias of a system's name points, in alphabetical order. */
  deployments(name: string): readonly CurrentDeployment[];
  /**
   * The deployment of a system that a reference goes through; null for a numbered version, and for
   * a plain name without a champion.
   */
  deployment(reference: string): CurrentDeployment | null;
  /** Keeps what a leak check of a model or system found; the newest one counts. */
  recordLeakCheck(
    reference: string,
    verdict: Omit<LeakVerdict, "at">,
  ): ModelVersion | SystemVersion;
  /**
   * Points an alias at a model, or at a deployment of a system, and writes the move into the
   * history, as one.
   *
   * @throws {RefusedError} when the version failed its leak check, or was never checked and would
   * replace one that passed
   */
  promote(
    reference: string,
    alias: string,
    why: string,
    options?: PromoteOptions,
  ): AliasChange;
  /**
   * Back to what was promoted before the present one, still exists and has not failed a leak check
   * since.
   */
  rollback(name: string, alias: string, why: string): AliasChange;
  /** The verdict on the database, on every artifact and on every file that no version names. */
  verify(): Promise<readonly ArtifactCheck[]>;
  /**
   * Removes old versions without an alias; parents, versions to roll back to, systems that were
   * ever deployed and the models of kept systems stay.
   */
  gc(options: GarbageOptions): Promise<GarbageReport>;
}

/**
 * Opens the registry in a folder.
 *
 * Permissions: `--allow-read=<folder>`, and `--allow-write=<folder>` unless `readOnly`.
 *
 * @throws {InputError} when `readOnly` and nothing was ever registered, when the registry was
 * made by a newer program, or when the disk refuses
 * @throws {CorruptArtifactError} when the registry is no SQLite database
 * @example
 * ```ts
 * import { openRegistry } from "./registry.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * const folder = Deno.makeTempDirSync();
 * {
 *   using registry = openRegistry({ folder, clock: { now: () => 0 } });
 *   assertEquals(registry.list(), []);
 * }
 * Deno.removeSync(folder, { recursive: true });
 * ```
 */
export function openRegistry(
  { folder, clock, readOnly = false }: RegistryOptions,
): Registry {
  const path = join(folder, "registry.sqlite");
  if (!hasRegistry(path)) {
    requireNoArtifacts(folder, path);
    if (readOnly) throw noModels(path);
    makeFolder(folder);
  }
  if (readOnly && wasCutOff(path)) {
    openDatabase(path, { migrations: REGISTRY_MIGRATIONS, readOnly: false })[Symbol.dispose]();
  }
  const database = openDatabase(path, { migrations: REGISTRY_MIGRATIONS, readOnly });
  const now = () => new Date(clock.now()).toISOString();
  return {
    // Asynchronous, so that a failure always arrives as a rejection.
    register: async (model) => await register(database, folder, model, now()),
    registerSystem: async (system) => await registerSystem(database, folder, system, now()),
    kindOf: (reference) => kindOf(database, reference),
    resolve: (reference) => toModelVersion(resolveReference(database, reference)),
    resolveSystem: (reference) => toSystemVersion(resolveSystemReference(database, reference)),
    load: (reference) => load(database, folder, reference),
    loadSystem: (reference) => loadSystem(database, folder, reference),
    list: (name) => readVersions(rowsOf(database, name)).versions,
    listSystems: (name) =>
      (name === undefined ? selectSystems(database) : systemsOf(database, name))
        .map(toSystemVersion),
    unreadable: (name) => readVersions(rowsOf(database, name)).unreadable,
    history: (name, alias) => {
      kindOf(database, name);
      return aliasHistory(database, name, alias);
    },
    deployments: (name) => {
      systemsOf(database, name);
      return currentDeployments(database, name);
    },
    deployment: (reference) => {
      const { name } = resolveSystemReference(database, reference);
      const alias = aliasOf(reference);
      return alias === null ? null : currentDeployment(database, name, alias);
    },
    recordLeakCheck: (reference, verdict) =>
      database.transaction(() => recordLeakCheck(database, reference, { ...verdict, at: now() })),
    promote: (reference, alias, why, { allowUnchecked = false, sizeFactor } = {}) =>
      database.transaction(() => {
        const options = { reference, alias, why, allowUnchecked, at: now() };
        if (isSystemName(database, nameOf(reference))) {
          return promoteSystem(database, { ...options, sizeFactor: sizeFactor ?? 1 });
        }
        if (sizeFactor !== undefined) {
          throw new InputError(`Cannot deploy ${nameOf(reference)} in a size as it is a model`, {
            where: "--size",
            remedy: "only trading systems have one: leave it out",
          });
        }
        return promoteModel(database, options);
      }),
    rollback: (name, alias, why) =>
      database.transaction(() => {
        const move = { kind: "rollback", name, alias, at: now(), why } as const;
        if (isSystemName(database, name)) return rollbackSystem(database, move);
        return moveAlias(database, { ...move, toVersion: rollbackTarget(database, name, alias) });
      }),
    verify: () => verifyRegistry(database, folder),
    gc: async (options) => await collectGarbage(database, folder, options),
    [Symbol.dispose]: () => database[Symbol.dispose](),
  };
}

function rowsOf(database: Database, name?: string): readonly VersionRow[] {
  return name === undefined ? selectVersions(database) : versionsOf(database, name);
}

/** @throws {InputError} when nothing has such a name */
function kindOf(database: Database, reference: string): RegisteredKind {
  const name = nameOf(reference);
  if (isSystemName(database, name)) return "system";
  versionsOf(database, name);
  return "model";
}

function recordLeakCheck(
  database: Database,
  reference: string,
  verdict: LeakVerdict,
): ModelVersion | SystemVersion {
  if (kindOf(database, reference) === "model") {
    const { id, name, version } = resolveReference(database, reference);
    insertLeakVerdict(database, "model", id, verdict);
    return toModelVersion(resolveReference(database, `${name}@${version}`));
  }
  const { id, name, version } = resolveSystemReference(database, reference);
  insertLeakVerdict(database, "system", id, verdict);
  return toSystemVersion(resolveSystemReference(database, `${name}@${version}`));
}

function promoteModel(
  database: Database,
  { alias, allowUnchecked, at, reference, why }: {
    readonly reference: string;
    readonly alias: string;
    readonly why: string;
    readonly allowUnchecked: boolean;
    readonly at: string;
  },
): AliasChange {
  const candidate = toModelVersion(resolveReference(database, reference));
  const { name, version } = candidate;
  requirePromotable(candidate, aliasHolder(database, name, alias), allowUnchecked);
  return moveAlias(database, { kind: "promote", name, alias, toVersion: version, at, why });
}

async function register(
  database: Database,
  folder: string,
  model: NewModel,
  registeredAt: string,
): Promise<ModelVersion> {
  const manifest = checkManifest(model.manifest);
  const onnxSha256 = await sha256Hex(model.onnx);
  if (onnxSha256 !== manifest.onnx.sha256) {
    throw new RangeError(
      `Cannot register a model as its manifest names other bytes: current value is ${onnxSha256}`,
    );
  }
  const text = manifestText(manifest);
  const manifestBytes = new TextEncoder().encode(text);
  const manifestSha256 = await sha256Hex(manifestBytes);
  // Files before the row, so that no row ever lacks them; all under the write lock, so that gc
  // does not take files for orphans whose row is yet to come.
  const version = database.transaction(() => {
    requireFree(isSystemName(database, manifest.name), manifest.name, "a trading system");
    writeArtifact(folder, { sha256: onnxSha256, kind: "onnx" }, model.onnx);
    writeArtifact(folder, { sha256: manifestSha256, kind: "json" }, manifestBytes);
    return insertVersion(database, {
      manifest,
      manifestText: text,
      manifestSha256,
      codeSha256: model.codeSha256,
      parentRun: model.parentRun,
      metrics: model.metrics ?? {},
      registeredAt,
    });
  });
  return toModelVersion(resolveReference(database, `${manifest.name}@${version}`));
}

async function registerSystem(
  database: Database,
  folder: string,
  system: TradingSystem,
  registeredAt: string,
): Promise<SystemVersion> {
  const bytes = systemBytes(system);
  const sha256 = await sha256Hex(bytes);
  const version = database.transaction(() => {
    const { name } = system;
    const hasModels = selectVersions(database, name).length > 0;
    requireFree(hasModels, name, "a model");
    writeArtifact(folder, { sha256, kind: "json" }, bytes);
    return insertSystem(database, system, sha256, registeredAt);
  });
  return toSystemVersion(resolveSystemReference(database, `${system.name}@${version}`));
}

/** A reference must mean one thing. */
function requireFree(isTaken: boolean, name: string, by: string): void {
  if (!isTaken) return;
  throw new InputError(`Cannot use the name ${name} as it is that of ${by}`, {
    where: "--name",
    remedy: "choose another one",
  });
}

async function loadSystem(
  database: Database,
  folder: string,
  reference: string,
): Promise<StoredSystem> {
  const row = resolveSystemReference(database, reference);
  const artifact = { sha256: row.sha256, kind: "json" } as const;
  try {
    const text = new TextDecoder().decode(await readArtifact(folder, artifact));
    return {
      ...toSystemVersion(row),
      system: parseSystem(text, `${row.name}@${row.version}`),
      path: artifactPath(folder, artifact),
    };
  } catch (error) {
    // When gc took the version between the two reads, "no such version" is the truth.
    if (error instanceof CorruptArtifactError) resolveSystemReference(database, reference);
    throw error;
  }
}

async function load(database: Database, folder: string, reference: string): Promise<StoredModel> {
  const row = resolveReference(database, reference);
  const onnx = { sha256: row.onnx_sha256, kind: "onnx" } as const;
  try {
    const bytes = await readArtifact(folder, onnx);
    const text = await readArtifact(folder, { sha256: row.manifest_sha256, kind: "json" });
    const manifest = parseManifest(new TextDecoder().decode(text), `${row.name}@${row.version}`);
    return { ...toModelVersion(row), manifest, onnx: bytes, path: artifactPath(folder, onnx) };
  } catch (error) {
    // When gc took the version between the two reads, "no such version" is the truth.
    if (error instanceof CorruptArtifactError) resolveReference(database, reference);
    throw error;
  }
}

function aliasHolder(database: Database, name: string, alias: string): ModelVersion | null {
  const row = versionsOf(database, name).find((candidate) =>
    (JSON.parse(candidate.aliases) as string[]).includes(alias)
  );
  return row === undefined ? null : toModelVersion(row);
}

function rollbackTarget(database: Database, name: string, alias: string): number {
  const sound = readVersions(versionsOf(database, name)).versions
    .filter(({ leakCheck }) => leakCheck?.passed !== false).map(({ version }) => version);
  const stack = aliasStack(aliasHistory(database, name, alias));
  const target = stack.findLast((version) => version !== stack.at(-1) && sound.includes(version));
  if (target !== undefined) return target;
  throw noEarlier(name, alias);
}

function hasRegistry(path: string): boolean {
  try {
    return Deno.statSync(path).size > 0;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw explainStorageError(error, path);
    return false;
  }
}

/** In a new registry every model of the lost one would be garbage. */
function requireNoArtifacts(folder: string, path: string): void {
  const { length } = listArtifacts(folder);
  if (length === 0) return;
  throw new CorruptArtifactError(
    `${path}: the registry is missing or empty, but ${length} files of models lie beside it ` +
      "(restore it from a backup, or move the folder away)",
  );
}

function makeFolder(folder: string): void {
  try {
    Deno.mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw explainStorageError(error, folder);
  }
}

/**
 * Whether a commit was killed and this process may undo it: a reader cannot, and one command that
 * only reads should not wait for another that writes.
 */
function wasCutOff(path: string): boolean {
  const mayWrite = Deno.permissions.querySync({ name: "write", path: dirname(path) });
  if (mayWrite.state !== "granted") return false;
  try {
    return Deno.statSync(`${path}-journal`).size > 0;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
