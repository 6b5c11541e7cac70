/**
 * Memory of what runs for long: on paper one session over a million bars (a model in a worker, a
 * journal on the disk, a paper broker in a process of its own); at a venue's double a day of bars of
 * a second with client, broker and feed attached, in virtual time. Memory is looked at as it goes;
 * its slope is that of a line through the second half.
 *
 * Run: `deno task bench soak [--json] [--bars N]`, or
 * `deno task bench soak --broker tradovate|projectx [--hours N] [--json]`
 */
await import(
  Deno.args.some((argument) => argument.split("=")[0] === "--broker")
    ? "./soak_venue.ts"
    : "./soak_paper.ts"
);
