/**
 * Runs one benchmark: `deno task bench <name> [--json]`. Every file of this folder that has a name
 * listed by `deno task bench` is one; results worth keeping go to `bench/results/`.
 */
const NAMES = [
  "audit",
  "bar-to-order",
  "calendars",
  "engine",
  "faults",
  "fills",
  "forest",
  "fuzz",
  "golden",
  "improve",
  "improve-real",
  "inference",
  "journal",
  "kill",
  "live-path",
  "loader",
  "night-search",
  "nights",
  "paper",
  "paper-week",
  "peers",
  "promotion",
  "rl-null",
  "rl-offline",
  "rl-real-bars",
  "rl-worlds",
  "rolls",
  "sessions",
  "sharpe-errors",
  "soak",
  "sweep",
  "system-stream",
  "training",
  "tuning",
  "validation",
  "venue-sessions",
  "worlds",
];
const name = Deno.args[0] ?? "";
if (!NAMES.includes(name)) {
  console.error(`error: name a benchmark: ${NAMES.join(", ")}`);
  Deno.exit(2);
}
await import(`./${name.replaceAll("-", "_")}.ts`);
