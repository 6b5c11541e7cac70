import { InputError } from "../../core/mod.ts";
import type { Bars } from "../../market/mod.ts";

/** Files of a folder that cannot be one feed. */
export function otherLength(
  path: string,
  { intervalMs }: Bars,
  first: Pick<Bars, "intervalMs">,
): InputError {
  return new InputError(
    `Cannot follow bars of ${intervalMs / 1_000} s beside those of ${first.intervalMs / 1_000} s`,
    { where: path, remedy: "keep files of one length in the folder" },
  );
}

/** A file that does not tell how long its bars are. */
export function noLength(path: string): InputError {
  return new InputError(
    "Cannot follow a file that holds no two bars yet: their length is unknown",
    {
      where: path,
      remedy: "name their length with --interval",
    },
  );
}
