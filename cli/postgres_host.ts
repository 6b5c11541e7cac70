/**
 * Ends with a line and exit code 2 unless PGHOST names one host. `tune:postgres` runs it before it
 * grants that host: a list or a pattern would grant more, and the value is not looked at again.
 */
import { EXIT } from "./exit.ts";

/** Labels of letters, digits and inner hyphens, joined by dots; or an IPv6 address in brackets. */
const ONE_HOST =
  /^(?:[a-z0-9](?:[a-z0-9_-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9_-]*[a-z0-9])?)*|\[[0-9a-f:]+\])$/i;

const host = Deno.env.get("PGHOST") ?? "";
if (host.length > 253 || !ONE_HOST.test(host)) {
  console.error(
    `error: PGHOST: Cannot take ${JSON.stringify(host)} for the one host that the task may reach ` +
      "(name one server such as PGHOST=db.example, without port, list or pattern)",
  );
  Deno.exit(EXIT.wrongRequest);
}
