/**
 * Finds the file of the static console for an address (`/nodes` is `nodes.html`) and makes the content security
 * policy of a page: scripts are ours or one of the inline ones that the export wrote, by their hash.
 */
import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { join, normalize } from "node:path";

export interface ConsolePage {
  /** Path inside the console's directory. */
  file: string;
  isHtml: boolean;
  /** Names with a content hash may be kept for ever. */
  isImmutable: boolean;
}

/** Null when there is no such file. `urlPath` begins with a slash and has no query. */
export async function findPage(root: string, urlPath: string): Promise<ConsolePage | null> {
  const path = decodedPath(urlPath);
  if (path === null) return null;
  for (const file of candidates(path)) {
    const found = await stat(join(root, file)).catch(() => null);
    if (found?.isFile()) return describe(file);
  }
  return null;
}

/** Never leaves the root: `..` is gone after normalising an absolute path. Dot files are nobody's business. */
function decodedPath(urlPath: string): string | null {
  try {
    const path = normalize(decodeURIComponent(urlPath));
    return path.includes("\0") || path.split("/").some((part) => part.startsWith(".")) ? null : path;
  } catch {
    return null;
  }
}

function candidates(path: string): string[] {
  const bare = path.replace(/^\/+|\/+$/g, "");
  if (bare === "") return ["index.html"];
  return path.endsWith("/")
    ? [`${bare}.html`, `${bare}/index.html`]
    : [bare, `${bare}.html`, `${bare}/index.html`];
}

function describe(file: string): ConsolePage {
  return { file, isHtml: file.endsWith(".html"), isImmutable: file.startsWith("_next/static/") };
}

/** Everything from our own origin; no frames, no plugins, no foreign form targets. */
const basePolicy = [
  "default-src 'self'",
  "base-uri 'none'",
  "object-src 'none'",
  "frame-ancestors 'none'",
  "form-action 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  // React and the charts set styles by script, which needs no exception; style attributes in pages are not let in.
  "style-src 'self'",
];

export class PagePolicies {
  readonly #root: string;
  readonly #known = new Map<string, { modifiedMs: number; policy: string }>();

  constructor(root: string) {
    this.#root = root;
  }

  /** Value of `content-security-policy` for an HTML file of the console; read again when the file changes. */
  async of(file: string): Promise<string> {
    const path = join(this.#root, file);
    const { mtimeMs } = await stat(path);
    const known = this.#known.get(file);
    if (known?.modifiedMs === mtimeMs) return known.policy;
    const policy = policyOf(await readFile(path, "utf8"));
    this.#known.set(file, { modifiedMs: mtimeMs, policy });
    return policy;
  }
}

/** The policy of a page with these inline scripts. */
export function policyOf(html: string): string {
  const inline = [...html.matchAll(/<script(?![^>]*\ssrc=)[^>]*>([\s\S]*?)<\/script>/gi)].map(
    ([, text]) => text ?? "",
  );
  const hashes = inline
    .filter((text) => text !== "")
    .map((text) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`);
  return [...basePolicy, ["script-src 'self'", ...new Set(hashes)].join(" ")].join("; ");
}
