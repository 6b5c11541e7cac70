/**
 * Calls back when something in a folder changes. Where a folder cannot be watched, whoever looks
 * from time to time sees it all the same.
 *
 * @returns stops it
 */
export function watchFolder(folder: string, onChange: () => void): () => void {
  let watcher: Deno.FsWatcher;
  try {
    watcher = Deno.watchFs(folder, { recursive: false });
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) throw error;
    return () => {};
  }
  let isOpen = true;
  void (async () => {
    for await (const event of watcher) if (event.kind !== "access") onChange();
  })();
  return () => {
    if (isOpen) watcher.close();
    isOpen = false;
  };
}
