/** What a flag of a bench says, as `--name value` or `--name=value`; `usual` where it is not given. */
export function textFlag(name: string, usual: string): string {
  const at = Deno.args.findIndex((argument) => argument.split("=")[0] === `--${name}`);
  return at < 0 ? usual : Deno.args[at]!.split("=")[1] ?? Deno.args[at + 1] ?? "";
}

/** A flag that is a whole number, `least` or more; the bench ends with 2 where it is none. */
export function countFlag(name: string, usual: number, least = 1): number {
  const value = Number(textFlag(name, String(usual)) || NaN);
  if (Number.isSafeInteger(value) && value >= least) return value;
  console.error(`error: --${name} needs a whole number, ${least} or more`);
  Deno.exit(2);
}
