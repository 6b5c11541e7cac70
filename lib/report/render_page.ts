import type { Chart, Figure } from "./figure.ts";
import { jsonForScript, type Markup, markup, rawHtml } from "./html.ts";
import pageScript from "./page.js" with { type: "text" };
import pageStyle from "./page.css" with { type: "text" };

async function gzipBase64(bytes: Uint8Array): Promise<string> {
  const stream = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream()
    .pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer()).toBase64();
}

async function cspHash(script: string | Uint8Array): Promise<string> {
  const bytes = typeof script === "string" ? new TextEncoder().encode(script) : script;
  const digest = await crypto.subtle.digest("SHA-256", bytes as Uint8Array<ArrayBuffer>);
  return `'sha256-${new Uint8Array(digest).toBase64()}'`;
}

/** A bundle as a page holds it. */
interface PackedScript {
  /** As gzip in base64. */
  readonly text: string;
  readonly hash: string;
}

/** By the bytes: packing takes longer than all the rest, and a live page is rendered often. */
const packedScripts = new WeakMap<Uint8Array, Promise<PackedScript>>();

function packScript(script: Uint8Array): Promise<PackedScript> {
  let packed = packedScripts.get(script);
  if (packed === undefined) {
    packed = Promise.all([gzipBase64(script), cspHash(script)])
      .then(([text, hash]) => ({ text, hash }));
    packedScripts.set(script, packed);
  }
  return packed;
}

/**
 * Body and figures as one self-contained HTML page: no request leaves it. The content security
 * policy lets exactly two scripts run, by their hashes: the page's own and Plotly.
 *
 * @param figures those that the body has room for
 * @param plotly bytes of a Plotly bundle that knows the figures' traces; packed once, so the same
 * array makes every further page cheap
 * @param refreshSeconds reloads the page so often, while what it shows still changes
 */
export async function renderPage(
  title: string,
  body: Markup,
  figures: readonly Figure[],
  plotly: Uint8Array,
  refreshSeconds: number | null = null,
): Promise<string> {
  const charts = figures.filter((figure): figure is Chart => figure.kind === "chart")
    .map(({ id, data, layout }) => ({ id, data, layout }));
  const packed = await packScript(plotly);
  const scripts = `${await cspHash(pageScript)} ${packed.hash}`;
  const policy = `default-src 'none'; script-src ${scripts}; style-src 'unsafe-inline'; ` +
    "base-uri 'none'; form-action 'none'";
  const refresh = refreshSeconds === null
    ? ""
    : markup`<meta http-equiv="refresh" content="${refreshSeconds}">\n`;
  return pageOf(
    title,
    policy,
    refresh,
    markup`${body}
<script type="application/json" id="figures">${jsonForScript(charts)}</script>
<script type="text/plain" id="plotly">${rawHtml(packed.text)}</script>
<script>${rawHtml(pageScript)}</script>`,
  );
}

/** A body without figures as one self-contained page, on which no script runs. */
export function renderPlainPage(title: string, body: Markup): string {
  const policy =
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";
  return pageOf(title, policy, "", body);
}

/** The frame of every page: its policy, its style, what it holds. */
function pageOf(title: string, policy: string, refresh: Markup | "", content: Markup): string {
  const page = markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${rawHtml(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
${refresh}<title>${title}</title>
<style>${rawHtml(pageStyle)}</style>
</head>
<body>
${content}
</body>
</html>
`;
  return page.html;
}
