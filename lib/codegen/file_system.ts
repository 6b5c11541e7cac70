/** What a path is, symbolic links not followed. */
export interface PathInfo {
  /** Sockets, pipes and devices are `other`. */
  readonly kind: "file" | "folder" | "link" | "other";
  /** Size in bytes. */
  readonly bytes: number;
  /** Permission bits, 0o000 … 0o7777; 0o644 where the platform keeps none. */
  readonly mode: number;
  /** Time of the last change, epoch milliseconds. */
  readonly modifiedMs: number;
  /** Device that holds it. */
  readonly device: number;
  /** Number of names the file has. */
  readonly names: number;
}

/**
 * The few file-system calls that changes are made of. Each is one step that either happens or
 * does not, so a test can stand in for it and fail before, after or in the middle of any of them.
 * Paths are absolute; no call follows a link in the last part of a path except `read`, which is
 * only used on what `inspect` found to be a file.
 */
export interface FileSystem {
  /** The path with every link resolved. */
  realPath(path: string): string;
  /** What lies there; null when nothing does. */
  inspect(path: string): PathInfo | null;
  /** Names in a folder, in no order. */
  list(path: string): readonly string[];
  /** The whole content of a file. */
  read(path: string): Uint8Array;
  /** Writes a file that must not exist yet. */
  write(path: string, bytes: Uint8Array): void;
  /** Adds to the end of a file, which is made when missing. */
  append(path: string, bytes: Uint8Array): void;
  /** Cuts a file to its first `bytes` bytes. */
  truncate(path: string, bytes: number): void;
  /** Sets permission bits. */
  setMode(path: string, mode: number): void;
  /** Sets the time of the last change, epoch milliseconds. */
  setModified(path: string, modifiedMs: number): void;
  /** Returns once a file, or the names in a folder, are on disk and not only in a cache. */
  sync(path: string, kind: "file" | "folder"): void;
  /** Moves a file or folder; a file in the way is replaced in one step. */
  rename(from: string, to: string): void;
  /** Makes one folder whose parent exists. */
  makeFolder(path: string): void;
  /** Removes a file or an empty folder. */
  remove(path: string): void;
  /**
   * Holds a lock until disposed of. The operating system lets go of it when its owner dies.
   *
   * @param onWait called once when another process holds it
   */
  lock(path: string, onWait: () => void): Promise<Disposable>;
}

/** The file system of the machine. */
export function createFileSystem(): FileSystem {
  return {
    realPath: Deno.realPathSync,
    inspect,
    list: (path) => [...Deno.readDirSync(path)].map((entry) => entry.name),
    read: (path) => Deno.readFileSync(path),
    write: (path, bytes) => Deno.writeFileSync(path, bytes, { createNew: true }),
    append: (path, bytes) => Deno.writeFileSync(path, bytes, { append: true }),
    truncate: Deno.truncateSync,
    setMode(path, mode) {
      if (Deno.build.os !== "windows") Deno.chmodSync(path, mode);
    },
    setModified: (path, modifiedMs) => Deno.utimeSync(path, modifiedMs / 1000, modifiedMs / 1000),
    sync,
    rename: Deno.renameSync,
    makeFolder: (path) => Deno.mkdirSync(path),
    remove: (path) => Deno.removeSync(path),
    lock,
  };
}

const DEFAULT_MODE = 0o644;

function inspect(path: string): PathInfo | null {
  let info: Deno.FileInfo;
  try {
    info = Deno.lstatSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
      return null;
    }
    throw error;
  }
  return {
    kind: info.isSymlink ? "link" : info.isFile ? "file" : info.isDirectory ? "folder" : "other",
    bytes: info.size,
    mode: info.mode === null ? DEFAULT_MODE : info.mode & 0o7777,
    modifiedMs: info.mtime?.getTime() ?? 0,
    device: info.dev,
    names: info.nlink ?? 1,
  };
}

/** Windows can open no folder and needs no such step. */
function sync(path: string, kind: "file" | "folder"): void {
  if (kind === "folder" && Deno.build.os === "windows") return;
  using file = Deno.openSync(path, { read: true, write: Deno.build.os === "windows" });
  file.syncSync();
}

async function lock(path: string, onWait: () => void): Promise<Disposable> {
  const file = Deno.openSync(path, { read: true, write: true, create: true });
  try {
    if (!file.tryLockSync(true)) {
      onWait();
      await file.lock(true);
    }
    return file;
  } catch (error) {
    file.close();
    throw error;
  }
}
